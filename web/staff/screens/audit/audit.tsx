import { Button, Input } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, usePages, useRead } from '../../parts/use-call.ts'

/** The log that nobody can rewrite unseen, and the two computations that prove it. */
export function AuditScreen() {
  const { t } = useWords()
  const [words, setWords] = useState('')
  const [action, setAction] = useState('')
  const list = usePages('listAudit', { query: { action } }, { keep: true })
  return (
    <Page title={t('staff.menu.audit')} lead={t('staff-office.audit-lead')}>
      <div className="proofs">
        <AuditProof />
        <LedgerProof />
      </div>
      <Section title={t('staff-office.events')}>
        <div className="filters" role="search" aria-label={t('staff-order.filters')}>
          <Input.Search
            value={words}
            aria-label={t('staff-office.action')}
            placeholder={t('staff-office.action-placeholder')}
            enterButton={t('staff.search')}
            maxLength={60}
            onChange={(event) => setWords(event.target.value)}
            onSearch={(searched) => setAction(searched.trim())}
          />
        </div>
        <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={8}>
          {(rows) =>
            rows.length === 0 ? <Empty title={t('staff-office.no-events')} /> : <EventTable rows={rows} more={list} />
          }
        </ReadState>
      </Section>
    </Page>
  )
}

interface EventTableProps {
  readonly rows: readonly RowOf<'listAudit'>[]
  readonly more: Parameters<typeof DataTable>[0]['more']
}

function EventTable({ rows, more }: EventTableProps) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  return (
    <DataTable
      caption={t('staff-office.events')}
      rows={rows}
      rowKey={({ id }) => id}
      {...(more !== undefined && { more })}
      columns={[
        { key: 'at', title: t('staff-office.when'), cell: (row) => <time dateTime={row.at}>{moment(row.at)}</time> },
        {
          key: 'action',
          title: t('staff-office.action'),
          cell: (row) => (
            <>
              <code>{row.action}</code>
              {row.purpose !== null && <span className="cell-sub">{named('people.purpose', row.purpose)}</span>}
            </>
          ),
        },
        {
          key: 'actor',
          title: t('staff-office.actor'),
          cell: (row) => (
            <>
              {row.actorKind}
              {row.actorId !== null && <span className="cell-sub number">{row.actorId}</span>}
            </>
          ),
        },
        {
          key: 'subject',
          title: t('staff-office.subject'),
          cell: (row) => (
            <>
              {row.subjectKind}
              {row.subjectId !== null && <span className="cell-sub number">{row.subjectId}</span>}
            </>
          ),
        },
        {
          key: 'details',
          title: t('staff-office.details'),
          cell: (row) =>
            Object.keys(row.details).length > 0 && (
              <details>
                <summary>{t('staff-office.details')}</summary>
                <pre className="details-json">{JSON.stringify(row.details, null, 1)}</pre>
              </details>
            ),
        },
      ]}
    />
  )
}

function AuditProof() {
  const { t } = useWords()
  const [asked, setAsked] = useState(false)
  const proof = useRead('verifyAudit', {}, { enabled: asked, staleTime: 0 })
  return (
    <Section title={t('staff-office.verify-audit')}>
      <p className="cell-sub">{t('staff-office.verify-audit-why')}</p>
      <VerifyButton
        asked={asked}
        busy={proof.isFetching}
        onAsk={() => (asked ? void proof.refetch() : setAsked(true))}
      />
      {asked && (
        <ReadState read={proof} lines={2}>
          {({ sealed, unsealed, head, faults }) => (
            <Verdict
              faults={faults.map(({ seq, fault }) => `${seq ?? ''} ${fault}`)}
              good={t('staff-office.audit-good', { sealed, unsealed })}
              {...(head !== null && { code: `${head.seq} ${head.hash}` })}
            />
          )}
        </ReadState>
      )}
    </Section>
  )
}

function LedgerProof() {
  const { t } = useWords()
  const [asked, setAsked] = useState(false)
  const proof = useRead('verifyLedger', {}, { enabled: asked, staleTime: 0 })
  return (
    <Section title={t('staff-office.verify-ledger')}>
      <p className="cell-sub">{t('staff-office.verify-ledger-why')}</p>
      <VerifyButton
        asked={asked}
        busy={proof.isFetching}
        onAsk={() => (asked ? void proof.refetch() : setAsked(true))}
      />
      {asked && (
        <ReadState read={proof} lines={2}>
          {({ accounts, transfers, sum, faults }) => (
            <Verdict
              faults={faults.map(({ accountId, fault }) => `${accountId ?? ''} ${fault}`)}
              good={t('staff-office.ledger-good', { accounts, transfers, sum })}
            />
          )}
        </ReadState>
      )}
    </Section>
  )
}

interface VerifyButtonProps {
  readonly asked: boolean
  readonly busy: boolean
  readonly onAsk: () => void
}

function VerifyButton({ asked, busy, onAsk }: VerifyButtonProps) {
  const { t } = useWords()
  return (
    <Button onClick={onAsk} loading={busy}>
      {asked ? t('staff-office.verify-again') : t('staff-office.verify')}
    </Button>
  )
}

interface VerdictProps {
  readonly faults: readonly string[]
  readonly good: string
  readonly code?: string
}

function Verdict({ faults, good, code }: VerdictProps) {
  const { t } = useWords()
  return (
    <div role="status" className={faults.length === 0 ? 'verdict verdict-good' : 'verdict verdict-bad'}>
      <p>
        <strong>
          {faults.length === 0
            ? t('staff-office.verdict-good')
            : t('staff-office.verdict-bad', { count: faults.length })}
        </strong>
      </p>
      <p>{good}</p>
      {code !== undefined && <code className="hash">{code}</code>}
      {faults.length > 0 && (
        <ul className="plain-list">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
