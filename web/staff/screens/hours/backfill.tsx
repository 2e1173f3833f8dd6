import { Form, Input } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { MomentInput } from '../../parts/moment-input.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { Choose, type Named, TeamPicker } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { ServiceKindField } from '../activities/fields.tsx'

interface Values {
  readonly personId: string
  readonly kindSlug: string
  readonly title: string
  readonly startedAt: string
  readonly endedAt: string
  readonly statement: string
}

/** Time that nobody recorded when it was given: entered for a member of a team, and approved by the unit above. */
export function Backfill() {
  const { t } = useWords()
  const me = useMe()
  const own = me.teams.find(({ role }) => role !== 'member')
  const [team, setTeam] = useState<Named | null>(own ?? null)
  return (
    <Section title={t('hours.desk.backfill')}>
      <p className="sheet-lead">{t('hours.desk.backfill-lead')}</p>
      <div className="labelled">
        <span>{t('hours.desk.backfill-team')}</span>
        <TeamPicker label={t('hours.desk.backfill-team')} value={team} onChange={setTeam} />
      </div>
      {team !== null && <ForMember key={team.id} teamId={team.id} />}
    </Section>
  )
}

function ForMember({ teamId }: { readonly teamId: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const read = useRead('readTeamDesk', { params: { id: teamId } })
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <ReadState read={read} lines={3}>
      {({ members }) => (
        <IntentForm<'backfillHours', Values>
          route="backfillHours"
          toInput={(values) => ({ body: { ...values, teamId } })}
          onDone={async () => {
            notify(t('hours.desk.backfill-done'))
            await forget('listHoursToApprove')
          }}
          submit={t('hours.desk.backfill-enter')}
        >
          <div className="field-row">
            <Form.Item name="personId" label={t('hours.desk.backfill-who')} rules={required}>
              <Choose
                empty="–"
                options={members.map(({ personId, name }) => ({ value: personId, text: name ?? '–' }))}
              />
            </Form.Item>
            <Form.Item name="title" label={t('hours.desk.backfill-what')} rules={required}>
              <Input maxLength={60} />
            </Form.Item>
          </div>
          <ServiceKindField required={required} />
          <div className="field-row">
            <Form.Item name="startedAt" label={t('staff-activity.came')} rules={required}>
              <MomentInput />
            </Form.Item>
            <Form.Item name="endedAt" label={t('staff-activity.left')} rules={required}>
              <MomentInput />
            </Form.Item>
          </div>
          <Form.Item
            name="statement"
            label={t('hours.desk.backfill-why')}
            extra={t('hours.desk.backfill-why-help')}
            rules={required}
          >
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={200} />
          </Form.Item>
        </IntentForm>
      )}
    </ReadState>
  )
}
