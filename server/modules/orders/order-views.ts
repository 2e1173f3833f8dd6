import { allCategories } from '#modules/catalogue/index.ts'
import { unitNames } from '#modules/orgs/index.ts'
import { maskAddress, maskName, maskPhone } from '#platform/masking.ts'
import { dateIn } from '#platform/dates.ts'
import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import type { Channel, NextStep, OrderState, Outcome, Provider, TargetGroup, Urgency } from './order.ts'
import { ADDRESS_COLUMN, CALL_BACK_PHONE_COLUMN, CONTACT_PHONE_COLUMN, PROVIDER_PHONE_COLUMN } from './order-rows.ts'
import { OWNERS_EACH_MAX } from './parts.ts'

export interface OrderListRow {
  readonly id: string
  readonly number: string
  readonly state: OrderState
  readonly outcome: Outcome | null
  readonly title: string
  readonly channel: Channel
  readonly urgency: Urgency
  readonly category: { readonly id: string; readonly name: string; readonly nameEn: string }
  readonly unit: { readonly id: string; readonly name: string }
  readonly responsibleUnit: { readonly id: string; readonly name: string }
  readonly provider: (Provider & { readonly name: string }) | null
  readonly contactNameMasked: string
  readonly headcount: number
  readonly nextStep: NextStep
  readonly dueAt: Date
  readonly isOverdue: boolean
  readonly isPaused: boolean
  readonly escalationLevel: number
  readonly scheduledFrom: Date | null
  readonly placedAt: Date
  readonly version: number
}

/** Columns of one list row of the order `o`. Names that nearly every row needs come from memory (`toListRows`). */
export const listColumns: Sql = sql`o.id, o.number, o.state, o.outcome, o.title, o.channel, o.urgency, o.category_id, o.unit_id,
  o.responsible_unit_id, o.provider_unit_id, o.provider_team_id,
  case when o.provider_team_id is not null then
    (select t.name from team t where t.district_id = o.district_id and t.id = o.provider_team_id) end as team_name,
  o.contact_name, o.headcount, o.next_step, o.due_at,
  exists (select from order_pause p where p.district_id = o.district_id and p.order_id = o.id and p.resumed_at is null) as is_paused,
  o.escalation_level, o.scheduled_from, o.placed_at, o.version`

type Named = 'category' | 'unit' | 'responsibleUnit' | 'provider' | 'contactNameMasked' | 'isOverdue'

export interface RawRow extends Omit<OrderListRow, Named> {
  readonly categoryId: string
  readonly unitId: string
  readonly responsibleUnitId: string
  readonly providerUnitId: string | null
  readonly providerTeamId: string | null
  readonly teamName: string | null
  readonly contactName: string
}

/** Names are those of today: an order lives on when its village is renamed. */
export async function toListRows(tx: Tx, rows: readonly RawRow[], now: Date): Promise<OrderListRow[]> {
  const units = await unitNames(tx, dateIn(now))
  const categories = await allCategories(tx)
  const named = (id: string) => ({ id, name: units.get(id) ?? '' })
  // Written out, because a list makes twenty of them: copying what is left of a row takes several times as long.
  return rows.map((row) => {
    const { name, nameEn } = categories.get(row.categoryId)!
    return {
      id: row.id,
      number: row.number,
      state: row.state,
      outcome: row.outcome,
      title: row.title,
      channel: row.channel,
      urgency: row.urgency,
      category: { id: row.categoryId, name, nameEn },
      unit: named(row.unitId),
      responsibleUnit: named(row.responsibleUnitId),
      provider:
        row.providerTeamId !== null
          ? { kind: 'team', id: row.providerTeamId, name: row.teamName ?? '' }
          : row.providerUnitId === null
            ? null
            : { kind: 'agency', ...named(row.providerUnitId) },
      contactNameMasked: maskName(row.contactName),
      headcount: row.headcount,
      nextStep: row.nextStep,
      dueAt: row.dueAt,
      isOverdue: row.state !== 'closed' && row.dueAt <= now,
      isPaused: row.isPaused,
      escalationLevel: row.escalationLevel,
      scheduledFrom: row.scheduledFrom,
      placedAt: row.placedAt,
      version: row.version,
    }
  })
}

export async function orderListRow(tx: Tx, id: string, now: Date): Promise<OrderListRow | undefined> {
  return (await orderListRows(tx, [id], now)).get(id)
}

export async function orderListRows(tx: Tx, ids: readonly string[], now: Date): Promise<Map<string, OrderListRow>> {
  const rows = await tx.rows<RawRow>(sql`
    select ${listColumns} from service_order o where o.district_id = ${tx.districtId} and o.id = any(${ids}::uuid[])`)
  return new Map((await toListRows(tx, rows, now)).map((row) => [row.id, row]))
}

