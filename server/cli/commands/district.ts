import type { DistrictPlan } from '#modules/orgs/index.ts'
import { systemActor } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { loadPublicHolidays } from '#platform/district-calendar.ts'
import { districtIds } from '#platform/jobs.ts'
import { migrate } from '#platform/migrate.ts'
import { runWork } from '#platform/work.ts'
import type { Command, Context } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { planOf, YANQING, yanqingPlan } from '../district-plan.ts'
import { readDivisions } from '../divisions.ts'
import { foundDistrict } from '../found-district.ts'
import { chosenDistricts, type Installation } from '../installation.ts'
import { readPatiently } from '../patience.ts'

const FIRST_HOLIDAY_YEAR = 2018

export const districtSetUp: Command = {
  name: 'district set-up',
  usage: 'CODE [--from DIR] [--name-en NAME] [--host NAME]',
  options: { from: { type: 'string' }, 'name-en': { type: 'string' }, host: { type: 'string' } },
  words: 1,
  async run(context) {
    const [code = ''] = context.words
    const id = Number(code)
    const plan = await planFor(context, code)
    const host = await openReady(context)
    const others = await districtIds(host.db)
    if (others.includes(id)) throw new CommandError('cli.error.district-exists', { id: code })
    if (others.length > 0 && plan.host === null) throw new CommandError('cli.error.host-needed')
    const founded = await foundDistrict(host, id, plan, { isReal: true })
    const { t, print } = context
    print(t('cli.done.district', { id: code, name: plan.name }))
    for (const line of await countsOf(host, id, context)) print(`  ${line}`)
    print(`  ${t('cli.done.categories', { count: founded.categories, offerings: founded.offerings })}`)
    if (founded.missingHolidayYears.length > 0)
      print(`  ${t('cli.done.holidays-missing', { years: founded.missingHolidayYears.join(', ') })}`)
    print(t('cli.done.next-invite', { id: code }))
    return 0
  },
}

export const districtHolidays: Command = {
  name: 'district holidays',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t }) {
    const host = await open()
    for (const id of await chosenDistricts(host.db, option('district'))) {
      const { missing, count } = await runWork(host, systemActor(id), async (work) => {
        const yearsUntil = work.now.getUTCFullYear() + 1
        const years = Array.from({ length: yearsUntil - FIRST_HOLIDAY_YEAR + 1 }, (_, at) => FIRST_HOLIDAY_YEAR + at)
        const missing = await loadPublicHolidays(work.tx, years)
        work.audit({ action: 'platform.load-holidays', details: { missing } })
        return { missing, ...(await work.tx.one<{ count: number }>(holidayCount(id))) }
      })
      print(`${id}: ${t('cli.done.holidays', { count })}`)
      if (missing.length > 0) print(`  ${t('cli.done.holidays-missing', { years: missing.join(', ') })}`)
    }
    return 0
  },
}

/** A database that has no tables yet gets them: the first command of a new installation may be this one. */
async function openReady({ open }: Context): Promise<Installation> {
  const bare = await open({ mayCreate: true, anySchema: true })
  await migrate(bare.url)
  return open()
}

async function planFor({ option }: Context, code: string): Promise<DistrictPlan> {
  const from = option('from')
  const divisions =
    from === undefined && Number(code) === YANQING
      ? null
      : await readDivisions(code, { ...(from !== undefined && { from }) })
  const plan = divisions === null ? await yanqingPlan() : planOf(divisions, dateIn(new Date()))
  return { ...plan, nameEn: option('name-en') ?? plan.nameEn, host: option('host') ?? plan.host }
}

async function countsOf({ db }: Installation, id: number, { t }: Context): Promise<string[]> {
  return readPatiently(db, id, async (tx) => {
    const kinds = await tx.rows<{ kind: string; count: number }>(
      sql`select kind, count(*) as count from unit where district_id = ${id} group by kind`,
    )
    const { limits } = await tx.one<{ limits: number }>(
      sql`select count(*) as limits from sla_limit where district_id = ${id}`,
    )
    const { count } = await tx.one<{ count: number }>(holidayCount(id))
    const of = (kind: string) => kinds.find((row) => row.kind === kind)?.count ?? 0
    return [
      t('cli.done.institutes', { count: of('institute') }),
      t('cli.done.stations', { count: of('station') }),
      t('cli.done.agencies', { count: of('agency') }),
      t('cli.done.limits', { limits }),
      t('cli.done.holidays', { count }),
    ]
  })
}

function holidayCount(id: number) {
  return sql`select count(*) as count from calendar_day where district_id = ${id}`
}
