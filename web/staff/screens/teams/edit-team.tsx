import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input, InputNumber } from 'antd'
import { type AnswerOf, call } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { Choose, type Named, nameIn, TeamPicker, UnitPicker, UnitsPicker, useCategories } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { NameFields } from './name-fields.tsx'

type Team = AnswerOf<'readTeam'>

const REGISTRATIONS = ['association', 'service-institution', 'foundation', 'filed', 'community'] as const
const JOIN_MODES = ['open', 'on-application'] as const

interface Values extends Pick<
  Team,
  | 'name'
  | 'nameEn'
  | 'joinMode'
  | 'categorySlugs'
  | 'visitsPerWeekMax'
  | 'insuredUntil'
  | 'familyId'
  | 'registrationType'
  | 'socialCreditCode'
> {
  readonly serviceUnitIds: readonly Named[]
  readonly parentId: Named | null
  readonly approvingUnitId: Named | null
}

interface EditTeamProps {
  readonly team: Team
  /** Most of what stands about a team is written by the staff of its unit only. */
  readonly isStaff: boolean
  readonly onClose: () => void
}

/** Changes what stands about a team. */
export function EditTeam({ team, isStaff, onClose }: EditTeamProps) {
  const { t } = useWords()
  const known = useNames(team)
  return (
    <Section title={t('staff-team.edit')}>
      <ReadState read={known} lines={6}>
        {(names) => <EditForm team={team} isStaff={isStaff} onClose={onClose} names={names} />}
      </ReadState>
    </Section>
  )
}

interface Names {
  readonly serviceUnits: readonly Named[]
  readonly parent: Named | null
  readonly approvingUnit: Named | null
}

/** The names of the units and the team that a team refers to. */
function useNames({ serviceUnitIds, parentId, approvingUnitId }: Team) {
  const { locale } = useWords()
  const unitOf = async (id: string): Promise<Named> => {
    const { unit } = await call('readUnit', { params: { id } })
    return { id, name: nameIn(locale, unit) }
  }
  return useQuery({
    queryKey: ['names', serviceUnitIds, parentId, approvingUnitId, locale],
    queryFn: async (): Promise<Names> => ({
      serviceUnits: await Promise.all(serviceUnitIds.map(unitOf)),
      parent: parentId === null ? null : await call('readTeam', { params: { id: parentId } }),
      approvingUnit: approvingUnitId === null ? null : await unitOf(approvingUnitId),
    }),
  })
}

function EditForm({ team, isStaff, onClose, names }: EditTeamProps & { readonly names: Names }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const orNull = <Text extends string>(text: Text | null | undefined) => (text ? text : null)
  return (
    <IntentForm<'updateTeam', Values>
      route="updateTeam"
      initialValues={{
        ...team,
        serviceUnitIds: names.serviceUnits,
        parentId: names.parent,
        approvingUnitId: names.approvingUnit,
      }}
      toInput={(values) => ({
        params: { id: team.id },
        ifMatch: team.version,
        body: {
          joinMode: values.joinMode,
          categorySlugs: [...values.categorySlugs],
          serviceUnitIds: values.serviceUnitIds.map(({ id }) => id),
          visitsPerWeekMax: values.visitsPerWeekMax,
          ...(isStaff && {
            name: values.name,
            nameEn: orNull(values.nameEn),
            insuredUntil: orNull(values.insuredUntil),
            familyId: orNull(values.familyId),
            registrationType: orNull(values.registrationType),
            socialCreditCode: orNull(values.socialCreditCode),
            parentId: values.parentId?.id ?? null,
            approvingUnitId: values.approvingUnitId?.id ?? null,
          }),
        },
      })}
      onDone={async () => {
        notify(t('staff-team.edited'))
        onClose()
        await forget('readTeam', 'listTeams', 'readTeamCoverage')
      }}
      onCancel={onClose}
      submit={t('staff-team.edit-save')}
    >
      {isStaff && <StaffFields />}
      <LeaderFields />
    </IntentForm>
  )
}

function LeaderFields() {
  const { t, locale } = useWords()
  const categories = useCategories()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <div className="field-row">
        <Form.Item name="joinMode" label={t('staff-team.joining')} rules={required}>
          <Choose options={JOIN_MODES.map((value) => ({ value, text: t(`teams.join-mode.${value}`) }))} />
        </Form.Item>
        <Form.Item name="visitsPerWeekMax" label={t('staff-team.visits-a-week')} rules={required}>
          <InputNumber min={1} max={1_000_000} precision={0} inputMode="numeric" />
        </Form.Item>
      </div>
      <Form.Item name="categorySlugs" label={t('staff-team.categories')}>
        <Checkboxes
          options={(categories.data?.rows ?? []).map((row) => ({ value: row.slug, label: nameIn(locale, row) }))}
        />
      </Form.Item>
      <Form.Item name="serviceUnitIds" label={t('staff-team.area')} extra={t('staff-team.area-help')}>
        <UnitsPicker />
      </Form.Item>
    </>
  )
}

function StaffFields() {
  const { t, locale } = useWords()
  const families = useRead('listTeamFamilies', { query: {} })
  return (
    <>
      <div className="field-row">
        <NameFields />
        <Form.Item name="familyId" label={t('staff-team.family')}>
          <Choose
            empty={t('staff-team.family-without')}
            options={(families.data?.rows ?? []).map((row) => ({ value: row.id, text: nameIn(locale, row) }))}
          />
        </Form.Item>
        <Form.Item name="parentId" label={t('staff-team.to-above')}>
          <TeamPicker />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="registrationType" label={t('staff-team.registration')}>
          <Choose
            empty={t('staff-team.unstated')}
            options={REGISTRATIONS.map((value) => ({ value, text: t(`teams.registration.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="socialCreditCode" label={t('staff-team.credit-code')}>
          <Input maxLength={30} autoComplete="off" />
        </Form.Item>
        <Form.Item name="approvingUnitId" label={t('staff-team.approving-unit')}>
          <UnitPicker />
        </Form.Item>
        <Form.Item name="insuredUntil" label={t('staff-team.insured-until')}>
          <DateInput />
        </Form.Item>
      </div>
    </>
  )
}

interface CheckboxesProps {
  readonly options: { readonly value: string; readonly label: string }[]
  readonly value?: string[]
  readonly onChange?: (value: string[]) => void
}

/** Of what antd's form gives its fields only value and change: a group of boxes may not say that it is required. */
function Checkboxes({ options, value = [], onChange }: CheckboxesProps) {
  return (
    <Checkbox.Group className="check-list" value={value} options={options} onChange={(chosen) => onChange?.(chosen)} />
  )
}
