import { idTypes } from '#contract/records.ts'
import type { CertificateProps, CertificateRequestProps, CertificatesProps } from '#contract/pages.ts'
import { Choice, ErrorSummary, Form, SelectField, TextField } from '../form.tsx'
import { dateOf, lastMinute } from '../../shared/dates.ts'
import { Page, useFrame } from '../frame.tsx'

/** Minutes as people say them. */
export function useDuration(): (minutes: number) => string {
  const { t } = useFrame()
  return (minutes) =>
    minutes < 60
      ? t('records.minutes', { minutes })
      : t('records.duration', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

export type Fact = readonly [term: string, value: string | null]

export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([term, value]) => (
          <div key={term} class="fact">
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** My certificates and how far each request is. */
export function Certificates({ rows }: CertificatesProps) {
  const { t, date, day } = useFrame()
  const title = t('certificate.title')
  return (
    <Page title={title} back={{ href: '/me/volunteering', text: t('volunteer.mine.title') }}>
      <h1>{title}</h1>
      <p class="lead">{t('certificate.list.lead')}</p>
      <p>
        <a class="button button-primary button-large" href="/me/certificates/new">
          {t('certificate.list.new')}
        </a>
      </p>
      {rows.length === 0 ? (
        <p class="panel">{t('certificate.list.none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.id} class="row">
              <p class="card-title">
                <a href={`/me/certificates/${row.id}`}>{row.serial ?? row.issuerName}</a>
              </p>
              <p>
                {row.issuerName} ·{' '}
                {t('certificate.list.period', { from: date(row.fromDay), until: date(row.untilDay) })}
              </p>
              <p class="row-state">
                {t(`records.state.${row.state}`)} · {day(row.requestedAt)}
              </p>
            </li>
          ))}
        </ul>
      )}
      <ul class="link-list">
        <li>
          <a href="/certificate-notices">{t('certificate.notices.title')}</a>
        </li>
        <li>
          <a href="/certificates">{t('certificate.check.title')}</a>
        </li>
      </ul>
    </Page>
  )
}

export function CertificateRequest({ form, units }: CertificateRequestProps) {
  const { t } = useFrame()
  const title = t('certificate.request.title')
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: '/me/certificates', text: t('certificate.title') }}
    >
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('certificate.request.lead')}</p>
      {units.length === 0 ? (
        <p class="panel">{t('certificate.request.none')}</p>
      ) : (
        <Form form={form} action="/me/certificates/new">
          <RequestFields form={form} units={units} />
          <p>
            <button class="button button-primary button-large">{t('certificate.request.send')}</button>
          </p>
        </Form>
      )}
    </Page>
  )
}

function RequestFields({ form, units }: CertificateRequestProps) {
  const { t } = useFrame()
  const duration = useDuration()
  const label = (unit: CertificateRequestProps['units'][number]) =>
    t('certificate.request.unit-option', {
      unit: unit.unitName,
      total: duration(unit.verifiedMinutes + unit.claimedMinutes),
    })
  return (
    <>
      <SelectField
        form={form}
        name="unitId"
        label={t('certificate.request.unit')}
        options={units.map((unit) => ({ value: unit.unitId, text: label(unit) }))}
      />
      <TextField form={form} name="fromDay" type="date" width="medium" label={t('certificate.request.from')} />
      <TextField form={form} name="untilDay" type="date" width="medium" label={t('certificate.request.until')} />
      <TextField
        form={form}
        name="purpose"
        label={t('certificate.request.purpose')}
        hint={t('certificate.request.purpose-hint')}
        more={{ maxLength: 60 }}
      />
      <TextField
        form={form}
        name="holderName"
        width="medium"
        label={t('certificate.request.name')}
        more={{ maxLength: 40, autocomplete: 'name' }}
      />
      <Choice
        form={form}
        name="idType"
        label={t('certificate.request.id-type')}
        options={idTypes.map((value) => ({ value, text: t(`records.id-type.${value}`) }))}
      />
      <TextField
        form={form}
        name="idNumber"
        label={t('certificate.request.id-number')}
        more={{ maxLength: 30, autocomplete: 'off', autocapitalize: 'characters' }}
      />
    </>
  )
}

