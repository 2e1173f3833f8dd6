// The tree tests itself: who may import whom, who writes which table, and how large files and functions may grow.
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Architecture,
  cycleFaults,
  functionFaults,
  importFaults,
  ownerFaults,
  placeOf,
  tableWrites,
} from './architecture-rules.ts'
import { filesBelow, ROOT, type Source, sourcesOf, textOf } from './source.ts'

const FILE_LINES_MAX = 500
const FUNCTION_LINES_MAX = 70
const FOLDERS = ['server', 'contract', 'i18n', 'web', 'scripts'] as const

const BASE = ['orgs', 'people', 'teams', 'notifications'] as const
const MODULES = {
  orgs: [],
  people: ['orgs'],
  notifications: ['orgs', 'people'],
  teams: ['orgs', 'people', 'notifications'],
  points: BASE,
  content: BASE,
  catalogue: BASE,
  bases: BASE,
  attendance: BASE,
  hours: [...BASE, 'attendance'],
  records: [...BASE, 'attendance', 'hours'],
  activities: [...BASE, 'catalogue', 'bases', 'attendance', 'hours'],
  orders: [...BASE, 'activities', 'catalogue', 'bases', 'attendance', 'hours', 'points', 'records'],
  planning: [...BASE, 'catalogue', 'bases', 'orders'],
  needs: ['orgs', 'people', 'catalogue', 'orders', 'notifications'],
  recognition: [...BASE, 'attendance', 'hours', 'points'],
  grants: [...BASE, 'orders', 'attendance', 'hours', 'points'],
  campaigns: [...BASE, 'bases', 'needs', 'orders', 'activities'],
  council: ['orgs', 'people', 'notifications', 'orders'],
  insight: [],
} as const satisfies Record<string, readonly string[]>

const EDGE = ['platform', 'contract', 'i18n', 'module']
const TABLE: Architecture = {
  layers: {
    contract: [],
    i18n: [],
    platform: [],
    dispatch: [],
    module: ['platform', 'i18n'],
    http: EDGE,
    worker: [...EDGE, 'dispatch'],
    // A command starts what it needs as main.ts does, so the command line is composition too (decision 0010).
    cli: [...EDGE, 'dispatch', 'worker', 'composition'],
    composition: [...EDGE, 'http', 'worker', 'cli', 'dispatch'],
    'web-shared': ['contract', 'i18n'],
    web: ['web-shared', 'contract', 'i18n'],
  },
  modules: MODULES,
  dispatchUsers: ['orders', 'planning', 'campaigns'],
  tableOwners: ownersOf({
    platform: [
      'clock_shift',
      'idempotency',
      'audit_event',
      'audit_unsealed',
      'audit_seal',
      'session',
      'rate_bucket',
      'reference_stamp',
      'calendar_day',
      'stored_file',
      'schema_migration',
      'backup_run',
    ],
    orgs: ['district', 'unit', 'unit_period', 'first_step'],
    people: [
      'person',
      'staff_account',
      'staff_invitation',
      'staff_phone',
      'role_grant',
      'login_code',
      'consent',
      'person_link',
      'person_merge',
    ],
    notifications: ['message', 'message_receipt'],
    teams: [
      'volunteer',
      'volunteer_licence',
      'team',
      'team_member',
      'provider_calendar',
      'provider_hours',
      'provider_exception',
      'team_licence',
      'team_family',
      'team_application',
      'team_handover',
      'team_founding',
      'volunteer_import',
      'volunteer_invitation',
    ],
    points: ['ledger_account', 'ledger_transfer', 'points_rule', 'award_queue', 'merit_entry'],
    catalogue: ['category', 'offering', 'offering_month'],
    attendance: ['attendance', 'busy_range', 'check_in_mark'],
    hours: [
      'hours_rule',
      'service_kind',
      'hours_record',
      'hours_entry',
      'hours_decision',
      'hours_unsealed',
      'hours_seal',
      'hours_case',
      'hours_case_record',
      'hours_demand',
      'hours_sample',
      'hours_call_back',
      'hours_check_run',
    ],
    activities: [
      'activity_theme',
      'activity_template',
      'activity',
      'activity_session',
      'session_role',
      'sign_up',
      'session_message',
      'calendar_feed',
    ],
    orders: [
      'order_move',
      'order_number_counter',
      'sla_limit',
      'service_order',
      'order_search',
      'order_transition',
      'order_offer',
      'order_pool',
      'order_clock',
      'order_pause',
      'order_answer',
      'evaluation',
      'follow_up',
      'follow_up_attempt',
      'order_photo',
      'rate_formula',
      'rate_pending',
      'rate_entry',
      'rate_day',
    ],
    records: [
      'record_rule',
      'record_entry',
      'record_demand',
      'record_evaluation',
      'unit_seal',
      'certificate_serial',
      'certificate',
      'certificate_line',
      'certificate_objection',
      'certificate_document',
    ],
    planning: [
      'planning_weights',
      'travel_override',
      'village_pairing',
      'shared_vehicle',
      'vehicle_offering',
      'plan',
      'plan_visit',
      'plan_unserved',
    ],
  }),
}
// Written by the database's own functions or by a migration, so that no statement of the code names them.
const WRITTEN_IN_SQL = ['rate_bucket', 'order_move']

function ownersOf(tables: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tables).flatMap(([owner, names]) => names.map((name) => [name, owner])))
}