export interface OrderFacts {
  readonly details: string
  readonly outcomeReason: string | null
  readonly contactPhoneMasked: string
  readonly addressMasked: string | null
  readonly venue: string
  readonly targetGroup: TargetGroup
  readonly windowFrom: Date | null
  readonly windowUntil: Date | null
  readonly risks: readonly string[]
  readonly agreementTriggers: readonly string[]
  readonly agreementAt: Date | null
  readonly insuranceConfirmedAt: Date | null
  readonly offering: { readonly id: string; readonly title: string } | null
  readonly proxyRelation: string | null
  readonly providerContact: { readonly name: string; readonly phone: string } | null
  readonly scheduledUntil: Date | null
  readonly deliveredAt: Date | null
  readonly deliveryResult: string | null
  readonly actualHeadcount: number | null
  readonly headcountConfirmed: boolean
  readonly reviewOn: string | null
  readonly mergedInto: string | null
  readonly closedAt: Date | null
  readonly closedAs: string | null
  readonly reopenings: number
}

/** Which further parts of an order there are; most orders have few, and what is not there need not be read. */
export interface OrderParts {
  readonly hasAnswers: boolean
  readonly hasEvaluations: boolean
  readonly hasOffers: boolean
  readonly hasPauses: boolean
  readonly hasAttendance: boolean
  readonly hasPhotos: boolean
}

interface RawFacts
  extends RawRow, Omit<OrderFacts, 'contactPhoneMasked' | 'addressMasked' | 'providerContact'>, OrderParts {
  readonly contactPhoneCipher: Buffer
  readonly addressCipher: Buffer | null
  readonly providerContactName: string | null
  readonly providerContactPhoneCipher: Buffer | null
}

/** One order: its list row and its facts beyond. Personal fields are masked; the provider's named contact is in clear (接单). */
export async function orderInFull(tx: Tx, id: string, now: Date): Promise<OrderListRow & OrderFacts & OrderParts> {
  const raw = await tx.one<RawFacts>(sql`
    select ${listColumns}, o.details, o.outcome_reason, o.contact_phone_cipher, o.address_cipher, o.venue, o.target_group, o.window_from, o.window_until,
           o.risks, o.agreement_triggers, o.agreement_at, o.insurance_confirmed_at, o.proxy_relation, o.provider_contact_name,
           o.provider_contact_phone_cipher, o.scheduled_until, o.delivered_at, o.delivery_result, o.actual_headcount,
           o.headcount_confirmed_at is not null as headcount_confirmed, o.review_on, m.number as merged_into, o.closed_at, o.closed_as,
           o.reopenings, case when f.id is not null then jsonb_build_object('id', f.id, 'title', f.title) end as offering,
           exists (select from order_answer x where x.district_id = o.district_id and x.order_id = o.id) as has_answers,
           exists (select from evaluation x where x.district_id = o.district_id and x.order_id = o.id) as has_evaluations,
           exists (select from order_offer x where x.district_id = o.district_id and x.order_id = o.id) as has_offers,
           exists (select from order_pause x where x.district_id = o.district_id and x.order_id = o.id) as has_pauses,
           exists (select from attendance x where x.district_id = o.district_id and x.subject_kind = 'order' and x.subject_id = o.id)
             as has_attendance,
           exists (select from order_photo x where x.district_id = o.district_id and x.order_id = o.id) as has_photos
      from service_order o
      left join service_order m on m.district_id = o.district_id and m.id = o.merged_into_id
      left join offering f on f.district_id = o.district_id and f.id = o.offering_id
     where o.district_id = ${tx.districtId} and o.id = ${id}`)
  return { ...(await toListRows(tx, [raw], now))[0]!, ...factsIn(tx, raw) }
}

/** Written out, so that what the list row says masked or by name does not come along in clear. */
function factsIn(tx: Tx, raw: RawFacts): OrderFacts & OrderParts {
  const open = (column: string, cipher: Buffer) => tx.personal.decrypt(column, raw.id, cipher)
  const { providerContactName: name, providerContactPhoneCipher: phone } = raw
  return {
    details: raw.details,
    outcomeReason: raw.outcomeReason,
    contactPhoneMasked: maskPhone(open(CONTACT_PHONE_COLUMN, raw.contactPhoneCipher)),
    addressMasked: raw.addressCipher === null ? null : maskAddress(open(ADDRESS_COLUMN, raw.addressCipher)),
    venue: raw.venue,
    targetGroup: raw.targetGroup,
    windowFrom: raw.windowFrom,
    windowUntil: raw.windowUntil,
    risks: raw.risks,
    agreementTriggers: raw.agreementTriggers,
    agreementAt: raw.agreementAt,
    insuranceConfirmedAt: raw.insuranceConfirmedAt,
    offering: raw.offering,
    proxyRelation: raw.proxyRelation,
    providerContact: name === null || phone === null ? null : { name, phone: open(PROVIDER_PHONE_COLUMN, phone) },
    scheduledUntil: raw.scheduledUntil,
    deliveredAt: raw.deliveredAt,
    deliveryResult: raw.deliveryResult,
    actualHeadcount: raw.actualHeadcount,
    headcountConfirmed: raw.headcountConfirmed,
    reviewOn: raw.reviewOn,
    mergedInto: raw.mergedInto,
    closedAt: raw.closedAt,
    closedAs: raw.closedAs,
    reopenings: raw.reopenings,
    hasAnswers: raw.hasAnswers,
    hasEvaluations: raw.hasEvaluations,
    hasOffers: raw.hasOffers,
    hasPauses: raw.hasPauses,
    hasAttendance: raw.hasAttendance,
    hasPhotos: raw.hasPhotos,
  }
}

