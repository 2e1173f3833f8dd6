import { findUnit } from '#modules/orgs/index.ts'
import { checkSocialCreditCode } from '#platform/national-codes.ts'
import { dateIn } from '#platform/dates.ts'
import { empty, sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { isTeamStaff, keepsTeam, requireTeam } from './keepers.ts'
import { lockTeam } from './matter-rows.ts'
import { refuse } from './refusals.ts'
import type { JoinMode, RegistrationType } from './team.ts'

/** What a team says about itself; the leader keeps the first three, the rest only staff. */
export interface TeamChange {
  readonly joinMode?: JoinMode | undefined
  readonly categorySlugs?: readonly string[] | undefined
  readonly serviceUnitIds?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly nameEn?: string | null | undefined
  readonly parentId?: string | null | undefined
  readonly familyId?: string | null | undefined
  readonly registrationType?: RegistrationType | null | undefined
  readonly socialCreditCode?: string | null | undefined
  readonly approvingUnitId?: string | null | undefined
  readonly visitsPerWeekMax?: number | undefined
  readonly insuredUntil?: string | null | undefined
}

const OF_THE_LEADER: readonly string[] = ['joinMode', 'categorySlugs', 'serviceUnitIds', 'visitsPerWeekMax']

/** Changes what stands about a team; what is not named stays. @returns the new version */
export async function updateTeam(work: Work, id: string, version: number, change: TeamChange): Promise<number> {
  const { tx } = work
  const team = await requireTeam(work, id)
  if (!(await keepsTeam(work, team))) throw refuse('not-your-team')
  const fields = Object.keys(change).filter((name) => change[name as keyof TeamChange] !== undefined)
  const beyond = fields.find((name) => !OF_THE_LEADER.includes(name))
  if (beyond !== undefined && !isTeamStaff(work.actor, team)) throw refuse('staff-only', {}, { field: beyond })
  const locked = await lockTeam(tx, id)
  if (locked?.version !== version) throw new Refusal('platform.version-stale', 409, {})
  const code = change.socialCreditCode == null ? change.socialCreditCode : checkedCode(change.socialCreditCode)
  await requireKnown(work, id, change)
  const set = (column: keyof typeof COLUMNS, value: string | number | readonly string[] | null | undefined) =>
    value === undefined ? empty : sql`, ${COLUMNS[column]} = ${value}`
  await tx.run(sql`
    update team set version = version + 1 ${set('joinMode', change.joinMode)} ${set('categorySlugs', change.categorySlugs)}
      ${set('serviceUnitIds', change.serviceUnitIds)} ${set('name', change.name)} ${set('nameEn', change.nameEn)} ${set('parentId', change.parentId)}
      ${set('familyId', change.familyId)} ${set('registrationType', change.registrationType)} ${set('socialCreditCode', code)}
      ${set('approvingUnitId', change.approvingUnitId)} ${set('visitsPerWeekMax', change.visitsPerWeekMax)} ${set('insuredUntil', change.insuredUntil)}
     where district_id = ${tx.districtId} and id = ${id}::uuid`)
  work.audit({ action: 'teams.update', subject: { kind: 'team', id }, details: { fields } })
  return version + 1
}

const COLUMNS = {
  joinMode: sql`join_mode`,
  categorySlugs: sql`category_slugs`,
  serviceUnitIds: sql`service_unit_ids`,
  name: sql`name`,
  nameEn: sql`name_en`,
  parentId: sql`parent_id`,
  familyId: sql`family_id`,
  registrationType: sql`registration_type`,
  socialCreditCode: sql`social_credit_code`,
  approvingUnitId: sql`approving_unit_id`,
  visitsPerWeekMax: sql`visits_per_week_max`,
  insuredUntil: sql`insured_until`,
}

/** @throws Refusal credit-code-invalid */
export function checkedCode(text: string): string {
  const checked = checkSocialCreditCode(text)
  if (!checked.ok) throw refuse('credit-code-invalid', {}, { field: 'socialCreditCode' })
  return checked.socialCreditCode
}

async function requireKnown({ tx, now }: Work, id: string, change: TeamChange): Promise<void> {
  const on = dateIn(now)
  const unitIds = [
    ...(change.serviceUnitIds ?? []),
    ...(change.approvingUnitId == null ? [] : [change.approvingUnitId]),
  ]
  for (const unitId of unitIds)
    if ((await findUnit(tx, unitId, on)) === undefined)
      throw refuse(
        'unit-unknown',
        {},
        { field: change.serviceUnitIds?.includes(unitId) ? 'serviceUnitIds' : 'approvingUnitId' },
      )
  if (change.familyId != null) {
    const family = await tx.maybe(
      sql`select 1 as one from team_family where district_id = ${tx.districtId} and id = ${change.familyId}::uuid`,
    )
    if (family === undefined) throw refuse('family-unknown', {}, { field: 'familyId' })
  }
  if (change.parentId == null) return
  // Two changes that are sound one by one can close a circle together: they come one after the other.
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended('team-tree', ${tx.districtId}))`)
  // From the parent upwards: reaching the team itself would close a circle.
  const above = await tx.rows<{ id: string }>(sql`
    with recursive above as (
      select t.id, t.parent_id, 1 as depth from team t where t.district_id = ${tx.districtId} and t.id = ${change.parentId}::uuid
      union all
      select t.id, t.parent_id, a.depth + 1 from above a join team t on t.district_id = ${tx.districtId} and t.id = a.parent_id where a.depth < 20
    ) select id from above`)
  if (above.length === 0) throw refuse('team-unknown', {}, { field: 'parentId' })
  if (above.some((one) => one.id === id)) throw refuse('team-circle', {}, { field: 'parentId' })
}
