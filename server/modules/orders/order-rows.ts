import { openKey, storedKeys } from './order-search.ts'
import { phoneIndex } from '#modules/people/index.ts'
import { empty, join, type Sql, sql, type Tx } from '#platform/db.ts'
import { ratesChange } from './rates-by-day.ts'
import type { Channel, NextStep, Order, OrderMove, OrderState, Outcome, Urgency } from './order.ts'

export const CONTACT_PHONE_COLUMN = 'service_order.contact_phone_cipher'
export const CALL_BACK_PHONE_COLUMN = 'service_order.call_back_phone_cipher'
export const ADDRESS_COLUMN = 'service_order.address_cipher'
export const PROVIDER_PHONE_COLUMN = 'service_order.provider_contact_phone_cipher'

const orderColumns = sql`id, number, state, outcome, channel, urgency, placed_by, requester_id, contact_phone_index, locale, unit_id,
  category_id, offering_id, title, headcount, actual_headcount, window_from, window_until, risks, agreement_triggers, agreement_at,
  insurance_confirmed_at, quota_month, responsible_unit_id, due_at, next_step, escalation_level, returns, reopenings,
  provider_unit_id, provider_team_id, scheduled_from, scheduled_until, delivered_at, review_on, closing_answer_id, closed_at, version`

/** Locks an order for the rest of the transaction: every change of its state begins here. */
export function lockOrder(tx: Tx, id: string): Promise<Order | undefined> {
  return tx.maybe<Order>(orderLocked(tx.districtId, id))
}

/** The statement behind it, for what is sent with the beginning of a write. */
export function orderLocked(districtId: number, id: string): Sql {
  return sql`select ${orderColumns} from service_order where district_id = ${districtId} and id = ${id} for update`
}

/** The same without a lock, for reads and for deciding who may look. */
export function findOrder(tx: Tx, id: string): Promise<Order | undefined> {
  return tx.maybe<Order>(
    sql`select ${orderColumns} from service_order where district_id = ${tx.districtId} and id = ${id}`,
  )
}

/** Takes serial numbers from the district's counter, which stays locked until the commit. @returns the last one */
export async function takeSerials(tx: Tx, year: number, count: number): Promise<number> {
  const { lastSerial } = await tx.one<{ lastSerial: number }>(sql`
    insert into order_number_counter as c (district_id, year, last_serial) values (${tx.districtId}, ${year}, ${count})
    on conflict (district_id, year) do update set last_serial = c.last_serial + excluded.last_serial
    returning last_serial`)
  return lastSerial
}

export interface NewOrder {
  readonly id: string
  readonly number: string
  readonly channel: Channel
  readonly urgency: Urgency
  readonly placedBy: string | null
  readonly requesterId: string | null
  readonly contactName: string
  readonly contactPhone: string
  readonly contactPhoneIndex: Buffer
  readonly callBackPhone: string | null
  readonly proxyRelation: string | null
  readonly consentGiven: boolean
  readonly readBackAt: Date | null
  readonly locale: string
  readonly unitId: string
  readonly address: string | null
  readonly categoryId: string
  readonly offeringId: string | null
  readonly title: string
  readonly details: string
  readonly targetGroup: string
  readonly headcount: number
  readonly venue: string
  readonly windowFrom: Date | null
  readonly windowUntil: Date | null
  readonly risks: readonly string[]
  readonly agreementTriggers: readonly string[]
  readonly quotaMonth: string | null
  readonly dueAt: Date
  readonly search: { readonly keys: readonly string[]; readonly pinyin: string; readonly initials: string }
  readonly placedAt: Date
}

export function insertOrder(tx: Tx, o: NewOrder): void {
  const seal = (column: string, text: string | null) => (text === null ? null : tx.personal.encrypt(column, o.id, text))
  const row = rowOf(o.id)
  tx.later(
    sql`
    insert into order_search (district_id, order_id, placed_at, keys, pinyin, initials)
    values (${tx.districtId}, ${o.id}, ${o.placedAt}, ${o.search.keys}, ${o.search.pinyin}, ${o.search.initials})`,
    { row: searchRowOf(o.id) },
  )
  tx.later(
    sql`
    insert into service_order (district_id, id, number, state, channel, urgency, placed_by, requester_id, contact_name,
      contact_phone_cipher, contact_phone_index, call_back_phone_cipher, proxy_relation, consent_given, read_back_at, locale,
      unit_id, address_cipher, category_id, offering_id, title, details, target_group, headcount, venue, window_from, window_until,
      risks, agreement_triggers, quota_month, responsible_unit_id, due_at, next_step, placed_at)
    values (${tx.districtId}, ${o.id}, ${o.number}, 'submitted', ${o.channel}, ${o.urgency}, ${o.placedBy}, ${o.requesterId},
      ${o.contactName}, ${seal(CONTACT_PHONE_COLUMN, o.contactPhone)}, ${o.contactPhoneIndex},
      ${seal(CALL_BACK_PHONE_COLUMN, o.callBackPhone)}, ${o.proxyRelation}, ${o.consentGiven}, ${o.readBackAt}, ${o.locale},
      ${o.unitId}, ${seal(ADDRESS_COLUMN, o.address)}, ${o.categoryId}, ${o.offeringId}, ${o.title}, ${o.details}, ${o.targetGroup},
      ${o.headcount}, ${o.venue}, ${o.windowFrom}, ${o.windowUntil}, ${o.risks}, ${o.agreementTriggers}, ${o.quotaMonth},
      ${o.unitId}, ${o.dueAt}, 'triage', ${o.placedAt})`,
    { row },
  )
}

