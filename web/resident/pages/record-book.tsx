import type { RecordBookView, RecordEntryView } from '#contract/records.ts'
import type { RecordBookProps, RecordDemandProps } from '#contract/pages.ts'
import { ErrorSummary, Form, TextArea } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'
import { FactList, useDuration } from './certificates.tsx'

/** The five blocks of a volunteer's record. */
export function RecordBook({ book, done }: RecordBookProps) {
  const { t } = useFrame()
  const title = t('certificate.book.title')
  return (
    <Page title={title} back={{ href: '/me/volunteering', text: t('volunteer.mine.title') }}>
      {done === 'demand' && (
        <p class="panel" role="status">
          {t('certificate.book.demanded')}
        </p>
      )}
      <h1>{title}</h1>
      <p class="lead">{t('certificate.book.lead')}</p>
      <Basic {...book} />
      <Service {...book} />
      <Entries kind="training" entries={book.training} />
      <Entries kind="commendation" entries={book.commendation} />
      <Evaluations {...book} />
    </Page>
  )
}

function Basic({ basic }: RecordBookView) {
  const { t, day } = useFrame()
  const comma = t('resident.list-comma')
  return (
    <section>
      <h2>{t('certificate.book.basic')}</h2>
      <FactList
        facts={[
          [t('certificate.book.name'), basic.name],
          [t('certificate.book.phone'), basic.phoneMasked],
          [t('certificate.book.number'), basic.volunteerNumber ?? t('certificate.book.no-number')],
          [t('certificate.book.registered'), basic.registeredAt === null ? null : day(basic.registeredAt)],
          [t('certificate.book.skills'), basic.skills.join(comma)],
          [t('certificate.book.teams'), basic.teams.join(comma)],
        ]}
      />
    </section>
  )
}

function Service({ service }: RecordBookView) {
  const { t, date, word } = useFrame()
  const duration = useDuration()
  if (service.newest.length === 0)
    return (
      <section>
        <h2>{t('certificate.book.service')}</h2>
        <p class="panel">{t('certificate.book.service-none')}</p>
      </section>
    )
  const verified = service.byUnit.reduce((sum, unit) => sum + unit.verifiedMinutes, 0)
  const claimed = service.byUnit.reduce((sum, unit) => sum + unit.claimedMinutes, 0)
  const total = { total: duration(verified + claimed), verified: duration(verified), claimed: duration(claimed) }
  return (
    <section>
      <h2>{t('certificate.book.service')}</h2>
      <p class="panel">{t('certificate.book.total', total)}</p>
      <h3>{t('certificate.book.by-unit')}</h3>
      <ul class="rows">
        {service.byUnit.map((unit) => (
          <li key={unit.unitId} class="row">
            <p class="card-title">{unit.unitName}</p>
            <p>
              {duration(unit.verifiedMinutes + unit.claimedMinutes)} ·{' '}
              {t('certificate.book.times', {
                count: unit.records,
                from: date(unit.firstDay),
                until: date(unit.lastDay),
              })}
            </p>
            <p class="buttons">
              <a class="button button-quiet" href={`/me/certificates/new?unit=${unit.unitId}`}>
                {t('certificate.book.ask')}
              </a>
            </p>
          </li>
        ))}
      </ul>
      <h3>{t('certificate.book.newest')}</h3>
      <ul class="rows">
        {service.newest.map((row) => (
          <li key={row.id} class="row">
            <p class="card-title">{row.title}</p>
            <p>
              {date(row.day)} · {duration(row.minutes)} · {t(`records.class.${row.class}`)}
            </p>
            <p class="row-state">
              {word(`certificate.hours.${row.state}`, row.state)} · {row.unitName}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface EntriesProps {
  readonly kind: 'training' | 'commendation'
  readonly entries: readonly RecordEntryView[]
}

function Entries({ kind, entries }: EntriesProps) {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t(`certificate.book.${kind}`)}</h2>
      {entries.length === 0 ? (
        <p class="panel">{t(`certificate.book.${kind}-none`)}</p>
      ) : (
        <ul class="rows">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Entry({ entry }: { readonly entry: RecordEntryView }) {
  const { t } = useFrame()
  const { demand } = entry
  return (
    <li class="row">
      <EntryText entry={entry} />
      {demand !== null && (
        <p class="row-state">
          {t(`certificate.book.demand.${demand.state}`, { reason: demand.reason, answer: demand.answer ?? '' })}
        </p>
      )}
      {demand?.state !== 'open' && (
        <p class="buttons">
          <a class="button button-quiet" href={`/me/record/${entry.id}/demand`}>
            {t('certificate.book.demand')}
          </a>
        </p>
      )}
    </li>
  )
}

function EntryText({ entry }: { readonly entry: RecordEntryView }) {
  const { t, date } = useFrame()
  const duration = useDuration()
  const facts = [date(entry.day), ...(entry.minutes === null ? [] : [duration(entry.minutes)]), entry.giver]
  return (
    <>
      <p class="card-title">{entry.name}</p>
      <p>{facts.join(' · ')}</p>
      {entry.content !== '' && <p>{entry.content}</p>}
      <p class="note">
        {t('certificate.book.entered-by', { unit: entry.unitName })}
        {entry.isCorrection && ` · ${t('certificate.book.corrected')}`}
      </p>
    </>
  )
}

function Evaluations({ evaluation }: RecordBookView) {
  const { t, day } = useFrame()
  return (
    <section>
      <h2>{t('certificate.book.evaluation')}</h2>
      {evaluation.length === 0 ? (
        <p class="panel">{t('certificate.book.evaluation-none')}</p>
      ) : (
        <ul class="rows">
          {evaluation.map((row) => (
            <li key={row.orderId} class="row">
              <p class="card-title">{t('certificate.book.stars', { number: row.orderNumber, stars: row.stars })}</p>
              <p>
                {day(row.at)} · {t(row.solved ? 'certificate.book.solved' : 'certificate.book.not-solved')}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What is wrong with an entry of mine. */
export function RecordDemand({ form, entry }: RecordDemandProps) {
  const { t } = useFrame()
  const title = t('certificate.demand.title')
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: '/me/record', text: t('certificate.book.title') }}
    >
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('certificate.demand.lead')}</p>
      <div class="panel">
        <EntryText entry={entry} />
      </div>
      <Form form={form} action={`/me/record/${entry.id}/demand`}>
        <TextArea form={form} name="reason" label={t('certificate.reason')} />
        <p>
          <button class="button button-primary button-large">{t('certificate.demand.send')}</button>
        </p>
      </Form>
    </Page>
  )
}
