import type { CertificateNoticesProps, CertificateObjectionProps, CheckCertificateProps } from '#contract/pages.ts'
import { ErrorSummary, Form, TextArea, TextField } from '../form.tsx'
import { dateOf, lastMinute } from '../../shared/dates.ts'
import { Page, useFrame } from '../frame.tsx'
import { FactList, useDuration } from './certificates.tsx'

/** For whoever holds a certificate in the hand: valid or not, and the least that tells it from another. */
export function CheckCertificate({ form, found }: CheckCertificateProps) {
  const { t } = useFrame()
  const title = t('certificate.check.title')
  return (
    <Page title={title} faulty={form.errors.length > 0}>
      {found === null ? (
        <>
          <ErrorSummary form={form} />
          <h1>{title}</h1>
          <p class="lead">{t('certificate.check.lead')}</p>
          <Form form={form} action="/certificates">
            <TextField
              form={form}
              name="serial"
              label={t('certificate.check.serial')}
              more={{ maxLength: 80, autocomplete: 'off' }}
            />
            <TextField
              form={form}
              name="code"
              label={t('certificate.check.code')}
              more={{ maxLength: 40, autocomplete: 'off', autocapitalize: 'characters' }}
            />
            <p>
              <button class="button button-primary button-large">{t('certificate.check.send')}</button>
            </p>
          </Form>
        </>
      ) : (
        <Found found={found} />
      )}
      <p class="note">{t('certificate.check.legal')}</p>
    </Page>
  )
}

function Found({ found }: { readonly found: NonNullable<CheckCertificateProps['found']> }) {
  const { t, zone, date } = useFrame()
  const duration = useDuration()
  const hours = t('records.pdf.hours-value', {
    total: duration(found.verifiedMinutes + found.claimedMinutes),
    verified: duration(found.verifiedMinutes),
    claimed: duration(found.claimedMinutes),
  })
  return (
    <>
      <h1 class={`checked checked-${found.state}`}>{t(`certificate.check.state.${found.state}`)}</h1>
      <FactList
        facts={[
          [t('certificate.fact.serial'), found.serial],
          [t('certificate.fact.issuer'), found.issuerName],
          [t('certificate.check.holder'), found.holderMasked],
          [
            t('certificate.fact.period'),
            t('certificate.list.period', { from: date(found.fromDay), until: date(found.untilDay) }),
          ],
          [t('certificate.fact.hours'), hours],
          [t('certificate.fact.issued'), date(dateOf(found.issuedAt, zone))],
          [t('certificate.check.since'), found.endedAt === null ? null : date(dateOf(found.endedAt, zone))],
        ]}
      />
      <p>
        <a class="button button-quiet" href="/certificates">
          {t('certificate.check.again')}
        </a>
      </p>
    </>
  )
}

/** What is on notice now; names are masked. */
export function CertificateNotices({ rows, mine, done }: CertificateNoticesProps) {
  const { t } = useFrame()
  const title = t('certificate.notices.title')
  return (
    <Page title={title}>
      {done !== null && (
        <p class="panel" role="status">
          {t(`certificate.done.${done}`)}
        </p>
      )}
      <h1>{title}</h1>
      <p class="lead">{t('certificate.notices.lead')}</p>
      {rows.length === 0 ? (
        <p class="panel">{t('certificate.notices.none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.id} class="row">
              <Notice notice={row} />
              <p class="buttons">
                <a class="button button-quiet" href={`/certificate-notices/${row.id}`}>
                  {t('certificate.notices.object')}
                </a>
              </p>
            </li>
          ))}
        </ul>
      )}
      {mine.length > 0 && (
        <>
          <h2>{t('certificate.notices.mine')}</h2>
          <ul class="rows">
            {mine.map((one) => (
              <li key={one.id} class="row">
                <OwnObjection objection={one} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  )
}

/** What somebody objected to, and what came of it. */
function OwnObjection({ objection }: { readonly objection: CertificateNoticesProps['mine'][number] }) {
  const { t, zone, date } = useFrame()
  const { isUpheld, mootAt, madeAt, reason } = objection
  const answer = objection.answer ?? ''
  return (
    <>
      <p class="card-title">
        {objection.holderMasked} · {objection.issuerName}
      </p>
      <p>{t('certificate.notices.made', { at: date(dateOf(madeAt, zone)), reason })}</p>
      <p>
        {isUpheld === null
          ? t(mootAt === null ? 'certificate.notices.open' : 'certificate.notices.moot')
          : t(isUpheld ? 'certificate.notices.upheld' : 'certificate.notices.dismissed', { answer })}
      </p>
    </>
  )
}

function Notice({ notice }: { readonly notice: CertificateObjectionProps['notice'] }) {
  const { t, zone, date, moment } = useFrame()
  const duration = useDuration()
  const hours = {
    total: duration(notice.verifiedMinutes + notice.claimedMinutes),
    verified: duration(notice.verifiedMinutes),
    claimed: duration(notice.claimedMinutes),
  }
  return (
    <>
      <p class="card-title">
        {notice.holderMasked} · {notice.issuerName}
      </p>
      <p>
        {t('certificate.list.period', { from: date(notice.fromDay), until: date(notice.untilDay) })} ·{' '}
        {t('records.pdf.hours-value', hours)}
      </p>
      <p class="row-state">{t('certificate.notices.until', { until: moment(lastMinute(notice.noticeUntil, zone)) })}</p>
    </>
  )
}

export function CertificateObjection({ form, notice }: CertificateObjectionProps) {
  const { t } = useFrame()
  const title = t('certificate.objection.title')
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={{ href: '/certificate-notices', text: t('certificate.notices.title') }}
    >
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('certificate.objection.lead')}</p>
      <div class="panel">
        <Notice notice={notice} />
      </div>
      <Form form={form} action={`/certificate-notices/${notice.id}`}>
        <TextArea form={form} name="reason" label={t('certificate.reason')} />
        <p>
          <button class="button button-primary button-large">{t('certificate.objection.send')}</button>
        </p>
      </Form>
    </Page>
  )
}
