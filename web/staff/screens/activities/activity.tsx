import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Page, Section } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { EditActivity } from './edit-activity.tsx'
import { AddSessions } from './edit-session.tsx'
import { useServiceKinds } from './fields.tsx'

/** One activity with its sessions; what it says can be kept as a template for the next time. */
export function ActivityScreen() {
  const { t } = useWords()
  const { id } = useParams<{ id: string }>()
  const read = useRead('readActivity', { params: { id } })
  const [isEditing, setEditing] = useState(false)
  return (
    <ReadState read={read}>
      {(answer) => (
        <Page
          title={answer.activity.title}
          lead={answer.activity.teamName ?? answer.activity.unitName}
          actions={
            answer.organises &&
            answer.activity.state !== 'cancelled' &&
            !isEditing && <Button onClick={() => setEditing(true)}>{t('staff-activity.edit')}</Button>
          }
        >
          {isEditing ? (
            <EditActivity activity={answer.activity} onClose={() => setEditing(false)} />
          ) : (
            <Standing {...answer} />
          )}
          <Sessions {...answer} />
          {answer.organises && answer.activity.state !== 'cancelled' && <AddSessions {...answer} />}
          {answer.organises && <KeepAsTemplate {...answer} />}
          {answer.organises && answer.activity.state !== 'cancelled' && (
            <Section title={t('staff-activity.cancel')}>
              <Cancel id={id} />
            </Section>
          )}
        </Page>
      )}
    </ReadState>
  )
}

type Answer = AnswerOf<'readActivity'>

function Standing({ activity, organises }: Answer) {
  const { t, named } = useWords()
  const forget = useForget()
  const { counting } = useServiceKinds()
  const publish = useIntent('publishActivity', () => forget('readActivity', 'listOrganised'))
  return (
    <Section title={t('staff-activity.facts')}>
      <Facts
        facts={[
          { term: t('staff-activity.state'), value: named('staff-activity.state', activity.state) },
          { term: t('staff-activity.place'), value: activity.place },
          { term: t('staff-activity.in-charge'), value: activity.personInCharge },
          { term: t('staff-activity.kind'), value: counting.find(({ slug }) => slug === activity.kindSlug)?.text },
          { term: t('staff-activity.field.description'), value: activity.description },
          { term: t('volunteer.fact.risks'), value: activity.risks },
          { term: t('staff-activity.field.protection'), value: activity.protection },
          { term: t('staff-activity.field.insurance'), value: activity.insurance },
          { term: t('staff-activity.cancelled-why'), value: activity.cancelReason },
        ]}
      />
      <ProblemAlert problem={publish.problem} />
      {organises && activity.state === 'draft' && (
        <Button
          type="primary"
          loading={publish.pending}
          onClick={() => void publish.run({ params: { id: activity.id } })}
        >
          {t('staff-activity.publish')}
        </Button>
      )}
    </Section>
  )
}

function Sessions({ sessions }: Answer) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const placesOf = (roles: Answer['sessions'][number]['roles']) =>
    `${roles.reduce((sum, role) => sum + role.taken, 0)} / ${roles.reduce((sum, role) => sum + role.needed, 0)}`
  return (
    <Section title={t('staff-activity.sessions')}>
      <DataTable
        caption={t('staff-activity.sessions')}
        rows={sessions}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'starts',
            title: t('staff-activity.starts'),
            className: 'cell-title',
            cell: (row) => (
              <Link href={`/sessions/${row.id}`} className="row-link">
                {moment(row.startsAt)}
              </Link>
            ),
          },
          { key: 'place', title: t('staff-activity.place'), cell: (row) => row.place },
          { key: 'people', title: t('staff-activity.people'), cell: (row) => placesOf(row.roles) },
          { key: 'state', title: t('staff-activity.state'), cell: (row) => named('staff-activity.session', row.state) },
        ]}
      />
    </Section>
  )
}

function KeepAsTemplate({ activity, sessions }: Answer) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const first = sessions[0]
  const roles = first?.roles.map(({ name, needed, skills, licences, ageMin }) => ({
    name,
    needed,
    skills,
    licences,
    ageMin,
  }))
  const minutes =
    first === undefined ? undefined : Math.round((Date.parse(first.endsAt) - Date.parse(first.startsAt)) / 60_000)
  const { title, description, content, beneficiaries, place, placeUnitId, risks, protection, insurance } = activity
  const { personInCharge, recorder, membersOnly, needsInsurance, needsHealth, offerMinutes } = activity
  const said = { title, description, content, beneficiaries, place, placeUnitId, risks, protection, insurance }
  const rules = { personInCharge, recorder, membersOnly, needsInsurance, needsHealth, offerMinutes }
  return (
    <Section title={t('staff-activity.keep')}>
      <IntentForm<'saveTemplate', { readonly name: string }>
        route="saveTemplate"
        toInput={({ name }) => ({
          body: {
            name,
            unitId: activity.unitId,
            teamId: activity.teamId,
            plan: {
              ...said,
              ...rules,
              ...(roles !== undefined && { roles }),
              ...(minutes !== undefined && { minutes }),
            },
          },
        })}
        onDone={async () => {
          notify(t('staff-activity.kept'))
          await forget('listTemplates')
        }}
        submit={t('staff-activity.keep')}
      >
        <Form.Item
          name="name"
          label={t('staff-activity.template-name')}
          rules={[{ required: true, message: t('validation.required') }]}
        >
          <Input maxLength={40} />
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

function Cancel({ id }: { readonly id: string }) {
  const { t } = useWords()
  const forget = useForget()
  return (
    <IntentForm<'cancelActivity', { readonly reason: string }>
      route="cancelActivity"
      danger
      toInput={(body) => ({ params: { id }, body })}
      onDone={() => forget('readActivity', 'listOrganised')}
      submit={t('staff-activity.cancel')}
    >
      <Form.Item
        name="reason"
        label={t('staff-activity.reason')}
        extra={t('staff-activity.reason-help')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Input maxLength={200} />
      </Form.Item>
    </IntentForm>
  )
}
