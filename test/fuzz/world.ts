/** Who calls the server, and what is known of it from its own answers. */
import { type Act, ACTS } from '../../server/modules/orders/acts.ts'
import { demoLogins, fetchJson, residentToken, staffToken } from '../support/sign-in.ts'
import { Known } from './values.ts'

export interface Caller {
  readonly name: string
  /** The value of the header Authorization; null for the public. */
  authorization: string | null
  readonly permissions: ReadonlySet<string>
  /** Where the caller holds a role. */
  readonly unitId?: string
  readonly teamId?: string
}

export interface World {
  readonly origin: string
  /** When everybody had signed in, by the machine's clock. */
  readonly openedAt: number
  /** The category of the lives that are lived on purpose: draws may rename it. */
  readonly categoryId: string
  readonly callers: readonly Caller[]
  /** What the server told of, by kind: ids, order numbers, cursors, codes. */
  readonly pools: Map<string, string[]>
  /** What each caller may do to each order, as the order's page last said. */
  readonly moves: Map<string, ReadonlySet<string>>
  readonly providers: Map<string, 'agency' | 'team'>
  /** How to check in at an order. */
  readonly codes: Map<string, { readonly method: string; readonly code: string }>
  /** Who could serve an order. */
  readonly candidates: Map<string, readonly { readonly kind: string; readonly id: string }[]>
  readonly openOffers: Map<string, { readonly orderId: string; readonly providerId: string | undefined }>
  /** Orders that changed since the callers looked. */
  readonly stale: Set<string>
}

const POOL_MAX = 300
const STALE_MAX = 40
const RESIDENTS = ['13900000001', '13900000002', '13900000011', '13900000012', '13900000013']
/** Callers who do things to orders; the others are only refused. */
const DOERS = ['13900000001', '13900000002', '13900000011', '13900000013', 'dispatcher', 'keeper', 'health', 'justice']

const POOL_OF_PART: Readonly<Record<string, string>> = {
  unit: 'units',
  units: 'units',
  responsibleUnit: 'units',
  parent: 'units',
  area: 'units',
  category: 'categories',
  categories: 'categories',
  offering: 'offerings',
  offerings: 'offerings',
  person: 'persons',
  file: 'files',
  order: 'orders',
  orders: 'orders',
  offers: 'offers',
  offer: 'offers',
  teams: 'teams',
  staff: 'persons',
  grant: 'grants',
  'follow-ups': 'follow-ups',
  activities: 'activities',
  activity: 'activities',
  'organised-activities': 'activities',
  sessions: 'sessions',
  session: 'sessions',
  programme: 'sessions',
  'sign-ups': 'sessions',
  plans: 'plans',
  plan: 'plans',
  travel: 'travel',
  'calendar-feeds': 'calendar-feeds',
  'activity-themes': 'themes',
  theme: 'themes',
  'activity-templates': 'templates',
  template: 'templates',
  links: 'links',
  ward: 'wards',
  merges: 'merges',
  licences: 'licences',
  applications: 'team-applications',
  'team-foundings': 'team-foundings',
  foundings: 'team-foundings',
  handovers: 'team-handovers',
  exceptions: 'exceptions',
  invitations: 'invitations',
  pairings: 'pairings',
  certificates: 'certificates',
  'certificate-notices': 'certificates',
  objections: 'certificate-objections',
  training: 'record-entries',
  commendation: 'record-entries',
  'record-entries': 'record-entries',
  demands: 'record-demands',
  hours: 'hours',
  record: 'hours',
  'hours-notices': 'hours',
  'hours-approvals': 'hours',
  'hours-cases': 'hours-cases',
  case: 'hours-cases',
  'hours-demands': 'hours-demands',
}

/** Signs everybody in as they do: residents by the code on their phone, staff with their three secrets. */
export async function openWorld(origin: string): Promise<World> {
  const logins = await demoLogins(origin)
  const signedIn = await Promise.all([
    ...RESIDENTS.map(async (phone) => callerOf(origin, phone, await residentToken(origin, phone))),
    ...logins.map(async (login) => callerOf(origin, login.login, await staffToken(origin, login))),
  ])
  const categories = await fetchJson<{ rows: { id: string; slug: string }[] }>(`${origin}/api/v1/categories`)
  const nobody: Caller = { name: 'public', authorization: null, permissions: new Set(['public', 'gateway', 'demo']) }
  const ofLink = new Set([...nobody.permissions, 'order-party'])
  const link: Caller = { name: 'link', authorization: 'Link none', permissions: ofLink }
  const world: World = {
    origin,
    openedAt: Date.now(),
    categoryId: categories.rows.find((row) => row.slug === 'health-and-care')!.id,
    callers: [nobody, link, ...signedIn],
    pools: new Map([
      ['logins', logins.map((row) => row.login)],
      ['slugs', ['science', 'culture']],
    ]),
    moves: new Map(),
    providers: new Map(),
    codes: new Map(),
    candidates: new Map(),
    openOffers: new Map(),
    stale: new Set(),
  }
  return world
}

