import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { documentKinds } from '../../../../contract/account.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'

type Row = AnswerOf<'listMerges'>['rows'][number]

/** Two accounts of one person: one of the staff proposes with the document in hand, another one decides. */
export function MergesScreen() {
  const { t } = useWords()
  const [proposing, setProposing] = useState(false)
  const list = useRead('listMerges', {})
  return (
    <Page
      title={t('staff.menu.merges')}
      lead={t('staff-office.merges-lead')}
      actions={
        !proposing && (
          <Button type="primary" onClick={() => setProposing(true)}>
            {t('staff-office.propose-merge')}
          </Button>
        )
      }
    >
      {proposing && <Propose onClose={() => setProposing(false)} />}
      <ReadState read={list} lines={6}>
        {({ rows, sharing }) => (
          <>
            {sharing.length > 0 && <Sharing sharing={sharing} />}
            {rows.length === 0 ? (
              <Empty title={t('staff-office.no-merges')}>{t('staff-office.no-merges-next')}</Empty>
            ) : (
              <ul className="cards">
                {rows.map((row) => (
                  <MergeCard key={row.id} row={row} />
                ))}
              </ul>
            )}
          </>
        )}
      </ReadState>
    </Page>
  )
}

/** Nobody was told of it when the number was saved: whoever knows a number must not learn that its holder is registered. */
function Sharing({ sharing }: Pick<AnswerOf<'listMerges'>, 'sharing'>) {
  const { t } = useWords()
  return (
    <Section title={t('staff-office.sharing')}>
      <p className="sheet-lead">{t('staff-office.sharing-help')}</p>
      <ul>
        {sharing.map(({ one, other }) => (
          <li key={one.id + other.id}>
            <AccountFacts account={one} />
            <br />
            <AccountFacts account={other} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface ProposeValues {
  readonly keptPhone: string
  readonly absorbedPhone: string
  readonly documentKind: (typeof documentKinds)[number]
  readonly documentNumber: string
  readonly note?: string
}

function Propose({ onClose }: { readonly onClose: () => void }) {
  const { t, named } = useWords()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-office.propose-merge')}>
      <IntentForm<'proposeMerge', ProposeValues>
        route="proposeMerge"
        toInput={({ note, ...body }) => ({ body: { ...body, note: note ?? '' } })}
        initialValues={{ documentKind: 'resident-id' }}
        onDone={async () => {
          await forgetRoutes('listMerges')
          onClose()
        }}
        onCancel={onClose}
        submit={t('staff-office.propose')}
      >
        <div className="field-row">
          <Form.Item name="keptPhone" label={t('staff-office.kept-phone')} rules={required}>
            <Input maxLength={24} inputMode="tel" autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item name="absorbedPhone" label={t('staff-office.absorbed-phone')} rules={required}>
            <Input maxLength={24} inputMode="tel" autoComplete="off" />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="documentKind" label={t('account.identity.kind')} rules={required}>
            <Select options={documentKinds.map((kind) => ({ value: kind, label: named('people.document', kind) }))} />
          </Form.Item>
          <Form.Item
            name="documentNumber"
            label={t('account.identity.number')}
            extra={t('staff-office.document-help')}
            rules={required}
          >
            <Input maxLength={24} autoComplete="off" spellCheck={false} />
          </Form.Item>
        </div>
        <Form.Item name="note" label={t('staff-office.merge-note')}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

function MergeCard({ row }: { readonly row: Row }) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>{named('staff-office.merge-state', row.state)}</h2>
          <p className="cell-sub">
            {moment(row.proposedAt)} · {named('staff-office.merge-proof', row.proof)}
            {row.note !== '' && ` · ${row.note}`}
          </p>
        </div>
      </div>
      <dl className="facts">
        {(['kept', 'absorbed'] as const).map((side) => (
          <div key={side}>
            <dt>{t(`staff-office.${side}`)}</dt>
            <dd>
              <AccountFacts account={row[side]} />
            </dd>
          </div>
        ))}
      </dl>
      {row.state === 'proposed' && (row.isMine ? <p>{t('staff-office.merge-waits')}</p> : <Decide id={row.id} />)}
      {row.mayUndo && <Undo id={row.id} until={moment(row.undoUntil ?? row.proposedAt)} />}
    </li>
  )
}

function AccountFacts({ account }: { readonly account: Row['kept'] }) {
  const { t } = useWords()
  const { moment } = useMoments()
  const facts = [
    account.nameMasked,
    account.phoneMasked,
    account.documentMasked ?? t('staff-office.no-document'),
    account.isVolunteer ? t('staff-office.is-volunteer') : null,
    account.isMinor ? t('staff-office.is-minor') : null,
    t('staff-office.registered', { at: moment(account.registeredAt) }),
  ]
  return <>{facts.filter((fact) => fact !== null && fact !== '').join(' · ')}</>
}

function Decide({ id }: { readonly id: string }) {
  const { t } = useWords()
  const forgetRoutes = useForget()
  const decide = useIntent('decideMerge', () => forgetRoutes('listMerges'))
  const send = (agrees: boolean) => void decide.run({ params: { id }, body: { agrees } })
  return (
    <>
      <ProblemAlert problem={decide.problem} />
      <div className="form-buttons">
        <Button type="primary" loading={decide.pending} onClick={() => send(true)}>
          {t('staff-office.agree-merge')}
        </Button>
        <Button loading={decide.pending} onClick={() => send(false)}>
          {t('staff-office.refuse-merge')}
        </Button>
      </div>
    </>
  )
}

function Undo({ id, until }: { readonly id: string; readonly until: string }) {
  const { t } = useWords()
  const forgetRoutes = useForget()
  const [sure, setSure] = useState(false)
  const undo = useIntent('undoMerge', () => forgetRoutes('listMerges'))
  return (
    <>
      <ProblemAlert problem={undo.problem} />
      <div className="form-buttons">
        <Button
          danger={sure}
          loading={undo.pending}
          onClick={() => (sure ? void undo.run({ params: { id } }) : setSure(true))}
        >
          {t(sure ? 'staff-office.undo-merge-sure' : 'staff-office.undo-merge', { until })}
        </Button>
      </div>
    </>
  )
}