export interface ContactInClear {
  readonly contactName: string
  readonly contactPhone: string
  readonly callBackPhone: string | null
  readonly address: string | null
}

/** Personal fields in clear. Only `reveal-contact.ts`, which logs who looked and why, may show them. */
export async function contactInClear(tx: Tx, id: string): Promise<ContactInClear> {
  const row = await tx.one<{
    contactName: string
    contactPhoneCipher: Buffer
    callBackPhoneCipher: Buffer | null
    addressCipher: Buffer | null
  }>(sql`
    select contact_name, contact_phone_cipher, call_back_phone_cipher, address_cipher from service_order
     where district_id = ${tx.districtId} and id = ${id}`)
  const open = (column: string, cipher: Buffer | null) =>
    cipher === null ? null : tx.personal.decrypt(column, id, cipher)
  return {
    contactName: row.contactName,
    contactPhone: open(CONTACT_PHONE_COLUMN, row.contactPhoneCipher)!,
    callBackPhone: open(CALL_BACK_PHONE_COLUMN, row.callBackPhoneCipher),
    address: open(ADDRESS_COLUMN, row.addressCipher),
  }
}

/** The number an order's messages go to. */
export async function contactPhoneOf(tx: Tx, id: string): Promise<string> {
  return (await contactInClear(tx, id)).contactPhone
}

export function findOrderByNumber(
  tx: Tx,
  number: string,
): Promise<{ id: string; number: string; state: OrderState; outcome: Outcome | null } | undefined> {
  return tx.maybe(
    sql`select id, number, state, outcome from service_order where district_id = ${tx.districtId} and number = ${number}`,
  )
}

export interface TransitionView {
  readonly id: string
  readonly move: string
  readonly fromState: OrderState
  readonly toState: OrderState
  readonly at: Date
  readonly actorKind: string
  readonly actorRoles: readonly string[]
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly responsibleUnitName: string
  readonly dueAt: Date
}

export function timelineOf(tx: Tx, orderId: string): Promise<TransitionView[]> {
  return tx.rows(sql`
    select t.id, t.move, t.from_state, t.to_state, t.at, t.actor_kind, t.reason_code, t.reason, t.due_at,
           coalesce((select p.name from unit_period p where p.district_id = t.district_id and p.unit_id = t.responsible_unit_id
             order by p.valid_from desc limit 1), '') as responsible_unit_name,
           coalesce((select array_agg(distinct g.role) from role_grant g where g.district_id = t.district_id and g.person_id = t.actor_id
             and g.ended_at is null), '{}') as actor_roles
      from order_transition t where t.district_id = ${tx.districtId} and t.order_id = ${orderId} order by t.version`)
}

export function evaluationOf(
  tx: Tx,
  orderId: string,
  round: number,
): Promise<{ stars: number; solved: boolean; tags: string[]; note: string; at: Date } | undefined> {
  return tx.maybe(sql`
    select stars, solved, tags, note, at from evaluation where district_id = ${tx.districtId} and order_id = ${orderId} and round = ${round}`)
}

export async function countStates(
  tx: Tx,
  unitIds: readonly string[] | null,
  now: Date,
): Promise<{ states: Record<string, number>; overdue: number; openOffers: number }> {
  const mine = sql`(select unnest(${unitIds}::uuid[]))`
  const scope =
    unitIds === null
      ? empty
      : unitIds.length > OWNERS_EACH_MAX
        ? sql`and (responsible_unit_id in ${mine} or unit_id in ${mine})`
        : sql`and (responsible_unit_id = any(${unitIds}::uuid[]) or unit_id = any(${unitIds}::uuid[]))`
  const rows = await tx.rows<{ state: string; n: number; overdue: number }>(sql`
    select state, count(*) as n, count(*) filter (where due_at <= ${now}) as overdue
      from service_order where district_id = ${tx.districtId} and state <> 'closed' ${scope} group by state`)
  const { openOffers } = await tx.one<{ openOffers: number }>(sql`
    select count(*) as open_offers from order_offer where district_id = ${tx.districtId} and state = 'open'`)
  return {
    states: Object.fromEntries(rows.map((row) => [row.state, row.n])),
    overdue: rows.reduce((sum, row) => sum + row.overdue, 0),
    openOffers,
  }
}