export async function callerOf(origin: string, name: string, token: string): Promise<Caller> {
  const authorization = `Bearer ${token}`
  const me = await fetchJson<{ permissions: string[]; roles: { unitId: string }[]; teams: { id: string }[] }>(
    `${origin}/api/v1/me`,
    {
      headers: { authorization },
    },
  )
  const [role] = me.roles
  const [team] = me.teams
  return {
    name,
    authorization,
    permissions: new Set(me.permissions),
    ...(role && { unitId: role.unitId }),
    ...(team && { teamId: team.id }),
  }
}

/** Keeps every id and number that an answer names, so that later requests can mean real things. */
export function learn(world: World, path: string, caller: Caller, body: unknown): void {
  const place =
    path
      .split('?')[0]!
      .split('/')
      .findLast((part) => part in POOL_OF_PART) ?? ''
  const { nextCursor, pin, code, candidates } = (body ?? {}) as Record<string, unknown>
  if (typeof nextCursor === 'string') keep(world, `cursors of ${path.split('?')[0]}`, nextCursor)
  const order = /\/orders\/([0-9a-f-]{36})\//u.exec(path)?.[1]
  if (order !== undefined && typeof pin === 'string') world.codes.set(order, { method: 'beneficiary-pin', code: pin })
  if (order !== undefined && typeof code === 'string') world.codes.set(order, { method: 'rotating-code', code })
  if (order !== undefined && Array.isArray(candidates)) {
    const providers = (candidates as { provider: { kind: string; id: string } }[]).map(({ provider }) => provider)
    world.candidates.set(
      order,
      providers.map(({ kind, id }) => ({ kind, id })),
    )
  }
  visit(world, place, caller, body)
}

function visit(world: World, place: string, caller: Caller, value: unknown): void {
  if (Array.isArray(value)) {
    if (place === 'sessionIds') for (const id of value) keep(world, 'sessions', String(id))
    for (const item of value) visit(world, place, caller, item)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const row = value as Record<string, unknown>
  if (Array.isArray(row['moves']) && typeof row['id'] === 'string') {
    world.moves.set(`${caller.name} ${row['id']}`, new Set(row['moves'] as string[]))
  }
  if (row['kind'] === 'station' && typeof row['id'] === 'string') keep(world, 'places', row['id'])
  if ((row['kind'] === 'agency' || row['kind'] === 'team') && typeof row['id'] === 'string') {
    world.providers.set(row['id'], row['kind'])
    keep(world, 'providers', row['id'])
  }
  if (typeof row['id'] === 'string' && typeof row['orderId'] === 'string' && 'deadlineAt' in row) {
    const providerId = (row['provider'] as { id?: string } | undefined)?.id
    if (row['state'] === 'open') world.openOffers.set(row['id'], { orderId: row['orderId'], providerId })
    else world.openOffers.delete(row['id'])
  }
  for (const [name, part] of Object.entries(row)) {
    if (typeof part === 'string') learnText(world, place, name, part)
    else visit(world, name === 'rows' ? place : name, caller, part)
  }
}

function learnText(world: World, place: string, name: string, text: string): void {
  if (name === 'id') keep(world, POOL_OF_PART[place] ?? '', text)
  else if (name.endsWith('Id')) keep(world, POOL_OF_PART[name.slice(0, -2)] ?? '', text)
  else if (name === 'number' || name === 'orderNumber') keep(world, 'numbers', text)
  else if (name === 'slug') keep(world, 'slugs', text)
  else if (name === 'trackingPath') keep(world, 'order-links', text.slice('/o/'.length))
  else if (name === 'invitationLink') keep(world, 'tokens', text.split('#')[1] ?? '')
}

function keep(world: World, pool: string, text: string): void {
  if (pool === '' || text === '') return
  const known = world.pools.get(pool) ?? []
  if (known.includes(text)) return
  known.push(text)
  if (known.length > POOL_MAX) known.shift()
  world.pools.set(pool, known)
  if (pool === 'orders') world.stale.add(text)
}

/**
 * Puts real things in the place of what stands for them.
 * @param path of the operation: a cursor is good only where it came from
 */
export function resolve(world: World, path: string, value: unknown): unknown {
  if (value instanceof Known) {
    const pool = world.pools.get(value.pool === 'cursors' ? `cursors of ${path}` : value.pool) ?? []
    return pool.length === 0 ? value.otherwise : pool[value.pick % pool.length]
  }
  if (Array.isArray(value)) return value.map((item) => resolve(world, path, item))
  if (typeof value !== 'object' || value === null) return value
  const row = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolve(world, path, part)]))
  if (
    typeof row['id'] === 'string' &&
    (row['kind'] === 'agency' || row['kind'] === 'team') &&
    world.providers.size > 0
  ) {
    const all = [...world.providers]
    const [id, kind] = all[Number.parseInt(row['id'].slice(0, 4), 16) % all.length]!
    return { ...row, id, kind }
  }
  return row
}