function rowOf(id: string): string {
  return `service_order ${id}`
}

function searchRowOf(id: string): string {
  return `order_search ${id}`
}

/** What a move may change beside the state; a key that is left out stays as it is. */
export interface OrderChange {
  readonly responsibleUnitId?: string
  readonly dueAt?: Date
  readonly nextStep?: NextStep
  readonly outcome?: Outcome | null
  readonly outcomeReason?: string | null
  readonly mergedIntoId?: string | null
  readonly urgency?: Urgency
  readonly risks?: readonly string[]
  readonly agreementTriggers?: readonly string[]
  readonly agreementAt?: Date
  readonly insuranceConfirmedAt?: Date
  readonly quotaMonth?: string | null
  readonly escalationLevel?: number
  readonly isWithLeader?: boolean
  readonly returns?: number
  readonly reopenings?: number
  readonly providerUnitId?: string | null
  readonly providerTeamId?: string | null
  readonly providerContactName?: string | null
  readonly providerContactPhoneCipher?: Buffer | null
  readonly scheduledFrom?: Date | null
  readonly scheduledUntil?: Date | null
  readonly serviceStartedAt?: Date | null
  readonly deliveredAt?: Date | null
  readonly deliveryResult?: string | null
  readonly actualHeadcount?: number | null
  readonly headcountConfirmedAt?: Date | null
  readonly reviewOn?: string | null
  readonly closingAnswerId?: string | null
  readonly closingAnswerReached?: boolean | null
  readonly closedAt?: Date | null
  readonly closedAs?: string | null
}

const CHANGE_COLUMNS: { readonly [Key in keyof Required<OrderChange>]: Sql } = {
  responsibleUnitId: sql`responsible_unit_id`,
  dueAt: sql`due_at`,
  nextStep: sql`next_step`,
  outcome: sql`outcome`,
  outcomeReason: sql`outcome_reason`,
  mergedIntoId: sql`merged_into_id`,
  urgency: sql`urgency`,
  risks: sql`risks`,
  agreementTriggers: sql`agreement_triggers`,
  agreementAt: sql`agreement_at`,
  insuranceConfirmedAt: sql`insurance_confirmed_at`,
  quotaMonth: sql`quota_month`,
  escalationLevel: sql`escalation_level`,
  isWithLeader: sql`is_with_leader`,
  returns: sql`returns`,
  reopenings: sql`reopenings`,
  providerUnitId: sql`provider_unit_id`,
  providerTeamId: sql`provider_team_id`,
  providerContactName: sql`provider_contact_name`,
  providerContactPhoneCipher: sql`provider_contact_phone_cipher`,
  scheduledFrom: sql`scheduled_from`,
  scheduledUntil: sql`scheduled_until`,
  serviceStartedAt: sql`service_started_at`,
  deliveredAt: sql`delivered_at`,
  deliveryResult: sql`delivery_result`,
  actualHeadcount: sql`actual_headcount`,
  headcountConfirmedAt: sql`headcount_confirmed_at`,
  reviewOn: sql`review_on`,
  closingAnswerId: sql`closing_answer_id`,
  closingAnswerReached: sql`closing_answer_reached`,
  closedAt: sql`closed_at`,
  closedAs: sql`closed_as`,
}

/** Changes an order and counts its version up. The caller holds its lock. */
export async function updateOrder(tx: Tx, id: string, change: OrderChange): Promise<void> {
  await tx.run(sql`${changing(change)} where district_id = ${tx.districtId} and id = ${id}`)
}

/**
 * Gives an order another state and changes what comes with it, with the writes that go out together. The caller holds its
 * lock, so the next version is known: an order that is not at the version it was locked at was changed past its copy, which
 * is a bug. @returns the new version
 */