/** One certificate from the request to the file. */
export function Certificate(props: CertificateProps) {
  const { t } = useFrame()
  const { certificate, form, done, acts } = props
  const title = certificate.serial ?? t('certificate.title')
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: '/me/certificates', text: t('certificate.title') }}
    >
      {done !== null && (
        <p class="panel" role="status">
          {t(`certificate.done.${done}`)}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t(`records.state.${certificate.state}`)}</p>
      {acts.includes('download') && <File {...props} />}
      <Facts {...props} />
      <Objections {...props} />
      <Lines {...props} />
      {acts.includes('withdraw') && (
        <Form form={form} action={`/me/certificates/${certificate.id}/withdraw`}>
          <p>
            <button class="button button-quiet">{t('certificate.withdraw')}</button>
          </p>
        </Form>
      )}
    </Page>
  )
}

function File({ certificate, shareLink }: CertificateProps) {
  const { t } = useFrame()
  const href = `/me/certificates/${certificate.id}/file`
  return (
    <section>
      <p class="buttons">
        <a class="button button-primary button-large" href={href}>
          {t('certificate.file.zh')}
        </a>
        <a class="button button-quiet" href={`${href}?lang=en`}>
          {t('certificate.file.en')}
        </a>
      </p>
      <p class="note">{t('certificate.file.hint')}</p>
      {shareLink !== null && (
        <div class="panel">
          <h2>{t('certificate.share.title')}</h2>
          <p>{t('certificate.share.text')}</p>
          <p>
            <a class="share-link" href={shareLink}>
              {shareLink}
            </a>
          </p>
        </div>
      )}
    </section>
  )
}

function Facts({ certificate }: CertificateProps) {
  const { t, zone, date, moment, word } = useFrame()
  const duration = useDuration()
  const hours = t('records.pdf.hours-value', {
    total: duration(certificate.verifiedMinutes + certificate.claimedMinutes),
    verified: duration(certificate.verifiedMinutes),
    claimed: duration(certificate.claimedMinutes),
  })
  const { idNumberMasked, endedReason } = certificate
  const document = `${t(`records.id-type.${certificate.idType}`)} ${idNumberMasked ?? ''}`
  return (
    <FactList
      facts={[
        [t('certificate.fact.issuer'), certificate.issuerName],
        [
          t('certificate.fact.reason'),
          endedReason === null ? null : word(`certificate.ended.${endedReason}`, endedReason),
        ],
        [t('certificate.fact.responsible'), certificate.responsibleUnitName],
        [t('certificate.fact.due'), certificate.dueAt === null ? null : moment(lastMinute(certificate.dueAt, zone))],
        [
          t('certificate.fact.period'),
          t('certificate.list.period', { from: date(certificate.fromDay), until: date(certificate.untilDay) }),
        ],
        [t('certificate.fact.hours'), certificate.handlerName === null ? null : hours],
        [t('certificate.fact.purpose'), certificate.purpose],
        [t('certificate.fact.name'), certificate.holderName],
        [t('certificate.fact.id'), idNumberMasked === null ? null : document],
        [t('certificate.fact.handler'), certificate.handlerName],
        [t('certificate.fact.in-charge'), certificate.inChargeName],
        [t('certificate.fact.contact'), certificate.contact],
        [t('certificate.fact.issued'), certificate.issuedAt === null ? null : date(dateOf(certificate.issuedAt, zone))],
      ]}
    />
  )
}

function Objections({ objections }: CertificateProps) {
  const { t } = useFrame()
  if (objections.length === 0) return null
  return (
    <ul class="rows">
      {objections.map((one) => (
        <li key={one.id} class="row">
          <p>
            {t('certificate.fact.objection')} {one.reason}
          </p>
          {one.answer !== null && (
            <p>
              {t('certificate.fact.answer')} {one.answer}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

function Lines({ lines }: CertificateProps) {
  const { t, date } = useFrame()
  const duration = useDuration()
  if (lines.length === 0) return null
  return (
    <section>
      <h2>{t('certificate.lines.title')}</h2>
      <ul class="rows">
        {lines.map((line) => (
          <li key={line.recordId} class="row">
            <p class="card-title">{line.title}</p>
            <p>
              {date(line.day)} · {duration(line.minutes)} · {t(`records.class.${line.class}`)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
