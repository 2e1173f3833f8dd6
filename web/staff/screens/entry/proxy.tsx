import { Button, Form, Input } from 'antd'
import { useWords } from '../../locale.tsx'
import { useFormName } from '../../parts/intent-form.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useWarnBeforeLeaving } from '../../parts/use-warn-before-leaving.ts'
import { RiskFields, useRequired, WhatFields, WhereFields } from './entry-fields.tsx'
import type { EntryValues } from './entry-values.ts'
import { KnownOrders } from './known-orders.tsx'
import { Confirmations } from './confirmations.tsx'
import { PlacedPanel } from './placed-panel.tsx'
import { ReadBack } from './read-back.tsx'
import { usePlacing } from './use-placing.tsx'

/** Somebody orders for somebody else, who agrees: the principal stays the person whom the order is about. */
export function ProxyScreen() {
  const { t } = useWords()
  const placing = usePlacing({ channel: 'proxy' })
  const { placed, values } = placing
  const name = useFormName()
  useWarnBeforeLeaving(placing.since !== null && placed === null)
  return (
    <Page title={t('staff.menu.proxy')} lead={t('staff-entry.proxy-lead')}>
      {placed !== null && (
        <PlacedPanel
          placed={placed.answer}
          effort={placed.effort}
          next={t('staff-entry.next-proxy')}
          onNext={() => placing.startAnew({ unitId: values.unitId })}
        />
      )}
      <Form<EntryValues>
        form={placing.form}
        name={name}
        layout="vertical"
        noValidate
        className="desk"
        hidden={placed !== null}
        initialValues={placing.initialValues}
        onValuesChange={placing.onValuesChange}
        onFinish={placing.place}
      >
        <div className="desk-form">
          <Section title={t('staff-entry.principal')}>
            <PrincipalFields />
          </Section>
          <Section title={t('staff-entry.what')}>
            <WhatFields />
          </Section>
          <Section title={t('staff-entry.where')}>
            <WhereFields />
            <RiskFields />
          </Section>
        </div>
        <aside className="desk-side">
          <section className="sheet desk-known">
            <KnownOrders values={values} />
          </section>
          <Section title={t('staff-entry.read-back')}>
            <ReadBack values={values} />
            <Confirmations />
            {placing.problem}
            <Button type="primary" htmlType="submit" size="large" block loading={placing.pending}>
              {t('staff-entry.place')}
            </Button>
          </Section>
        </aside>
      </Form>
    </Page>
  )
}

function PrincipalFields() {
  const { t } = useWords()
  const required = useRequired()
  return (
    <>
      <div className="field-row">
        <Form.Item name="contactName" label={t('staff-entry.principal-name')} rules={required}>
          <Input maxLength={40} autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="contactPhone" label={t('staff-entry.principal-phone')} rules={required}>
          <Input type="tel" maxLength={24} autoComplete="off" />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item
          name="proxyRelation"
          label={t('staff-entry.relation')}
          extra={t('staff-entry.relation-help')}
          rules={required}
        >
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="callBackPhone" label={t('staff-entry.proxy-phone')} rules={required}>
          <Input type="tel" maxLength={24} autoComplete="off" />
        </Form.Item>
      </div>
    </>
  )
}
