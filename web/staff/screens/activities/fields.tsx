import { Button, Form, Input, InputNumber } from 'antd'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { Choose, nameIn } from '../../parts/pickers.tsx'
import { useRead } from '../../parts/use-call.ts'

export type RolePlan = Omit<AnswerOf<'readSession'>['session']['roles'][number], 'id' | 'taken'>

const ROLES_MAX = 10
const NEEDED_MAX = 5000

export function useServiceKinds() {
  const { locale } = useWords()
  const read = useRead('listServiceKinds', {}, { staleTime: 300_000 })
  const named = (read.data?.rows ?? []).map((row) => ({ ...row, text: nameIn(locale, row) }))
  return { counting: named.filter(({ counts }) => counts), others: named.filter(({ counts }) => !counts) }
}

/** Which kind of service it is, and beside it what is no service at all: the organiser sees it before the volunteers come. */
export function ServiceKindField({ required }: { readonly required?: object[] }) {
  const { t } = useWords()
  const { counting, others } = useServiceKinds()
  return (
    <Form.Item
      name="kindSlug"
      label={t('staff-activity.kind')}
      {...(required !== undefined && { rules: required })}
      extra={
        others.length > 0 && (
          <span className="not-counting">
            {t('staff-activity.kind-not', {
              kinds: others.map(({ text }) => text).join(t('staff-activity.list-comma')),
            })}
          </span>
        )
      }
    >
      <Choose
        empty={t('staff-activity.kind-none')}
        options={counting.map(({ slug, text }) => ({ value: slug, text }))}
      />
    </Form.Item>
  )
}

export function RecurrenceField() {
  const { t } = useWords()
  return (
    <Form.Item name="recurrence" label={t('staff-activity.recurrence')}>
      <Choose
        empty={t('staff-activity.once')}
        options={[
          { value: 'FREQ=DAILY;COUNT=7', text: t('staff-activity.daily') },
          { value: 'FREQ=WEEKLY;COUNT=10', text: t('staff-activity.weekly') },
          { value: 'FREQ=MONTHLY;COUNT=12', text: t('staff-activity.monthly') },
        ]}
      />
    </Form.Item>
  )
}

/** A rule of repetition as the form holds it, for the wire. */
export function recurrenceOf(chosen: string | undefined): string | null {
  return chosen === undefined || chosen === '' ? null : chosen
}

interface RoleRowsProps {
  readonly value?: readonly RolePlan[]
  readonly onChange?: (roles: readonly RolePlan[]) => void
  readonly id?: string
}

/** What people do there and how many are needed; what a role asks of a volunteer opens under it. */
export function RoleRows({ value = [], onChange, id }: RoleRowsProps) {
  const { t } = useWords()
  const change = (at: number, part: Partial<RolePlan>) =>
    onChange?.(value.map((role, index) => (index === at ? { ...role, ...part } : role)))
  const add = () => onChange?.([...value, { name: '', needed: 1, skills: [], licences: [], ageMin: null }])
  return (
    <div className="role-rows" id={id} role="group" aria-label={t('staff-activity.roles')}>
      {value.map((role, at) => (
        <div key={at} className="role-row">
          <div className="role-row-main">
            <Input
              aria-label={t('staff-activity.role-name', { number: at + 1 })}
              value={role.name}
              maxLength={40}
              onChange={(event) => change(at, { name: event.target.value })}
            />
            <InputNumber
              aria-label={t('staff-activity.role-needed', { number: at + 1 })}
              value={role.needed}
              min={1}
              max={NEEDED_MAX}
              precision={0}
              onChange={(needed) => change(at, { needed: needed ?? 1 })}
            />
            <Button
              disabled={value.length === 1}
              onClick={() => onChange?.(value.filter((_role, index) => index !== at))}
            >
              {t('staff.remove')}
              <span className="visually-hidden"> {role.name}</span>
            </Button>
          </div>
          <Asked role={role} number={at + 1} onChange={(part) => change(at, part)} />
        </div>
      ))}
      <Button onClick={add} disabled={value.length >= ROLES_MAX}>
        {t('staff-activity.role-add')}
      </Button>
    </div>
  )
}

interface AskedProps {
  readonly role: RolePlan
  readonly number: number
  readonly onChange: (part: Partial<RolePlan>) => void
}

function Asked({ role, number, onChange }: AskedProps) {
  const { t } = useWords()
  const asks = role.skills.length + role.licences.length > 0 || role.ageMin !== null
  return (
    <details className="more-fields" {...(asks && { open: true })}>
      <summary>{t('staff-activity.role-asks')}</summary>
      <div className="field-row">
        {(['skills', 'licences'] as const).map((key) => (
          <label key={key} className="labelled">
            <span>{t(`staff-activity.role-${key}`)}</span>
            <Input
              aria-label={`${t(`staff-activity.role-${key}`)} ${number}`}
              defaultValue={role[key].join(' ')}
              onBlur={(event) => onChange({ [key]: wordsOf(event.target.value) })}
            />
          </label>
        ))}
        <label className="labelled">
          <span>{t('staff-activity.role-age')}</span>
          <InputNumber
            aria-label={`${t('staff-activity.role-age')} ${number}`}
            value={role.ageMin}
            min={0}
            max={120}
            precision={0}
            onChange={(ageMin) => onChange({ ageMin })}
          />
        </label>
      </div>
    </details>
  )
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+|\p{Po}+/u).filter((word) => word !== ''))]
}
