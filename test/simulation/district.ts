/** A simulated district: a database of its own cloned from a template, the whole platform over it, and its clock in our hand. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { notificationsJobs } from '../../server/modules/notifications/jobs.ts'
import { ordersHandlers } from '../../server/modules/orders/routes.ts'
import { openSession } from '../../server/platform/auth/sessions.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { openDb } from '../../server/platform/db.ts'
import { openFileStore } from '../../server/platform/files.ts'
import type { JobDefinition } from '../../server/platform/jobs.ts'
import { createLog, type Log } from '../../server/platform/log.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { runWork } from '../../server/platform/work.ts'
import type { HttpHost } from '../../server/http/host.ts'
import { TEST_KEYRING } from '../support/database.ts'
import { composeFor } from '../support/server.ts'
import { foundSimulatedDistrict, TEAMS, YANQING } from './cast.ts'
import { type Gateway, openGateway } from './gateway.ts'
import type { Ground } from './promises/ground.ts'
import { withClient } from '../support/with-client.ts'

export interface Person {
  readonly key: string
  readonly personId: string
  readonly token: string
}

/** A unit, a team or an offering that the steps name. */
export interface Place {
  readonly id: string
  readonly key: string
  readonly kind: string
}

export interface District {
  readonly host: HttpHost
  readonly definitions: readonly JobDefinition[]
  readonly log: Log
  /** Reads and tampers as the owner, past row security. */
  readonly owner: Client
  readonly ground: Ground
  readonly gateway: Gateway
  readonly people: ReadonlyMap<string, Person>
  readonly units: readonly Place[]
  readonly teams: readonly Place[]
  readonly offerings: readonly (Place & { categoryId: string })[]
  readonly categories: readonly Place[]
  /** Errors that the platform logged; those of failures on purpose are taken out by whoever caused them. */
  readonly errors: string[]
  now(): number
  setTime(at: number): Promise<void>
  /** Puts every row back to what it was when the district was opened to be rewound, and the clock to an instant. */
  rewind(to: number): Promise<void>
  close(): Promise<void>
}

const TEMPLATE = 'huiyin_template_simulation'
const TEMPLATE_LOCK = 7_715_002
// Before the first simulated day, so that whatever was founded is older than what is lived.
const FOUNDED_AT = '2025-09-01T09:00:00+08:00'

// Business time stands where it was put; nothing the simulation does takes time. Calls are budgeted by the same clock.
const FROZEN_CLOCK = `
  create table simulated_clock (now timestamptz not null);
  insert into simulated_clock values ('${FOUNDED_AT}');
  grant select on simulated_clock to huiyin_app;
  create or replace function huiyin_now() returns timestamptz language sql stable as $$ select now from simulated_clock $$;
  do $$ begin
    execute replace(pg_get_functiondef('rate_take'::regproc), 'clock_timestamp()', 'huiyin_now()');
  end $$`

/** Makes the template in a server unless it is there already. */
export async function ensureSimulationTemplate(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const found = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [TEMPLATE])
    if (found.rowCount === 1) return
    await client.query(`drop database if exists ${TEMPLATE}`)
    await client.query(`create database ${TEMPLATE}`)
    const url = urlOf(adminUrl, TEMPLATE)
    await migrate(url)
    await withClient(url, (owner) => owner.query(FROZEN_CLOCK))
    const db = openDb(url, TEST_KEYRING, { poolMax: 2 })
    await foundSimulatedDistrict({ db, jobs: { sendWithin: async () => undefined } })
    await db.close()
    // The queues of the jobs are made at the first start of a server, which every clone is spared so.
    const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-simulation-'))
    await (await composeFor(url, dataDir, () => undefined)).close()
    await rm(dataDir, { recursive: true, force: true })
    await client.query(`alter database ${TEMPLATE} is_template true`)
  })
}

/**
 * Opens a district of its own at an instant.
 * @param spoil plants a bug: SQL that the owner runs before anybody lives there
 */
