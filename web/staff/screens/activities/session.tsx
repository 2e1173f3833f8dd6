import { Button, Checkbox, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import type { RosterRow } from '../../../../contract/activity-shapes.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { MomentInput } from '../../parts/moment-input.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import { EditSession } from './edit-session.tsx'
import { Emergency } from './emergency.tsx'

/** One session: who has a place, who waits, who came; ticking the list, scanning, paper, messages. */
export function SessionScreen() {
  const { t } = useWords()
  const { moment } = useMoments()
  const { id } = useParams<{ id: string }>()
  const read = useRead('readRoster', { params: { id } }, { refetchInterval: 15_000 })
  const about = useRead('readSession', { params: { id } })
  const title = (startsAt: string) =>
    about.data === undefined
      ? moment(startsAt)
      : t('staff-activity.session-at', { title: about.data.session.title, at: moment(startsAt) })
  return (
    <ReadState read={read}>
      {({ session, rows }) => (
        <Page
          title={title(session.startsAt)}
          lead={session.place}
          actions={
            <>
              <Link href={`/sessions/${id}/screen`} className="button button-primary">
                {t('staff-activity.screen')}
              </Link>
              <a href={`/staff/collect/${id}`} className="button">
                {t('staff-collect.title')}
              </a>
              <Link href={`/activities/${session.activityId}`} className="button">
                {t('staff-activity.to-activity')}
              </Link>
            </>
          }
        >
          {rows.length === 0 ? <NobodyYet /> : <Roster id={id} rows={rows} />}
          <Scan id={id} />
          <Paper id={id} rows={rows} startsAt={session.startsAt} endsAt={session.endsAt} />
          <Message id={id} />
          <Emergency id={id} rows={rows} />
          {session.state === 'planned' && <EditSession session={session} />}
          {session.state === 'planned' && <CancelSession id={id} />}
        </Page>
      )}
    </ReadState>
  )
}

function NobodyYet() {
  const { t } = useWords()
  return (
    <Section title={t('staff-activity.roster')}>
      <p>{t('staff-activity.roster-none')}</p>
    </Section>
  )
}

function Roster({ id, rows }: { readonly id: string; readonly rows: readonly RosterRow[] }) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const forget = useForget()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const tick = useIntent('tickList', async () => {
    setChosen([])
    await forget('readRoster')
  })
  const toggle = (personId: string, on: boolean) =>
    setChosen((before) => (on ? [...before, personId] : before.filter((one) => one !== personId)))
  const send = (direction: 'in' | 'out') =>
    void tick.run({ params: { id }, body: { direction, personIds: [...chosen] } })
  return (
    <Section title={t('staff-activity.roster')}>
      <DataTable
        caption={t('staff-activity.roster')}
        rows={rows}
        rowKey={({ personId }) => personId}
        columns={[
          {
            key: 'tick',
            title: t('staff-activity.tick'),
            cell: (row) => (
              <Checkbox
                checked={chosen.includes(row.personId)}
                aria-label={t('staff-activity.tick-name', { name: row.name ?? '–' })}
                onChange={(event) => toggle(row.personId, event.target.checked)}
              />
            ),
          },
          {
            key: 'name',
            title: t('staff-activity.name'),
            className: 'cell-title',
            cell: (row) => (
              <>
                {row.name ?? '–'}
                <span className="cell-sub">{row.roleName}</span>
                {!row.photosAllowed && <span className="cell-sub">{t('staff-activity.no-photos')}</span>}
              </>
            ),
          },
          {
            key: 'state',
            title: t('staff-activity.state'),
            cell: (row) => named('volunteer.state', row.state ?? 'walked-in'),
          },
          {
            key: 'in',
            title: t('staff-activity.came'),
            cell: (row) => (row.checkedInAt === null ? '–' : moment(row.checkedInAt)),
          },
          {
            key: 'out',
            title: t('staff-activity.left'),
            cell: (row) => (row.checkedOutAt === null ? '–' : moment(row.checkedOutAt)),
          },
          { key: 'evidence', title: t('staff-activity.evidence'), cell: (row) => <EvidenceCell row={row} /> },
        ]}
      />
      <ProblemAlert problem={tick.problem} />
      <TickButtons count={chosen.length} pending={tick.pending} onSend={send} />
    </Section>
  )
}

function TickButtons(props: {
  readonly count: number
  readonly pending: boolean
  readonly onSend: (direction: 'in' | 'out') => void
}) {
  const { t } = useWords()
  const { count, pending, onSend } = props
  return (
    <div className="form-buttons">
      <Button type="primary" disabled={count === 0} loading={pending} onClick={() => onSend('in')}>
        {t('staff-activity.tick-in', { count })}
      </Button>
      <Button disabled={count === 0} loading={pending} onClick={() => onSend('out')}>
        {t('staff-activity.tick-out', { count })}
      </Button>
    </div>
  )
}

