import { checkIdNumber, normalisePhone } from '#platform/national-codes.ts'
import type { ImportField, Mapping } from './columns.ts'

export const ROW_FAULTS = [
  'phone-missing',
  'phone-invalid',
  'phone-not-mobile',
  'name-missing',
  'name-invalid',
  'id-number-invalid',
  'skills-invalid',
  'village-unknown',
  'team-unknown',
  'beijing-number-invalid',
  'national-number-invalid',
  'twice-in-file',
  'already-invited',
] as const
export type RowFault = (typeof ROW_FAULTS)[number]

/** In which field each fault lies. */
export const FIELD_OF: Readonly<Record<RowFault, ImportField>> = {
  'phone-missing': 'phone',
  'phone-invalid': 'phone',
  'phone-not-mobile': 'phone',
  'name-missing': 'name',
  'name-invalid': 'name',
  'id-number-invalid': 'id-number',
  'skills-invalid': 'skills',
  'village-unknown': 'village',
  'team-unknown': 'team',
  'beijing-number-invalid': 'beijing-number',
  'national-number-invalid': 'national-number',
  'twice-in-file': 'phone',
  'already-invited': 'phone',
}

/** What a row says of one person, as it is sealed. */
export interface ImportedFacts {
  readonly name: string
  readonly phone: string
  readonly idNumber: string | null
  readonly skills: readonly string[]
  readonly villageId: string | null
  readonly teamId: string | null
  readonly beijingNumber: string | null
  readonly nationalNumber: string | null
}

export interface CheckedRow {
  /** As the reader's program counts the rows of the sheet: from 1, the header among them. */
  readonly line: number
  readonly cells: readonly string[]
  readonly facts: ImportedFacts | null
  readonly faults: readonly RowFault[]
  /** The row that came first with the same phone. */
  readonly sameAs: number | null
}

/** What names in a list can stand for. */
export interface KnownNames {
  readonly villages: ReadonlyMap<string, string>
  readonly teams: ReadonlyMap<string, string>
  readonly teamId: string | null
}

const NAME_CHARACTERS_MAX = 40
const SKILL_CHARACTERS_MAX = 40
const SKILLS_MAX = 20
const VOLUNTEER_NUMBER = /^[A-Za-z0-9]{4,30}$/u
const BREAKS = /[\p{Cc}\u2028\u2029\ufeff]/u

/** Checks one row; every fault of it is named. Empty rows are none. */
export function checkRow(
  cells: readonly string[],
  line: number,
  mapping: Mapping,
  known: KnownNames,
  seen: Map<string, number>,
): CheckedRow | null {
  if (cells.every((cell) => cell === '')) return null
  const value = (field: ImportField): string => {
    const at = mapping.indexOf(field)
    return at === -1 ? '' : (cells[at] ?? '')
  }
  const faults: RowFault[] = []
  const phone = phoneIn(value('phone'), faults)
  const name = nameIn(value('name'), faults)
  const facts = {
    name,
    idNumber: idNumberIn(value('id-number'), faults),
    skills: skillsIn(value('skills'), faults),
    villageId: namedIn(value('village'), known.villages, 'village-unknown', faults),
    teamId: namedIn(value('team'), known.teams, 'team-unknown', faults) ?? known.teamId,
    beijingNumber: numberIn(value('beijing-number'), 'beijing-number-invalid', faults),
    nationalNumber: numberIn(value('national-number'), 'national-number-invalid', faults),
  }
  // One invitation a phone and team: the same person may be on the list of two teams.
  const key = `${phone} ${facts.teamId ?? ''}`
  const sameAs = phone === null ? null : (seen.get(key) ?? null)
  if (sameAs !== null) faults.push('twice-in-file')
  else if (phone !== null) seen.set(key, line)
  return { line, cells, faults, sameAs, facts: faults.length > 0 || phone === null ? null : { ...facts, phone } }
}

function phoneIn(text: string, faults: RowFault[]): string | null {
  if (text === '') {
    faults.push('phone-missing')
    return null
  }
  const phone = normalisePhone(text)
  if (phone === null) faults.push('phone-invalid')
  // The invitation is claimed by a code that a mobile phone receives.
  else if (!/^1\d{10}$/u.test(phone)) faults.push('phone-not-mobile')
  else return phone
  return null
}

function nameIn(text: string, faults: RowFault[]): string {
  if (text === '') faults.push('name-missing')
  else if (text.length > NAME_CHARACTERS_MAX || !text.isWellFormed() || BREAKS.test(text)) faults.push('name-invalid')
  return text
}

function idNumberIn(text: string, faults: RowFault[]): string | null {
  if (text === '') return null
  const checked = checkIdNumber(text)
  if (checked.ok) return checked.idNumber
  faults.push('id-number-invalid')
  return null
}

function skillsIn(text: string, faults: RowFault[]): string[] {
  const skills = [
    ...new Set(
      text
        .split(/[\p{Po}\p{Zs};|/]+/u)
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    ),
  ]
  const isOdd = (one: string) => one.length > SKILL_CHARACTERS_MAX || !one.isWellFormed() || BREAKS.test(one)
  if (skills.length > SKILLS_MAX || skills.some(isOdd)) faults.push('skills-invalid')
  return skills
}

function namedIn(text: string, names: ReadonlyMap<string, string>, fault: RowFault, faults: RowFault[]): string | null {
  if (text === '') return null
  const id = names.get(text)
  if (id === undefined) faults.push(fault)
  return id ?? null
}

function numberIn(text: string, fault: RowFault, faults: RowFault[]): string | null {
  if (text === '') return null
  if (VOLUNTEER_NUMBER.test(text)) return text
  faults.push(fault)
  return null
}