export function changeState(
  tx: Tx,
  { id, version, state: from }: Pick<Order, 'id' | 'version' | 'state'>,
  change: OrderChange,
  state: OrderState,
): number {
  const write = sql`${changing(change, state)} where district_id = ${tx.districtId} and id = ${id} and version = ${version}`
  tx.later(write, {
    row: rowOf(id),
    check(rows) {
      if (rows !== 1) throw new Error(`The order ${id} is no longer at version ${version}.`)
    },
  })
  if ((from === 'closed') !== (state === 'closed')) setOpenKey(tx, id, state !== 'closed')
  return version + 1
}

function setOpenKey(tx: Tx, id: string, isOpen: boolean): void {
  const keys = isOpen
    ? sql`keys || ${openKey(tx.districtId)}::text`
    : sql`array_remove(keys, ${openKey(tx.districtId)})`
  tx.later(sql`update order_search set keys = ${keys} where district_id = ${tx.districtId} and order_id = ${id}`, {
    row: searchRowOf(id),
  })
}

function changing(given: OrderChange, state?: OrderState): Sql {
  // A new due time is a new chance: what lay with the leader is out of his or her hands again.
  const change: OrderChange = given.dueAt === undefined ? given : { isWithLeader: false, ...given }
  const keys = (Object.keys(change) as (keyof OrderChange)[]).filter((key) => change[key] !== undefined)
  const sets = keys.map((key) => sql`${CHANGE_COLUMNS[key]} = ${change[key]}`)
  if (state !== undefined) sets.unshift(sql`state = ${state}`)
  return sql`update service_order set ${join([sql`version = version + 1`, ...sets], ', ')}`
}

export interface TransitionRow {
  readonly id: string
  readonly orderId: string
  readonly version: number
  readonly move: OrderMove
  readonly fromState: OrderState
  readonly toState: OrderState
  readonly at: Date
  readonly actorKind: string
  readonly actorId: string | null
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly responsibleUnitId: string
  readonly dueAt: Date
}

/** Appends a transition; what the rates count of the order may have changed with it. */
export function insertTransition(tx: Tx, row: TransitionRow): void {
  ratesChange(tx, row.id, row.orderId)
  tx.later(sql`
    insert into order_transition (district_id, id, order_id, version, move, from_state, to_state, at, actor_kind, actor_id, reason_code,
      reason, responsible_unit_id, due_at)
    values (${tx.districtId}, ${row.id}, ${row.orderId}, ${row.version}, ${row.move}, ${row.fromState}, ${row.toState}, ${row.at}, ${row.actorKind},
      ${row.actorId}, ${row.reasonCode}, ${row.reason}, ${row.responsibleUnitId}, ${row.dueAt})`)
}

/** When the requester last said that it was not done: the latest dispute or reopening; null when never. */
export async function lastRefusedAt(tx: Tx, orderId: string): Promise<Date | null> {
  const { at } = await tx.one<{ at: Date | null }>(sql`
    select max(at) as at from order_transition
     where district_id = ${tx.districtId} and order_id = ${orderId} and move in ('dispute', 'reopen')`)
  return at
}

/** Lets orders follow from one account to another of the same person. @param ids all by default @returns their ids */
export async function moveOrders(tx: Tx, fromId: string, toId: string, ids?: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    update service_order set requester_id = ${toId}
     where district_id = ${tx.districtId} and requester_id = ${fromId}
       ${ids === undefined ? empty : sql`and id = any(${ids}::uuid[])`} returning id`)
  return rows.map((row) => row.id)
}

export interface OwnOrder {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly state: string
  readonly placedAt: Date
}

/** Takes out of an order what tells who ordered; it is found by its title from then on. */
export async function eraseContact(tx: Tx, { id, number, title, state, placedAt }: OwnOrder): Promise<void> {
  const { keys, pinyin, initials } = storedKeys(tx.districtId, {
    placedAt,
    isOpen: state !== 'closed',
    text: `${title} ${number}`,
  })
  await tx.run(sql`
    update service_order
       set contact_name = '', contact_phone_cipher = ${tx.personal.encrypt(CONTACT_PHONE_COLUMN, id, '')},
           contact_phone_index = ${phoneIndex(tx, '')}, address_cipher = null, details = '',
           call_back_phone_cipher = case when call_back_phone_cipher is not null
             then ${tx.personal.encrypt(CALL_BACK_PHONE_COLUMN, id, '')}::bytea end
     where district_id = ${tx.districtId} and id = ${id}`)
  await tx.run(sql`
    update order_search set keys = ${keys}, pinyin = ${pinyin}, initials = ${initials}
     where district_id = ${tx.districtId} and order_id = ${id}`)
}