/** The score with its reasons in words; below the line it says that somebody has to look. */
function EvidenceCell({ row }: { readonly row: RosterRow }) {
  const { t, named } = useWords()
  if (row.score === null) return <>–</>
  return (
    <>
      {row.score}
      {row.needsConfirmation && <strong> {t('staff-activity.needs-confirmation')}</strong>}
      <span className="cell-sub">
        {row.reasons.map((reason) => named('attendance.reason', reason)).join(t('staff-activity.comma'))}
      </span>
    </>
  )
}

function Scan({ id }: { readonly id: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  return (
    <Section title={t('staff-activity.scan')}>
      <IntentForm<'checkInScanned', { readonly code: string; readonly leaves?: boolean }>
        route="checkInScanned"
        toInput={({ code, leaves }) => ({ params: { id }, body: { code, direction: leaves === true ? 'out' : 'in' } })}
        onDone={async () => {
          notify(t('staff-activity.scanned'))
          await forget('readRoster')
        }}
        submit={t('staff-activity.scan')}
      >
        <Form.Item
          name="code"
          label={t('staff-activity.code')}
          extra={t('staff-activity.code-help')}
          rules={[{ required: true, message: t('validation.required') }]}
        >
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item name="leaves" valuePropName="checked">
          <Checkbox>{t('staff-activity.leaves')}</Checkbox>
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

interface PaperProps {
  readonly id: string
  readonly rows: readonly RosterRow[]
  readonly startsAt: string
  readonly endsAt: string
}

/** One line of a sheet at a time: somebody on the list, or a phone. */
function Paper({ id, rows, startsAt, endsAt }: PaperProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  return (
    <Section title={t('staff-activity.paper')}>
      <p>
        <a href={`/programme/${id}/sheet`}>{t('staff-activity.sheet')}</a>
      </p>
      <IntentForm<
        'enterPaperSheet',
        { readonly personId?: string; readonly phone?: string; readonly from: string; readonly until: string }
      >
        route="enterPaperSheet"
        initialValues={{ from: startsAt, until: endsAt }}
        toInput={({ personId, phone, from, until }) => ({
          params: { id },
          body: {
            rows: [
              {
                personId: personId === '' ? null : (personId ?? null),
                phone: phone === '' ? null : (phone ?? null),
                from,
                until,
              },
            ],
          },
        })}
        onDone={async ({ entered }) => {
          notify(t(entered === 1 ? 'staff-activity.entered' : 'staff-activity.entered-nobody'))
          await forget('readRoster')
        }}
        submit={t('staff-activity.enter')}
      >
        <div className="field-row">
          <Form.Item name="personId" label={t('staff-activity.name')}>
            <Choose empty="–" options={rows.map((row) => ({ value: row.personId, text: row.name ?? '–' }))} />
          </Form.Item>
          <Form.Item name="phone" label={t('staff-activity.or-phone')}>
            <Input maxLength={24} inputMode="tel" />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="from" label={t('staff-activity.came')}>
            <MomentInput />
          </Form.Item>
          <Form.Item name="until" label={t('staff-activity.left')}>
            <MomentInput />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}

function Message({ id }: { readonly id: string }) {
  const { t } = useWords()
  const notify = useNotify()
  return (
    <Section title={t('staff-activity.message')}>
      <IntentForm<'messageSession', { readonly text: string }>
        route="messageSession"
        toInput={(body) => ({ params: { id }, body })}
        onDone={({ recipients }) => notify(t('staff-activity.told', { count: recipients }))}
        submit={t('staff-activity.send')}
      >
        <Form.Item
          name="text"
          label={t('staff-activity.text')}
          rules={[{ required: true, message: t('validation.required') }]}
        >
          <Input.TextArea maxLength={200} showCount rows={2} />
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

function CancelSession({ id }: { readonly id: string }) {
  const { t } = useWords()
  const forget = useForget()
  return (
    <Section title={t('staff-activity.cancel-session')}>
      <IntentForm<'cancelSession', { readonly reason: string; readonly following?: boolean }>
        route="cancelSession"
        danger
        toInput={({ reason, following }) => ({
          params: { id },
          body: { reason, scope: following === true ? 'following' : 'this' },
        })}
        onDone={() => forget('readRoster', 'readActivity')}
        submit={t('staff-activity.cancel-session')}
      >
        <Form.Item
          name="reason"
          label={t('staff-activity.reason')}
          extra={t('staff-activity.reason-help')}
          rules={[{ required: true, message: t('validation.required') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="following" valuePropName="checked">
          <Checkbox>{t('staff-activity.following')}</Checkbox>
        </Form.Item>
      </IntentForm>
    </Section>
  )
}
