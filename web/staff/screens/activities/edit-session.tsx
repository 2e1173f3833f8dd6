import { Checkbox, Form, Input, InputNumber } from 'antd'
import type { ReactNode } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { MomentInput } from '../../parts/moment-input.tsx'
import { useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { type Named, nameIn, UnitPicker } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { RecurrenceField, recurrenceOf, type RolePlan, RoleRows } from './fields.tsx'

type Session = AnswerOf<'readActivity'>['sessions'][number]

interface Where {
  readonly place: string
  readonly placeUnit: Named
  readonly roles: readonly RolePlan[]
}

/** A plan's roles without what only a session that exists has. */
function rolesOf({ roles }: Pick<Session, 'roles'>): RolePlan[] {
  return roles.map(({ name, needed, skills, licences, ageMin }) => ({ name, needed, skills, licences, ageMin }))
}

/** Renders once the unit of the place is known by its name. */
function WithUnit({ id, children }: { readonly id: string; readonly children: (unit: Named) => ReactNode }) {
  const { locale } = useWords()
  const read = useRead('readUnit', { params: { id } })
  return <ReadState read={read}>{({ unit }) => children({ id: unit.id, name: nameIn(locale, unit) })}</ReadState>
}

function WhereFields() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <div className="field-row">
        <Form.Item name="place" label={t('staff-activity.place')} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="placeUnit" label={t('staff-activity.place-unit')} rules={required}>
          <UnitPicker />
        </Form.Item>
      </div>
      <Form.Item name="roles" label={t('staff-activity.roles')} required>
        <RoleRows />
      </Form.Item>
    </>
  )
}

interface SessionValues extends Where {
  readonly startsAt: string
  readonly endsAt: string
  readonly following?: boolean
}

/** Moves a session or changes its place and numbers; everybody with or waiting for a place is told. */
export function EditSession({ session }: { readonly session: Session }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-activity.edit-session')}>
      <p className="sheet-lead">{t('staff-activity.edit-session-lead')}</p>
      <WithUnit id={session.placeUnitId}>
        {(placeUnit) => (
          <IntentForm<'editSession', SessionValues>
            key={session.version}
            route="editSession"
            initialValues={{
              startsAt: session.startsAt,
              endsAt: session.endsAt,
              place: session.place,
              placeUnit,
              roles: rolesOf(session),
            }}
            toInput={({ startsAt, endsAt, place, placeUnit, roles, following }) => ({
              params: { id: session.id },
              ifMatch: session.version,
              body: {
                startsAt,
                endsAt,
                place,
                placeUnitId: placeUnit.id,
                roles: [...roles],
                scope: following === true ? 'following' : 'this',
              },
            })}
            onDone={async () => {
              notify(t('staff-activity.session-edited'))
              await forget('readRoster', 'readActivity', 'readSession')
            }}
            submit={t('staff-activity.edit-session-save')}
          >
            <div className="field-row">
              <Form.Item name="startsAt" label={t('staff-activity.starts')} rules={required}>
                <MomentInput />
              </Form.Item>
              <Form.Item name="endsAt" label={t('staff-activity.ends')} rules={required}>
                <MomentInput />
              </Form.Item>
            </div>
            <WhereFields />
            <Form.Item name="following" valuePropName="checked">
              <Checkbox>{t('staff-activity.edit-following')}</Checkbox>
            </Form.Item>
          </IntentForm>
        )}
      </WithUnit>
    </Section>
  )
}

interface MoreValues extends Where {
  readonly startsAt: string
  readonly minutes: number
  readonly recurrence?: string
}

const MINUTE = 60_000
const MINUTES_USUAL = 60

interface AddSessionsProps {
  readonly activity: AnswerOf<'readActivity'>['activity']
  readonly sessions: readonly Session[]
}

/** One more session, or a series: it starts out like the last one, so that mostly only the time is to be given. */
export function AddSessions({ activity, sessions }: AddSessionsProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const now = useNow()
  const last = sessions.at(-1)
  const required = [{ required: true, message: t('validation.required') }]
  const minutes =
    last === undefined ? MINUTES_USUAL : Math.round((Date.parse(last.endsAt) - Date.parse(last.startsAt)) / MINUTE)
  const roles =
    last === undefined
      ? [{ name: t('staff-activity.member'), needed: 10, skills: [], licences: [], ageMin: null }]
      : rolesOf(last)
  return (
    <Section title={t('staff-activity.add-sessions')}>
      <WithUnit id={last?.placeUnitId ?? activity.placeUnitId}>
        {(placeUnit) => (
          <IntentForm<'addSessions', MoreValues>
            key={sessions.length}
            route="addSessions"
            initialValues={{ place: last?.place ?? activity.place, placeUnit, roles, minutes }}
            toInput={({ startsAt, minutes, recurrence, place, placeUnit, roles }) => ({
              params: { id: activity.id },
              body: {
                startsAt,
                minutes,
                place,
                placeUnitId: placeUnit.id,
                roles: [...roles],
                recurrence: recurrenceOf(recurrence),
              },
            })}
            onDone={async ({ sessionIds }) => {
              notify(t('staff-activity.sessions-added', { count: sessionIds.length }))
              await forget('readActivity', 'listOrganised')
            }}
            submit={t('staff-activity.add-sessions')}
          >
            <div className="field-row">
              <Form.Item name="startsAt" label={t('staff-activity.starts')} rules={required}>
                <MomentInput min={new Date(now).toISOString()} />
              </Form.Item>
              <Form.Item name="minutes" label={t('staff-activity.minutes')} rules={required}>
                <InputNumber min={5} max={1440} precision={0} inputMode="numeric" />
              </Form.Item>
              <RecurrenceField />
            </div>
            <WhereFields />
          </IntentForm>
        )}
      </WithUnit>
    </Section>
  )
}