/** Pairs of fields that must stand in order, or both be missing. */
const PAIRS = [
  ['windowFrom', 'windowUntil'],
  ['from', 'until'],
  ['headcountMin', 'headcountMax'],
  ['fromMinute', 'untilMinute'],
  ['validFrom', 'validUntil'],
] as const

/** Makes the fields of a value agree with one another, as the schema cannot say. */
export function harmonise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(harmonise)
  if (typeof value !== 'object' || value === null) return value
  const row: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, harmonise(part)]),
  )
  for (const [low, high] of PAIRS) {
    if (!(low in row) || !(high in row)) continue
    const [a, b] = [row[low], row[high]] as (string | number | null)[]
    if (a === null || b === null) row[low] = low === 'validFrom' ? a : null
    if (a === null || b === null) row[high] = null
    else if (a! > b!) [row[low], row[high]] = [b, a]
  }
  return row
}

/** Which act of the orders' table an operation is; the caller must be one who may do it. */
const ACT_OF_OPERATION: Readonly<Record<string, Act>> = {
  takeIn: 'take-in',
  answerOut: 'answer-out',
  mergeOrder: 'merge',
  deferOrder: 'defer',
  passUpOrder: 'pass-up',
  cancelOrder: 'cancel',
  listCandidates: 'offer',
  makeOffer: 'offer',
  openPool: 'open-pool',
  withdrawOffer: 'withdraw-offer',
  acceptOffer: 'accept-offer',
  declineOffer: 'decline-offer',
  claimOrder: 'claim',
  recordAgreement: 'record-agreement',
  scheduleOrder: 'schedule',
  returnOrder: 'return',
  reassignOrder: 'reassign',
  pauseOrder: 'pause',
  resumeOrder: 'resume',
  remindOrder: 'remind',
  showCheckInCode: 'show-code',
  showPin: 'show-pin',
  checkIn: 'check-in',
  startService: 'start',
  deliverOrder: 'deliver',
  addPhoto: 'add-photo',
  confirmOrder: 'confirm',
  disputeOrder: 'dispute',
  evaluateOrder: 'evaluate',
  reopenOrder: 'reopen',
  recordReached: 'record-reached',
}

export interface Fitting {
  readonly caller: Caller
  readonly orderId: string
}

/** Pairs of a caller and an order that he or she may now do this operation to. */
/** Whether the operation is an act of somebody on an order. */
export function isAct(operation: string): boolean {
  return operation in ACT_OF_OPERATION
}

export function fittingFor(world: World, operation: string): Fitting[] {
  const act = ACT_OF_OPERATION[operation]
  if (act === undefined || !(act in ACTS)) return []
  const callers = new Map(world.callers.map((caller) => [caller.name, caller]))
  return [...world.moves].flatMap(([key, moves]) => {
    const [name, orderId] = key.split(' ') as [string, string]
    const caller = callers.get(name)
    return moves.has(act) && caller !== undefined ? [{ caller, orderId }] : []
  })
}

/** Lets those who do things look at the orders that changed. */
export async function survey(world: World): Promise<void> {
  const ids = [...world.stale].slice(-STALE_MAX)
  world.stale.clear()
  for (const caller of world.callers.filter((one) => DOERS.includes(one.name))) {
    await Promise.all(
      ids.map(async (id) => {
        const path = `/api/v1/orders/${id}`
        const response = await fetch(world.origin + path, { headers: { authorization: caller.authorization! } })
        const body: unknown = await response.json()
        if (response.ok) learn(world, path, caller, body)
        else world.moves.delete(`${caller.name} ${id}`)
      }),
    )
  }
  world.stale.clear()
}