let sources: readonly Source[]
beforeAll(() => {
  sources = sourcesOf(ROOT, FOLDERS)
})

test('every folder of program files was seen', async () => {
  for (const folder of FOLDERS) expect(sources.filter((source) => source.path.startsWith(`${folder}/`))).not.toEqual([])
  const modules = await readdir(join(ROOT, 'server/modules'))
  expect(modules.filter((name) => !(name in MODULES))).toEqual([])
  for (const name of modules) expect(sources.map((source) => source.path)).toContain(`server/modules/${name}/index.ts`)
  const unplaced = sources.filter((source) => placeOf(source.path) === undefined)
  expect(unplaced.map((source) => source.path)).toEqual([])
})

test('imports keep to the table of layers and modules', () => {
  expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(500)
  expect(importFaults(sources, TABLE)).toEqual([])
})

test('nothing imports itself in a circle', () => {
  expect(cycleFaults(sources)).toEqual([])
})

test('each table has one writer', () => {
  const writes = tableWrites(sources)
  expect(ownerFaults(writes, TABLE.tableOwners)).toEqual([])
  const written = new Set([...writes.map((write) => write.table), ...WRITTEN_IN_SQL])
  const migrations = filesBelow(ROOT, 'db/migrations', /\.sql$/u).map((path) => textOf(ROOT, path))
  const made = [...migrations.join('\n').matchAll(/^create table (\w+)/gmu)].map((match) => match[1]!)
  const dropped = new Set([...migrations.join('\n').matchAll(/^drop table (\w+)/gmu)].map((match) => match[1]!))
  const tables = made.filter((name) => !dropped.has(name))
  expect(tables.length).toBeGreaterThan(40)
  expect([...tables, 'schema_migration'].toSorted()).toEqual(Object.keys(TABLE.tableOwners).toSorted())
  expect(tables.filter((name) => !written.has(name))).toEqual([])
})

test('files and functions stay small enough to read at once', () => {
  const files = ['server', 'contract', 'i18n', 'web', 'scripts', 'test', 'bench', 'db/migrations'].flatMap((folder) =>
    filesBelow(ROOT, folder, /\.(?:ts|tsx|js|sql)$/u),
  )
  expect(files.length).toBeGreaterThan(sources.length)
  const long = files.filter((path) => textOf(ROOT, path).split('\n').length - 1 > FILE_LINES_MAX)
  expect(long).toEqual([])
  expect(functionFaults(sources, FUNCTION_LINES_MAX)).toEqual([])
})

const PLANTED = {
  'server/modules/teams/planted.ts': `import { lapse } from '#modules/orders/index.ts'; export { lapse }`,
  'server/modules/orders/planted-door.ts': `export { findPerson } from '#modules/people/person-rows.ts'`,
  'server/modules/orders/planted-contract.ts': `import type { Route } from '#contract/kit.ts'; export type Own = Route`,
  'server/modules/orders/planted-write.ts':
    "import { sql } from '#platform/db.ts'; export const act = () => sql`update team t set name = ${'x'}`",
  'server/modules/unheard/index.ts': `export * from '#platform/clock.ts'`,
  'server/platform/planted.ts': `export const load = () => import('../modules/orgs/index.ts')`,
  'server/platform/planted-a.ts': `import type { B } from './planted-b.ts'; export type A = B`,
  'server/platform/planted-b.ts': `import type { A } from './planted-a.ts'; export type B = A`,
  'server/http/planted.ts': `export { default } from '../compose.ts'`,
  'web/staff/planted.ts': `export { sql } from '../../server/platform/db.ts'`,
  'i18n/planted.ts': `export function long() {\n${'  void 0\n'.repeat(80)}}`,
} as const
let copy: string | undefined
afterAll(async () => {
  if (copy !== undefined) await rm(copy, { recursive: true, force: true })
})

test('each rule finds a fault that was planted', async () => {
  copy = await mkdtemp(join(tmpdir(), 'huiyin-tidy-'))
  for (const folder of FOLDERS) await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
  for (const [path, text] of Object.entries(PLANTED)) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await writeFile(join(copy, path), text)
  }
  const planted = sourcesOf(copy, FOLDERS)
  const found = [
    ...importFaults(planted, TABLE),
    ...cycleFaults(planted),
    ...ownerFaults(tableWrites(planted), TABLE.tableOwners),
    ...functionFaults(planted, FUNCTION_LINES_MAX),
  ].map(({ where, fault }) => `${where.replace(/:\d+$/u, '')} ${fault}`)
  expect(found.toSorted()).toEqual([
    'i18n/planted.ts long has 82 lines',
    'server/http/planted.ts http may not import composition: server/compose.ts',
    'server/modules/orders/planted-contract.ts only the routes of a module import the contract: contract/kit.ts',
    'server/modules/orders/planted-door.ts another module is entered through its index.ts only: server/modules/people/person-rows.ts',
    'server/modules/orders/planted-write.ts orders writes team, which belongs to teams',
    'server/modules/teams/planted.ts teams may not use orders: server/modules/orders/index.ts',
    'server/modules/unheard/index.ts the table does not know the module unheard: server/platform/clock.ts',
    'server/platform/planted-a.ts imports itself: server/platform/planted-a.ts → server/platform/planted-b.ts → server/platform/planted-a.ts',
    'server/platform/planted.ts platform may not import module: server/modules/orgs/index.ts',
    'web/staff/planted.ts web may not import platform: server/platform/db.ts',
  ])
})
