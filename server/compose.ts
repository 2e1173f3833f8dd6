/**
 * The composition root: puts the parts together once, for the server, the command line and the tests. It alone knows every
 * module; what a lower part must be told about a higher one (roles, teams, the sweep) is passed in here.
 */
import { join } from 'node:path'
import packageFacts from '../package.json' with { type: 'json' }
import { demoAccountRows } from './cli/demo-accounts.ts'
import type { Config } from './config.ts'
import { buildApp } from './http/app.ts'
import type { HttpHost } from './http/host.ts'
import type { AllHandlers } from './http/modules.ts'
import { permissionsOf } from './http/permissions.ts'
import { platformHandlers } from './http/platform-handlers.ts'
import { checkInHandlers } from '#modules/activities/routes-check-in.ts'
import { activitiesHandlers } from '#modules/activities/routes.ts'
import { catalogueHandlers } from '#modules/catalogue/routes.ts'
import { hoursHandlers } from '#modules/hours/routes.ts'
import { activitiesHolder, activitiesOfUnit, countSessionsAhead } from '#modules/activities/index.ts'
import { attendanceHolder } from '#modules/attendance/index.ts'
import { countOfferings, offeringsOfUnit } from '#modules/catalogue/index.ts'
import { hoursHolder, hoursOfUnit } from '#modules/hours/index.ts'
import { openOrdersOf, ordersHolder, ordersOfUnit } from '#modules/orders/index.ts'
import { pointsHolder, readBudget } from '#modules/points/index.ts'
import {
  type Channel,
  deliverMessages,
  notificationsHolder,
  outbox,
  webhookChannel,
} from '#modules/notifications/index.ts'
import { notificationsJobs } from '#modules/notifications/jobs.ts'
import { notificationsHandlers } from '#modules/notifications/routes.ts'
import { ordersJobs } from '#modules/orders/jobs.ts'
import { ordersHandlers } from '#modules/orders/routes.ts'
import { firstStepsHandlers, orgsHandlers } from '#modules/orgs/routes.ts'
import type { StepReaders, UnitHolder } from '#modules/orgs/index.ts'
import { loadPersonFacts, peopleStep, type PersonHolder, staffOfUnit } from '#modules/people/index.ts'
import { leavingHandlers } from '#modules/people/routes-leaving.ts'
import { linkHandlers } from '#modules/people/routes-links.ts'
import { mergeHandlers } from '#modules/people/routes-merges.ts'
import { accountHandlers } from '#modules/people/routes-account.ts'
import { peopleHandlers } from '#modules/people/routes.ts'
import { planningJobs } from '#modules/planning/jobs.ts'
import { planningHandlers } from '#modules/planning/routes.ts'
import { pointsHandlers } from '#modules/points/routes.ts'
import { pointsJobs } from '#modules/points/jobs.ts'
import { teamImportHandlers } from '#modules/teams/routes-import.ts'
import { recordsHolder, recordsOfUnit } from '#modules/records/index.ts'
import { recordsJobs } from '#modules/records/jobs.ts'
import { recordsHandlers } from '#modules/records/routes.ts'
import { teamDeskHandlers } from '#modules/teams/routes-desk.ts'
import { isVolunteer, readInThread, teamsHolder, teamsOf, teamsOfUnit } from '#modules/teams/index.ts'
import { volunteerHandlers } from '#modules/teams/routes-volunteer.ts'
import { teamCalendarHandlers } from '#modules/teams/routes-calendar.ts'
import { teamsHandlers } from '#modules/teams/routes.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { openSessions } from '#platform/auth/sessions.ts'
import { type Db, openDb, type Tx } from '#platform/db.ts'
import { faultsOfDisk } from '#platform/disk.ts'
import { openKeyring } from '#platform/field-encryption.ts'
import { openFileStore } from '#platform/files.ts'
import { type JobDefinition, type JobQueue, openJobs } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { openThreads, type ThreadLimits } from '#platform/threads.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { sweepDistrict } from './worker/sweep.ts'

/**
 * Whoever waits for a thread holds a connection, so few may. A question that takes longer than its seconds would find the
 * transaction ended by the database, which waits 15 seconds. The largest list that is taken needs less than 384 MB.
 */
const THREAD_LIMITS: ThreadLimits = { runningMax: 2, waitingMax: 3, megabytesMax: 512, secondsMax: 14 }

export interface Platform {
  readonly db: Db
  readonly jobs: JobQueue
  readonly definitions: readonly JobDefinition[]
  readonly host: HttpHost
  /** Hands over the messages of a district that wait for the channel, until none is left. */
  deliver(districtId: number): Promise<void>
  /** @param isDemo whether the routes and pages of a demonstration exist */
  buildApp(isDemo: boolean): ReturnType<typeof buildApp>
  close(): Promise<void>
}

export interface Composition {
  readonly config: Config
  readonly databaseUrl: string
  readonly kek: Buffer
  readonly log: Log
  readonly schemaHead: string
  readonly isStopping: () => boolean
  /** Whether the resident pages are served beside the API. */
  readonly hasPages: boolean
}

