import { findUnit } from '#modules/orgs/index.ts'
import { addWorkingDays } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import type { Work } from '#platform/work.ts'
import type { Responsible } from './matter-rows.ts'
import type { Team } from './team.ts'
import { leadersOf } from './team-views.ts'

const ANSWER_WORKING_DAYS = 3

/** By when somebody has to be answered. */
export async function answerDue({ tx, now }: Pick<Work, 'tx' | 'now'>): Promise<Date> {
  return addWorkingDays(now, ANSWER_WORKING_DAYS, await districtCalendar(tx))
}

/** Who answers for a team: its first leader or deputy, or where nobody leads the staff of its unit. */
export async function responsibleFor(tx: Tx, team: Pick<Team, 'id' | 'unitId'>): Promise<Responsible> {
  const [leader] = await leadersOf(tx, team.id)
  return leader === undefined ? { personId: null, unitId: team.unitId } : { personId: leader.personId, unitId: null }
}

/** The unit above; the centre stays with what reached it. */
export async function unitAbove({ tx, now }: Pick<Work, 'tx' | 'now'>, unitId: string): Promise<string> {
  return (await findUnit(tx, unitId, dateIn(now)))?.parentId ?? unitId
}
