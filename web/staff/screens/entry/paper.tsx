import { Button, Checkbox, Form, Input, type InputRef } from 'antd'
import { type RefObject, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useFormName } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { useWarnBeforeLeaving } from '../../parts/use-warn-before-leaving.ts'
import { base64Of, PhotoInput } from '../../parts/photo-input.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useIntent } from '../../parts/use-call.ts'
import { RiskFields, useRequired, WhatFields, WhereFields } from './entry-fields.tsx'
import type { EntryValues } from './entry-values.ts'
import { Took } from './took.tsx'
import type { Effort } from './use-effort.ts'
import { usePlacing } from './use-placing.tsx'

/** A card that is done, and what it cost. */
type Placed = AnswerOf<'placeAssistedOrder'> & { readonly effort: Effort }

/** Paper cards, one after the other: village and date of the card stay, the rest is emptied for the next. */
export function PaperScreen() {
  const { t } = useWords()
  const { placing, cards, photo, setPhoto, photoProblem, date, setDate, first } = useCards()
  useWarnBeforeLeaving(placing.since !== null)
  const name = useFormName()
  return (
    <Page title={t('staff.menu.paper')} lead={t('staff-entry.paper-lead')}>
      <Form<EntryValues>
        form={placing.form}
        name={name}
        layout="vertical"
        noValidate
        className="desk"
        initialValues={placing.initialValues}
        onValuesChange={placing.onValuesChange}
        onFinish={placing.place}
      >
        <div className="desk-form">
          <Section title={t('staff-entry.card')}>
            <CardFields date={date} setDate={setDate} first={first} />
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
          <Section title={t('staff-entry.this-card')}>
            <PhotoInput key={cards.length} label={t('staff-entry.card-photo')} file={photo} onChange={setPhoto} />
            <CardConfirmations />
            {placing.problem}
            <ProblemAlert problem={photoProblem} />
            <Button type="primary" htmlType="submit" size="large" block loading={placing.pending}>
              {t('staff-entry.place-card')}
            </Button>
          </Section>
          <DoneCards cards={cards} />
        </aside>
      </Form>
    </Page>
  )
}

/** One card after the other, each with its photo if there is one. */
function useCards() {
  const { t } = useWords()
  const { zone, day } = useMoments()
  const now = useNow()
  const [chosenDate, setDate] = useState<string | null>(null)
  const date = chosenDate ?? dateAt(now, zone)
  const [cards, setCards] = useState<readonly Placed[]>([])
  const [photo, setPhoto] = useState<File | null>(null)
  const addPhoto = useIntent('addPhoto')
  const first = useRef<InputRef>(null)
  const placing = usePlacing({
    channel: 'paper',
    prepare: (values) => ({
      ...values,
      details: [values.details, t('staff-entry.card-of', { day: day(date) })].filter((part) => part !== '').join('\n'),
    }),
    onPlaced: async (answer, effort) => {
      if (photo !== null) {
        const dataBase64 = await base64Of(photo)
        await addPhoto.run({
          params: { id: answer.id },
          body: { kind: 'paper-card', dataBase64, publishConsent: false },
        })
      }
      setCards((before) => [{ ...answer, effort }, ...before])
      setPhoto(null)
      placing.startAnew({ unitId: placing.values.unitId })
      first.current?.focus()
    },
  })
  return { placing, cards, photo, setPhoto, photoProblem: addPhoto.problem, date, setDate, first }
}

/** The card itself carries the consent; a call to check it is welcome and not demanded. */
function CardConfirmations() {
  const { t } = useWords()
  return (
    <div className="confirmations">
      <Form.Item name="consentGiven" valuePropName="checked">
        <Checkbox>{t('staff-entry.card-signed')}</Checkbox>
      </Form.Item>
      <Form.Item name="readBack" valuePropName="checked">
        <Checkbox>{t('staff-entry.card-read-back')}</Checkbox>
      </Form.Item>
    </div>
  )
}

interface CardFieldsProps {
  readonly date: string
  readonly setDate: (date: string | null) => void
  readonly first: RefObject<InputRef | null>
}

function CardFields({ date, setDate, first }: CardFieldsProps) {
  const { t } = useWords()
  const required = useRequired()
  return (
    <div className="field-row">
      <Form.Item name="contactName" label={t('staff-entry.card-name')} rules={required}>
        <Input ref={first} maxLength={40} autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="contactPhone" label={t('staff-entry.card-phone')} rules={required}>
        <Input type="tel" maxLength={24} autoComplete="off" />
      </Form.Item>
      <Form.Item label={t('staff-entry.card-date')} htmlFor="card-date" required>
        <DateInput id="card-date" value={date} onChange={setDate} />
      </Form.Item>
    </div>
  )
}

function DoneCards({ cards }: { readonly cards: readonly Placed[] }) {
  const { t } = useWords()
  if (cards.length === 0) return null
  return (
    <Section title={t('staff-entry.cards-done', { count: cards.length })}>
      <ul className="known-list" aria-live="polite">
        {cards.map((card) => (
          <li key={card.id}>
            <Link href={`/orders/${card.id}`} className="number">
              {card.number}
            </Link>
            <Took effort={card.effort} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
