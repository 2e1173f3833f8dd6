import { Button, Form, Input, type InputRef } from 'antd'
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { useWords } from '../../locale.tsx'
import { useFormName } from '../../parts/intent-form.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useWarnBeforeLeaving } from '../../parts/use-warn-before-leaving.ts'
import { Confirmations } from './confirmations.tsx'
import { RiskFields, useRequired, WhatFields, WhereFields } from './entry-fields.tsx'
import type { EntryValues } from './entry-values.ts'
import { KnownOrders } from './known-orders.tsx'
import { PlacedPanel } from './placed-panel.tsx'
import { ReadBack } from './read-back.tsx'
import { Stopwatch } from './stopwatch.tsx'
import { usePlacing } from './use-placing.tsx'

/**
 * The phone desk: one page from top to bottom, by keyboard alone. The number first, because it says whether the caller is
 * asking after an order or placing one; the read-back stands beside the form and grows as one types.
 */
export function PhoneDeskScreen() {
  const { t } = useWords()
  const placing = usePlacing({ channel: 'phone' })
  const { form, values, placed } = placing
  const phone = useRef<InputRef>(null)
  const name = useFormName()
  useWarnBeforeLeaving(placing.since !== null && placed === null)
  useEffect(() => {
    if (placed === null) phone.current?.focus()
  }, [placed])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.submit()
    }
  }
  return (
    <Page
      title={t('staff.menu.phone')}
      lead={t('staff-entry.phone-lead')}
      actions={<Stopwatch since={placing.since} until={placed === null ? null : Date.now()} />}
    >
      {placed !== null && (
        <PlacedPanel
          placed={placed.answer}
          effort={placed.effort}
          next={t('staff-entry.next-call')}
          onNext={() => placing.startAnew()}
        />
      )}
      <Form<EntryValues>
        form={form}
        name={name}
        layout="vertical"
        noValidate
        className="desk"
        hidden={placed !== null}
        initialValues={placing.initialValues}
        onValuesChange={placing.onValuesChange}
        onFinish={placing.place}
        onKeyDown={onKeyDown}
      >
        <DeskFields phone={phone} />
        <aside className="desk-side">
          <section className="sheet desk-known">
            <KnownOrders values={values} />
          </section>
          <Section title={t('staff-entry.read-back')} className="desk-read">
            <ReadBack values={values} />
            <Confirmations />
            {placing.problem}
            <Button type="primary" htmlType="submit" size="large" block loading={placing.pending}>
              {t('staff-entry.place')} <kbd>Ctrl ↵</kbd>
            </Button>
          </Section>
        </aside>
      </Form>
    </Page>
  )
}

/** The questions in the order in which one asks them on the phone. */
function DeskFields({ phone }: { readonly phone: RefObject<InputRef | null> }) {
  const { t } = useWords()
  return (
    <div className="desk-form">
      <Section title={t('staff-entry.caller')}>
        <div className="field-row">
          <PhoneField input={phone} />
          <NameField />
          <Form.Item name="callBackPhone" label={t('staff-entry.call-back-phone')}>
            <Input type="tel" maxLength={24} autoComplete="off" placeholder={t('staff-entry.same-number')} />
          </Form.Item>
        </div>
      </Section>
      <Section title={t('staff-entry.what')}>
        <WhatFields />
      </Section>
      <Section title={t('staff-entry.where')}>
        <WhereFields />
        <RiskFields />
      </Section>
    </div>
  )
}

function PhoneField({ input }: { readonly input: RefObject<InputRef | null> }) {
  const { t } = useWords()
  const required = useRequired()
  return (
    <Form.Item name="contactPhone" label={t('staff-entry.phone')} rules={required}>
      <Input ref={input} type="tel" inputMode="tel" maxLength={24} autoComplete="off" className="phone-input" />
    </Form.Item>
  )
}

function NameField() {
  const { t } = useWords()
  const required = useRequired()
  return (
    <Form.Item name="contactName" label={t('staff-entry.name')} rules={required}>
      <Input maxLength={40} autoComplete="off" />
    </Form.Item>
  )
}