export async function compose({
  config,
  databaseUrl,
  kek,
  log,
  schemaHead,
  isStopping,
  hasPages,
}: Composition): Promise<Platform> {
  const db = openDb(databaseUrl, openKeyring({ kek, retired: config.retiredKeks }), { poolMax: config.poolMax })
  const channel = channelOf(config)
  const definitions = [...notificationsJobs(channel), ...pointsJobs, ...ordersJobs, ...planningJobs, ...recordsJobs]
  const jobs = await openJobs(
    db,
    log,
    definitions.map((one) => one.name),
    { worker: config.role !== 'web' },
  )
  const { pool } = db
  const metrics = createMetrics(() => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }))
  const sessions = await openSessions(db, log, loadPersonFacts)
  const threads = openThreads(THREAD_LIMITS)
  const files = await openFileStore(join(config.dataDir, 'files'))
  const handlers: AllHandlers = {
    ...plainHandlers,
    ...platformHandlers({
      demoClock: config.demoClock,
      demoAccounts: () => demoAccountRows(realNow()),
      sweep: async (districtId) => void (await sweepDistrict({ db, jobs }, log, districtId)),
    }),
    ...peopleHandlers({ origin: config.origin, permissionsOf, teamsOf, loadActor, realNow }),
    ...teamDeskHandlers({ origin: config.origin, countPromises }),
    ...firstStepsHandlers(stepReaders(config)),
    ...checkInHandlers({ origin: config.origin, keyring: db.keyring }),
    ...hoursHandlers,
    ...teamImportHandlers(readInThread(threads)),
    ...ordersHandlers({ files, realNow }),
    ...recordsHandlers({ files, origin: config.origin }),
  }
  const host: HttpHost = {
    db,
    jobs,
    log,
    metrics,
    sessions,
    handlers,
    health: healthOf(config, schemaHead, isStopping),
    origin: config.origin,
    secureCookies: config.secureCookies,
    trustedProxies: config.trustedProxies,
    demo: false,
    gatewaySecret: config.gatewaySecret,
    pages: null,
  }
  return {
    db,
    jobs,
    definitions,
    host,
    deliver: (districtId) => deliverAll({ db, jobs }, districtId, channel),
    buildApp: (isDemo) => buildApp({ ...host, demo: isDemo, pages: hasPages ? { demo: isDemo } : null }),
    async close() {
      await threads.close()
      await sessions.stop()
      await jobs.stop()
      await db.close()
    },
  }
}

/** What the modules know of a new district's first steps. */
function stepReaders({ gatewayUrl }: Config): StepReaders {
  return {
    people: peopleStep,
    async offerings({ tx, now }) {
      const counts = await countOfferings(tx, now)
      return { isDone: counts.shown > 0, counts }
    },
    messages: async () => ({ isDone: gatewayUrl !== null }),
    async budget({ tx }) {
      const { issued } = await readBudget(tx)
      return { isDone: issued > 0, counts: { issued } }
    },
  }
}

/** What a team has promised and not yet done, over all modules. */
async function countPromises(tx: Tx, teamId: string, now: Date) {
  return { orders: await openOrdersOf(tx, teamId), sessions: await countSessionsAhead(tx, teamId, now) }
}

/** Every module that holds something about a person; messages last, because the others send some while a person leaves. */
const personHolders: readonly PersonHolder[] = [
  ordersHolder,
  activitiesHolder,
  attendanceHolder,
  hoursHolder,
  pointsHolder,
  recordsHolder,
  teamsHolder,
  notificationsHolder,
]

/** Every module that holds something about a unit. */
const unitHolders: readonly UnitHolder[] = [
  staffOfUnit,
  offeringsOfUnit,
  ordersOfUnit,
  teamsOfUnit,
  hoursOfUnit,
  recordsOfUnit,
  activitiesOfUnit,
]

async function volunteeringOf(tx: Tx, personId: string) {
  const teams = await teamsOf(tx, personId)
  return { isVolunteer: await isVolunteer(tx, personId), teams: teams.map((team) => team.name) }
}

/** Handlers that need to be told nothing of the settings. */
const plainHandlers = {
  ...notificationsHandlers,
  ...orgsHandlers(unitHolders),
  ...accountHandlers,
  ...teamsHandlers,
  ...volunteerHandlers,
  ...teamCalendarHandlers,
  ...pointsHandlers,
  ...catalogueHandlers,
  ...activitiesHandlers,
  ...planningHandlers,
  ...linkHandlers(personHolders),
  ...mergeHandlers({ holders: personHolders, isVolunteer }),
  ...leavingHandlers({ holders: personHolders, volunteering: volunteeringOf, loadActor }),
}

function healthOf(config: Config, schemaHead: string, isStopping: () => boolean): HttpHost['health'] {
  const { revision, dataDir } = config
  return { version: packageFacts.version, revision, schemaHead, isStopping, faults: () => faultsOfDisk(dataDir) }
}

/** Messages go to the gateway that the settings name, else they stay in the outbox. */
function channelOf({ gatewayUrl: url, gatewaySecret: secret, origin }: Config): Channel {
  return url === null || secret === null ? outbox : webhookChannel({ url, secret, origin })
}

async function deliverAll(host: WorkHost, districtId: number, channel: Channel): Promise<void> {
  while (await runWork(host, systemActor(districtId), (work) => deliverMessages(work, channel))) continue
}

function realNow(): Date {
  return new Date()
}

async function loadActor(tx: Tx, personId: string, kind: 'resident' | 'staff', now: Date): Promise<Actor> {
  const facts = await loadPersonFacts(tx, personId, now)
  return {
    districtId: tx.districtId,
    kind,
    personId,
    key: personId,
    grants: kind === 'staff' ? (facts?.grants ?? []) : [],
    locale: facts?.locale ?? 'zh-CN',
    linkOrderId: null,
  }
}
