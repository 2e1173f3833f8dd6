// A long list of invented volunteers as a station would keep it, with faults planted in known rows and columns.

export interface VolunteerList {
  /** With a title, an empty row and the names of the columns above the people. */
  readonly rows: readonly (readonly string[])[]
  /** Row as a program for tables counts it, and the letters of the columns at fault. */
  readonly planted: ReadonlyMap<number, readonly string[]>
}

export interface ListOptions {
  readonly people: number
  /** Every so many people one row is spoilt. */
  readonly faultEvery: number
  /** The number of the first phone; each person has the next one. */
  readonly phoneFrom: number
  readonly village: string
}

const HEADER = [
  '序号',
  '志愿者编号',
  '联系电话（必填）*',
  '姓名',
  '村',
  '特长',
  '身份证号',
  '全国编号',
  '所属队伍',
  '备注',
]
const ROWS_ABOVE = 3
const COLUMN = { beijing: 1, phone: 2, name: 3, village: 4, skills: 5, idNumber: 6, national: 7, team: 8 } as const
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const GIVEN = '青禾远山知秋晓岚望舒云帆清和书雅景行'

// One spoilt value, or two in one row; the cells of everybody else are right.
const FAULTS: readonly Partial<Record<keyof typeof COLUMN, string>>[] = [
  { phone: '' },
  { phone: '12' },
  { phone: '010-69141234' },
  { name: '' },
  { name: '很长'.repeat(21) },
  { idNumber: '110119199001011239' },
  { idNumber: '1.10119E+17' },
  { skills: '长'.repeat(41) },
  { village: '没有的村' },
  { team: '没有的队' },
  { beijing: '№ 1' },
  { national: '?' },
  { phone: '', idNumber: '123' },
  { name: '', village: '没有的村' },
]
/** The phone of the row before. */
const TWICE = FAULTS.length

/** Makes a list; the same options make the same one. */
export function volunteerList({ people, faultEvery, phoneFrom, village }: ListOptions): VolunteerList {
  const planted = new Map<number, readonly string[]>()
  const rows = Array.from({ length: people }, (_, at) => {
    const row = personRow(at, String(phoneFrom + at), village)
    if (at % faultEvery !== faultEvery - 1) return row
    const kind = planted.size % (FAULTS.length + 1)
    const spoilt: (typeof FAULTS)[number] = kind === TWICE ? { phone: String(phoneFrom + at - 1) } : FAULTS[kind]!
    const columns = Object.entries(spoilt).map(([name, value]) => {
      const column = COLUMN[name as keyof typeof COLUMN]
      row[column] = value
      return column
    })
    planted.set(at + ROWS_ABOVE + 1, columns.toSorted((a, b) => a - b).map(letterOf))
    return row
  })
  return { rows: [['某镇志愿者名单'], [], HEADER, ...rows], planted }
}

function personRow(at: number, phone: string, village: string): string[] {
  const name = `${SURNAMES[at % SURNAMES.length]}${GIVEN[at % GIVEN.length]}${GIVEN[(at * 7) % GIVEN.length]}`
  const idNumber = withCheck(
    `1101191980${String(1 + (at % 12)).padStart(2, '0')}01${String(at % 1000).padStart(3, '0')}`,
  )
  const beijing = at % 3 === 0 ? `BJ${String(at).padStart(8, '0')}` : ''
  const skills = ['理发、修脚', '急救', '', '书法；乐器'][at % 4]!
  return [String(at + 1), beijing, phone, name, at % 2 === 0 ? village : '', skills, idNumber, '', '', '早上有空']
}

/** The check character of GB 11643 behind seventeen digits. */
function withCheck(digits: string): string {
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return `${digits}${'10X98765432'[sum % 11]}`
}

const letterOf = (column: number) => String.fromCodePoint(65 + column)

/** What a file of refused rows says: the row of each, and the columns its reasons name. */
export function reportedFaults(rows: readonly (readonly string[])[]): Map<number, readonly string[]> {
  return new Map(
    rows.slice(ROWS_ABOVE).map((row) => {
      const [line = '', reasons = ''] = row.slice(-2)
      const letters = [...reasons.matchAll(/(?<letter>[A-Z]+) 列：|column (?<english>[A-Z]+):/gu)]
      return [Number(line), letters.map((found) => found.groups!['letter'] ?? found.groups!['english']!).toSorted()]
    }),
  )
}
