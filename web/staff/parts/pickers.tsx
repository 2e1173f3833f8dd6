import { Button } from 'antd'
import type { Unit } from '../../../contract/orgs.ts'
import { type AnswerOf, call } from '../../shared/api-client.ts'
import { type Locale } from '../../../i18n/translate.ts'
import { useWords } from '../locale.tsx'
import { type Choice, Combobox } from './combobox.tsx'
import { useRead } from './use-call.ts'

export interface Named {
  readonly id: string
  readonly name: string
}

interface PickerProps<Value> {
  readonly id?: string
  readonly value?: Value | null
  readonly onChange?: (value: Value | null) => void
  readonly label?: string
  readonly placeholder?: string
}

const CHOICES = '12'

/** The name in the reader's language where there is one. */
export function nameIn(locale: Locale, thing: { readonly name: string; readonly nameEn?: string | null }): string {
  return locale === 'en' ? (thing.nameEn ?? thing.name) : thing.name
}

interface UnitPickerProps extends PickerProps<Named> {
  readonly kind?: Unit['kind']
}

/** Finds a unit by name or pinyin; says in which township it lies. */
export function UnitPicker({ kind, ...props }: UnitPickerProps) {
  const { t, locale } = useWords()
  const find = async (words: string): Promise<readonly Choice<Named>[]> => {
    const { rows } = await call('listUnits', { query: { kind, q: words === '' ? undefined : words, limit: CHOICES } })
    const startsHere = (unit: Unit) => (nameIn(locale, unit).startsWith(words) ? 0 : 1)
    return rows
      .toSorted((a, b) => startsHere(a) - startsHere(b))
      .map((unit) => ({
        key: unit.id,
        text: nameIn(locale, unit),
        hint: unit.path
          .filter(({ id }) => id !== unit.id)
          .map(({ name }) => name)
          .join(' · '),
        value: { id: unit.id, name: nameIn(locale, unit) },
      }))
  }
  return <Combobox placeholder={t('staff.unit-placeholder')} {...props} textOf={({ name }) => name} find={find} />
}

interface UnitsPickerProps {
  readonly value?: readonly Named[]
  readonly onChange?: (units: readonly Named[]) => void
  readonly id?: string
}

/** Units that something reaches; none means the whole district. */
export function UnitsPicker({ value = [], onChange, id }: UnitsPickerProps) {
  const { t } = useWords()
  return (
    <>
      <ul className="picked">
        {value.map((unit) => (
          <li key={unit.id}>
            {unit.name}
            <Button size="small" onClick={() => onChange?.(value.filter((other) => other.id !== unit.id))}>
              {t('staff.remove')}
              <span className="visually-hidden"> {unit.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      <UnitPicker
        {...(id !== undefined && { id })}
        value={null}
        onChange={(unit) => {
          if (unit !== null && !value.some((other) => other.id === unit.id)) onChange?.([...value, unit])
        }}
      />
    </>
  )
}

/** Finds a team by name; says of which unit it is. */
export function TeamPicker(props: PickerProps<Named>) {
  const { t, locale } = useWords()
  const find = async (words: string): Promise<readonly Choice<Named>[]> => {
    const { rows } = await call('listTeams', { query: { q: words === '' ? undefined : words, limit: CHOICES } })
    return rows.map((team) => ({
      key: team.id,
      text: nameIn(locale, team),
      hint: team.unitName,
      value: { id: team.id, name: nameIn(locale, team) },
    }))
  }
  return <Combobox placeholder={t('staff-team.search')} {...props} textOf={({ name }) => name} find={find} />
}

export type OfferingChoice = AnswerOf<'listOfferings'>['rows'][number]

interface OfferingPickerProps extends PickerProps<OfferingChoice> {
  readonly unitId: string | undefined
  readonly category: string | undefined
}

/** Finds a service of the catalogue by words or pinyin, near the village and in the category already chosen. */
export function OfferingPicker({ unitId, category, ...props }: OfferingPickerProps) {
  const { t, locale } = useWords()
  const titleOf = (offering: OfferingChoice) =>
    locale === 'en' ? (offering.titleEn ?? offering.title) : offering.title
  const find = async (words: string): Promise<readonly Choice<OfferingChoice>[]> => {
    const { rows } = await call('listOfferings', { query: { q: words, unitId, category, limit: CHOICES } })
    return rows.map((offering) => ({
      key: offering.id,
      text: titleOf(offering),
      hint: `${nameIn(locale, offering.provider)} · ${nameIn(locale, offering.category)}`,
      value: offering,
    }))
  }
  return <Combobox placeholder={t('staff.offering-placeholder')} {...props} textOf={titleOf} find={find} />
}

export interface ProviderChoice extends Named {
  readonly kind: 'agency' | 'team'
}

/** Finds an agency or a team by name. */
export function ProviderPicker(props: PickerProps<ProviderChoice>) {
  const { t, locale } = useWords()
  const find = async (words: string): Promise<readonly Choice<ProviderChoice>[]> => {
    const q = words === '' ? undefined : words
    const [agencies, teams] = await Promise.all([
      call('listUnits', { query: { kind: 'agency', q, limit: CHOICES } }),
      call('listTeams', { query: { q, limit: CHOICES } }),
    ])
    const made =
      (kind: 'agency' | 'team', hint: string) => (row: { id: string; name: string; nameEn: string | null }) => ({
        key: row.id,
        text: nameIn(locale, row),
        hint,
        value: { kind, id: row.id, name: nameIn(locale, row) },
      })
    return [...agencies.rows.map(made('agency', t('staff.agency'))), ...teams.rows.map(made('team', t('staff.team')))]
  }
  return <Combobox placeholder={t('staff.provider-placeholder')} {...props} textOf={({ name }) => name} find={find} />
}

export function useCategories() {
  return useRead('listCategories', {}, { staleTime: 300_000 })
}

interface SelectProps {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string) => void
  readonly options: readonly { readonly value: string; readonly text: string }[]
  readonly empty?: string
  readonly label?: string
  readonly 'aria-describedby'?: string
  readonly 'aria-required'?: boolean | 'true' | 'false'
  readonly 'aria-invalid'?: boolean | 'true' | 'false'
}

/** The browser's own select: short lists need nothing more, and it works everywhere. */
export function Choose({ id, value, onChange, options, empty, label, ...aria }: SelectProps) {
  return (
    <select
      {...aria}
      id={id}
      className="field"
      value={value ?? ''}
      aria-label={label}
      onChange={(event) => onChange?.(event.target.value)}
    >
      {empty !== undefined && <option value="">{empty}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  )
}

export function CategoryPicker(props: Omit<SelectProps, 'options'>) {
  const { locale } = useWords()
  const categories = useCategories()
  const options = (categories.data?.rows ?? []).map((row) => ({ value: row.id, text: nameIn(locale, row) }))
  return <Choose {...props} options={options} />
}