export async function openDistrict(
  adminUrl: string,
  begin: number,
  spoil = '',
  options: { canRewind?: boolean } = {},
): Promise<District> {
  const name = `s_${randomBytes(6).toString('hex')}`
  await withClient(adminUrl, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
  const ownerUrl = urlOf(adminUrl, name)
  const owner = new Client({ connectionString: ownerUrl })
  owner.on('error', () => undefined)
  await owner.connect()
  await owner.query(`set timezone = 'UTC'; update offering set confirmed_at = '${new Date(begin).toISOString()}'`)
  if (spoil !== '') await owner.query(spoil)
  // Clones differ in this, and a process remembers by the stamp.
  await owner.query('update reference_stamp set stamp = gen_random_uuid()')
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-simulation-'))
  const errors: string[] = []
  const platform = await composeFor(ownerUrl, dataDir, (line) => errors.push(line))
  let now = begin
  const gateway = openGateway({ now: () => now })
  const toGateway = notificationsJobs(gateway)
  let rewinding = ''
  const files = await openFileStore(join(dataDir, 'files'))
  const realNow = () => new Date(now)
  const district: District = {
    host: { ...platform.host, handlers: { ...platform.host.handlers, ...ordersHandlers({ files, realNow }) } },
    definitions: platform.definitions.map((one) => toGateway.find(({ name }) => name === one.name) ?? one),
    log: createLog({ level: 'error', stream: { write: (line: string) => void errors.push(line) } }),
    owner,
    ground: groundOf(owner),
    gateway,
    errors,
    now: () => now,
    async setTime(at) {
      now = at
      await owner.query('update simulated_clock set now = $1', [new Date(at)])
    },
    ...(await placesOf(owner)),
    people: await signIn(owner, platform.host),
    async rewind(to) {
      await owner.query(rewinding)
      platform.host.sessions.forget()
      Object.assign(gateway, { downUntil: 0, hasRefused: false })
      errors.length = 0
      await district.setTime(to)
    },
    async close() {
      await platform.close()
      await owner.end()
      await withClient(adminUrl, (client) => client.query(`drop database ${name} with (force)`))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  if (options.canRewind === true) rewinding = await keepRows(owner)
  await district.setTime(begin)
  return district
}

/**
 * Keeps a copy of every row: to put rows back is ten times faster than to clone a database, and a shrinking needs it often.
 * @returns the SQL that puts them back; triggers, planted ones too, do not see it
 */
async function keepRows(owner: Client): Promise<string> {
  const { rows } = await owner.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('session', 'simulated_clock')`,
  )
  const names = rows.map(({ name }) => name)
  await owner.query(
    `create schema kept; ${names.map((name) => `create table kept.${name} as table public.${name}`).join(';')}`,
  )
  const back = names.map((name) => `delete from ${name}; insert into ${name} select * from kept.${name}`)
  return `set session_replication_role = replica; delete from pgboss.job; ${back.join(';')}; set session_replication_role = origin`
}

function groundOf(owner: Client): Ground {
  return {
    districtId: YANQING,
    async rows<Row>(statement: { name?: string; text: string }, values: readonly unknown[] = []) {
      return (await owner.query({ ...statement, values: [...values] })).rows as Row[]
    },
  }
}

async function placesOf(owner: Client): Promise<Pick<District, 'units' | 'teams' | 'offerings' | 'categories'>> {
  const rows = async <Row>(text: string) => (await owner.query(text)).rows as Row[]
  const teamKeys = new Map(TEAMS.map((team) => [team.name, team.key]))
  const teams = await rows<Place & { name: string }>(
    `select id, name, 'team' as kind from team order by founded_on, name`,
  )
  return {
    units: await rows(`select u.id, coalesce(p.code, u.slug) as key, u.kind from unit u
        join unit_period p on p.unit_id = u.id and p.valid_until is null order by u.kind, key`),
    teams: teams.map(({ id, kind, name }) => ({ id, kind, key: teamKeys.get(name)! })),
    offerings: await rows(
      `select id, title as key, 'offering' as kind, category_id as "categoryId" from offering order by title`,
    ),
    categories: await rows(`select id, slug as key, 'category' as kind from category order by slug`),
  }
}

/** Everybody gets a session of now: those of the template may be long past their end. */
async function signIn(owner: Client, host: HttpHost): Promise<Map<string, Person>> {
  const { rows } = await owner.query<{ personId: string; login: string | null; name: string }>(
    `select p.id as "personId", s.login, p.name from person p
       left join staff_account s on s.district_id = p.district_id and s.person_id = p.id order by p.id`,
  )
  const people = new Map<string, Person>()
  await runWork(host, systemActor(YANQING), async ({ tx }) => {
    for (const { personId, login, name } of rows) {
      const token = await openSession(tx, personId, login === null ? 'resident' : 'staff')
      const key = login ?? name
      people.set(key, { key, personId, token })
    }
  })
  return people
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}
