/** What can be said of a district's own rows: clock, holidays, sealing, ledger. */
import type { Translate } from '#i18n/translate.ts'
import { verifyLedger } from '#modules/points/index.ts'
import { unsealedSeconds } from '#platform/audit.ts'
import { dateIn } from '#platform/dates.ts'
import { publicHolidaysKnown } from '#platform/district-calendar.ts'
import { type Db, sql, type Tx } from '#platform/db.ts'
import type { Finding } from './doctor-database.ts'
import { readPatiently } from './patience.ts'

// The promise is 5 seconds; a busy minute is no fault, a job that does not run is.
const UNSEALED_SECONDS_MAX = 60

/** Business time: moved forward it is right only on a demonstration. */
export async function checkClock(db: Db, isDemo: boolean, t: Translate): Promise<Finding> {
  const { rows } = await db.pool.query<{ minutes: number }>(
    'select (extract(epoch from shift) / 60)::float8 as minutes from clock_shift',
  )
  const minutes = Math.round(rows[0]?.minutes ?? 0)
  if (minutes === 0) return { check: 'clock', state: 'ok', text: t('cli.doctor.clock') }
  return isDemo
    ? { check: 'clock', state: 'ok', text: t('cli.doctor.clock-demo', { minutes }) }
    : { check: 'clock', state: 'fault', text: t('cli.doctor.clock-shifted', { minutes }) }
}

export function checkDistrict(db: Db, id: number, isServing: boolean, t: Translate): Promise<Finding[]> {
  return readPatiently(db, id, async (tx) => [
    await checkHolidays(tx, t),
    await checkSeal(tx, isServing, t),
    await checkLedger(tx, t),
  ])
}

async function checkHolidays(tx: Tx, t: Translate): Promise<Finding> {
  const id = tx.districtId
  const { now } = await tx.one<{ now: Date }>(sql`select huiyin_now() as now`)
  const year = Number(dateIn(now).slice(0, 4))
  if (!(await publicHolidaysKnown(tx, year)))
    return { check: 'holidays', state: 'fault', text: t('cli.doctor.holidays-now', { id, year }) }
  return (await publicHolidaysKnown(tx, year + 1))
    ? { check: 'holidays', state: 'ok', text: t('cli.doctor.holidays', { id, years: `${year}, ${year + 1}` }) }
    : { check: 'holidays', state: 'warning', text: t('cli.doctor.holidays-next', { id, year: year + 1 }) }
}

async function checkSeal(tx: Tx, isServing: boolean, t: Translate): Promise<Finding> {
  const id = tx.districtId
  const seconds = Math.round(await unsealedSeconds(tx))
  if (seconds <= UNSEALED_SECONDS_MAX)
    return { check: 'audit', state: 'ok', text: t('cli.doctor.audit', { id, seconds }) }
  if (isServing) return { check: 'audit', state: 'fault', text: t('cli.doctor.audit-late', { id, seconds }) }
  const { count } = await tx.one<{ count: number }>(
    sql`select count(*) as count from audit_unsealed where district_id = ${id}`,
  )
  return { check: 'audit', state: 'warning', text: t('cli.doctor.audit-stopped', { id, count }) }
}

async function checkLedger(tx: Tx, t: Translate): Promise<Finding> {
  const id = tx.districtId
  const { sum, transfers, faults } = await verifyLedger(tx)
  return faults.length === 0
    ? { check: 'ledger', state: 'ok', text: t('cli.doctor.ledger', { id, sum, transfers }) }
    : { check: 'ledger', state: 'fault', text: t('cli.doctor.ledger-faults', { id, count: faults.length }) }
}
