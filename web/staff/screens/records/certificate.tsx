import { Button } from 'antd'
import { Link, useParams } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { lastMinute } from '../../../shared/dates.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Fold } from '../../parts/fold.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Page, Section } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import { AnswerObjection, Prepare } from './certificate-forms.tsx'
import { useDuration } from './use-duration.ts'

type Answer = AnswerOf<'readCertificate'>

/** One certificate with everything that may be done with it now. */
export function CertificateScreen() {
  const { id } = useParams<{ id: string }>()
  const { t, named } = useWords()
  const read = useRead('readCertificate', { params: { id } })
  const certificate = read.data?.certificate
  return (
    <Page
      title={
        certificate === undefined ? t('staff-records.menu') : t('staff-records.one', { name: certificate.holderName })
      }
      lead={
        <>
          {certificate !== undefined && `${named('records.state', certificate.state)} · `}
          <Link href="/certificates">{t('staff-records.back')}</Link>
        </>
      }
    >
      <ReadState read={read}>
        {(answer) => (
          <>
            <Said {...answer} />
            <Objections {...answer} />
            <Acts {...answer} />
            <Lines {...answer} />
          </>
        )}
      </ReadState>
    </Page>
  )
}

/** How many hours it states, and how they are known. */
function useHours(certificate: Answer['certificate']): string {
  const { t } = useWords()
  const duration = useDuration()
  return t('records.pdf.hours-value', {
    total: duration(certificate.verifiedMinutes + certificate.claimedMinutes),
    verified: duration(certificate.verifiedMinutes),
    claimed: duration(certificate.claimedMinutes),
  })
}

function Said({ certificate }: Answer) {
  const { t, named } = useWords()
  const { moment, day, date, zone } = useMoments()
  const { idNumberMasked, endedReason } = certificate
  const hours = useHours(certificate)
  const isPrepared = certificate.handlerName !== null
  return (
    <Section title={t('staff-records.facts')}>
      <Facts
        facts={[
          { term: t('staff-records.serial'), value: certificate.serial },
          { term: t('staff-records.unit'), value: certificate.issuerName },
          {
            term: t('staff-records.recorder'),
            value: certificate.unitId === certificate.issuerUnitId ? null : certificate.unitName,
          },
          {
            term: t('staff-records.reason'),
            value: endedReason === null ? null : named('certificate.ended', endedReason),
          },
          { term: t('staff-records.responsible'), value: certificate.responsibleUnitName },
          {
            term: t('staff-records.due'),
            value: certificate.dueAt === null ? null : moment(lastMinute(certificate.dueAt, zone)),
          },
          {
            term: t('staff-records.period'),
            value: t('records.pdf.period-value', {
              from: date(certificate.fromDay),
              until: date(certificate.untilDay),
            }),
          },
          { term: t('staff-records.hours'), value: isPrepared ? hours : null },
          { term: t('staff-records.purpose'), value: certificate.purpose },
          {
            term: t('staff-records.id'),
            value: idNumberMasked === null ? null : `${named('records.id-type', certificate.idType)} ${idNumberMasked}`,
          },
          {
            term: t('staff-records.identity'),
            value: certificate.identity === null ? null : named('records.identity', certificate.identity),
          },
          { term: t('staff-records.number'), value: certificate.volunteerNumber },
          { term: t('staff-records.handler'), value: certificate.handlerName },
          { term: t('staff-records.in-charge'), value: certificate.inChargeName },
          { term: t('staff-records.contact'), value: certificate.contact },
          { term: t('staff-records.remarks'), value: certificate.remarks },
          {
            term: t('staff-records.notice'),
            value: certificate.noticeUntil === null ? null : moment(lastMinute(certificate.noticeUntil, zone)),
          },
          {
            term: t('certificate.fact.issued'),
            value: certificate.issuedAt === null ? null : day(certificate.issuedAt),
          },
          {
            term: t('staff-records.seal'),
            value:
              certificate.issuedAt === null
                ? null
                : t(certificate.hasSeal ? 'staff-records.seal-yes' : 'staff-records.seal-no'),
          },
        ]}
      />
    </Section>
  )
}

