/**
 * What time does to the matters of teams. `dueTeamMatters` finds what is due; `lapseTeamMatter` settles one matter in its own
 * transaction, after reading it again under its lock.
 *
 *   application  was not answered in time: the unit's staff have to, then those of the unit above
 *   founding     was not answered in time: the unit above has to
 *   handover     was not answered in time: it lapses, and everything stays as it was
 */
import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { requireTeam } from './keepers.ts'
import {
  endHandover,
  lockApplication,
  lockFounding,
  lockHandover,
  passApplication,
  passFounding,
} from './matter-rows.ts'
import { answerDue, unitAbove } from './responsible.ts'

export interface TeamMatter {
  readonly kind: 'application' | 'founding' | 'handover'
  readonly id: string
}

const MATTERS_MAX = 200

/** Up to 200 matters that are due, oldest first. */
export function dueTeamMatters(tx: Tx, now: Date): Promise<TeamMatter[]> {
  return tx.rows(sql`
    select kind, id from (
      (select 'application' as kind, id, due_at from team_application
        where district_id = ${tx.districtId} and state = 'open' and due_at <= ${now} order by due_at limit ${MATTERS_MAX})
      union all
      (select 'founding', id, due_at from team_founding
        where district_id = ${tx.districtId} and state = 'open' and due_at <= ${now} order by due_at limit ${MATTERS_MAX})
      union all
      (select 'handover', id, due_at from team_handover
        where district_id = ${tx.districtId} and state = 'open' and due_at <= ${now} order by due_at limit ${MATTERS_MAX})
    ) due order by due_at limit ${MATTERS_MAX}`)
}

/** Settles one matter if it is still due. */
export async function lapseTeamMatter(work: Work, { kind, id }: TeamMatter): Promise<void> {
  if (kind === 'handover') return lapseHandover(work, id)
  if (kind === 'founding') return passFoundingUp(work, id)
  return passApplicationUp(work, id)
}

async function passApplicationUp(work: Work, id: string): Promise<void> {
  const application = await lockApplication(work.tx, id)
  if (application?.state !== 'open' || application.dueAt === null || application.dueAt > work.now) return
  const team = await requireTeam(work, application.teamId)
  const { responsibleUnitId } = application
  const unitId = responsibleUnitId === null ? team.unitId : await unitAbove(work, responsibleUnitId)
  await passApplication(work.tx, id, { personId: null, unitId }, await answerDue(work))
  work.audit({ action: 'teams.application-passed-up', subject: { kind: 'team', id: team.id }, details: { unitId } })
}

async function passFoundingUp(work: Work, id: string): Promise<void> {
  const founding = await lockFounding(work.tx, id)
  if (founding?.state !== 'open' || founding.dueAt === null || founding.dueAt > work.now) return
  const unitId = await unitAbove(work, founding.responsibleUnitId ?? founding.unitId)
  await passFounding(work.tx, id, unitId, await answerDue(work))
  work.audit({ action: 'teams.founding-passed-up', subject: { kind: 'unit', id: unitId } })
}

async function lapseHandover(work: Work, id: string): Promise<void> {
  const handover = await lockHandover(work.tx, id)
  if (handover?.state !== 'open' || handover.dueAt > work.now) return
  await endHandover(work.tx, id, 'lapsed', work.now)
  work.audit({ action: 'teams.handover-lapsed', subject: { kind: 'team', id: handover.teamId } })
}