function Lines({ lines }: Answer) {
  const { t, named } = useWords()
  const { date } = useMoments()
  const duration = useDuration()
  return (
    <Section title={t('staff-records.lines')}>
      {lines.length === 0 ? (
        <p>{t('staff-records.lines-none')}</p>
      ) : (
        <DataTable
          caption={t('staff-records.lines')}
          rows={lines}
          rowKey={({ recordId }) => recordId}
          columns={[
            { key: 'title', title: t('staff-records.title'), className: 'cell-title', cell: (row) => row.title },
            { key: 'day', title: t('staff-records.day'), cell: (row) => date(row.day) },
            { key: 'time', title: t('staff-records.time'), cell: (row) => duration(row.minutes) },
            { key: 'known', title: t('staff-records.known'), cell: (row) => named('records.class', row.class) },
          ]}
        />
      )}
    </Section>
  )
}

function Objections({ objections, acts }: Answer) {
  const { t } = useWords()
  const { moment } = useMoments()
  if (objections.length === 0) return null
  const open = objections.find((one) => one.isUpheld === null)
  const finding = (isUpheld: boolean | null) =>
    isUpheld === null
      ? t('staff-records.objection-open')
      : t(isUpheld ? 'staff-records.objection-upheld' : 'staff-records.objection-dismissed')
  return (
    <Section title={t('staff-records.objections')}>
      <DataTable
        caption={t('staff-records.objections')}
        rows={objections}
        rowKey={({ id }) => id}
        columns={[
          { key: 'reason', title: t('staff-records.reason'), className: 'cell-title', cell: (row) => row.reason },
          { key: 'made', title: t('staff-records.requested'), cell: (row) => moment(row.madeAt) },
          { key: 'finding', title: t('staff-records.verdict'), cell: (row) => finding(row.isUpheld) },
          { key: 'answer', title: t('staff-records.answer'), cell: (row) => row.answer ?? '–' },
        ]}
      />
      {open !== undefined && acts.includes('answer-objection') && <AnswerObjection key={open.id} id={open.id} />}
    </Section>
  )
}

function Acts({ certificate, acts }: Answer) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const { id } = certificate
  const done = async (text: string) => {
    notify(text)
    await forget('readCertificate', 'listCertificates')
  }
  const toInput = (values: { readonly reason: string }) => ({ params: { id }, body: values })
  return (
    <>
      {acts.includes('sign-off') && (
        <Section title={t('staff-records.sign-off')}>
          <p className="sheet-lead">{t('staff-records.sign-off-help')}</p>
          <SignOff id={id} onDone={done} />
        </Section>
      )}
      {acts.includes('prepare') && certificate.state === 'requested' && (
        <Section title={t('staff-records.prepare')}>
          <Prepare certificate={certificate} />
        </Section>
      )}
      {acts.includes('prepare') && certificate.state !== 'requested' && (
        <Section title={t('staff-records.prepare-again')}>
          <Fold summary={t('staff-records.prepare-again-help')}>
            <Prepare certificate={certificate} />
          </Fold>
        </Section>
      )}
      {acts.includes('refuse') && (
        <Section title={t('staff-records.refuse')}>
          <Fold summary={t('staff-records.refuse-help')}>
            <ReasonForm<'refuseCertificate'>
              route="refuseCertificate"
              toInput={toInput}
              onDone={() => done(t('staff-records.refused'))}
              submit={t('staff-records.refuse')}
              danger
            />
          </Fold>
        </Section>
      )}
      {acts.includes('revoke') && (
        <Section title={t('staff-records.revoke')}>
          <Fold summary={t('staff-records.revoke-help')}>
            <ReasonForm<'revokeCertificate'>
              route="revokeCertificate"
              toInput={toInput}
              onDone={() => done(t('staff-records.revoked'))}
              submit={t('staff-records.revoke')}
              danger
            />
          </Fold>
        </Section>
      )}
    </>
  )
}

function SignOff({ id, onDone }: { readonly id: string; readonly onDone: (text: string) => Promise<void> }) {
  const { t } = useWords()
  const signOff = useIntent('signOffCertificate', ({ serial }) => onDone(t('staff-records.signed', { serial })))
  return (
    <>
      <ProblemAlert problem={signOff.problem} />
      <Button type="primary" loading={signOff.pending} onClick={() => void signOff.run({ params: { id } })}>
        {t('staff-records.sign-off')}
      </Button>
    </>
  )
}
