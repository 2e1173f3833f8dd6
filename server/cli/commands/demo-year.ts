import { addDays } from '#platform/dates.ts'
import { createLog } from '#platform/log.ts'
import { migrate } from '#platform/migrate.ts'
import { CommandError, EXIT_FAULTS } from '../command-error.ts'
import type { Context } from '../command.ts'
import type { Installation } from '../installation.ts'
import { readPatiently } from '../patience.ts'
import { YANQING } from '../district-plan.ts'
import { ordersOnly, spanOfShare } from '../year/plan-year.ts'
import { EXPO_FROM, EXPO_UNTIL, type Span, type YearPlan } from '../year/planned.ts'
import { openProgress } from '../year/progress.ts'
import {
  countVolunteering,
  differencesOfVolunteering,
  plannedVolunteers,
  type VolunteeringTotals,
} from '../year/count-volunteering.ts'
import { countTotals, differences, verifyYear } from '../year/totals.ts'
import { runYear, type YearResult } from '../year/year.ts'

/** Plays the seed's year into the open installation, prints what it came to, and checks it. @returns the exit status */
export async function playSeedYear(context: Context, host: Installation): Promise<number> {
  const { config, t, print } = context
  if (!config.demo) throw new CommandError('cli.error.demo-off')
  if (host.isServing) throw new CommandError('cli.error.server-running')
  const whole = spanOfShare(shareOf(context.option('share')))
  const span = context.flag('orders-only') ? ordersOnly(whole) : whole
  await migrate(host.url)
  // Only here, because the whole server comes with it.
  const { compose } = await import('../../compose.ts')
  const platform = await compose({
    // No gateway: what the year writes to its invented people stays in the outbox.
    config: { ...config, role: 'web', gatewayUrl: null },
    databaseUrl: host.url,
    kek: host.kek,
    log: createLog({ level: 'warn' }),
    schemaHead: '',
    isStopping: () => false,
    hasPages: false,
  })
  const began = performance.now()
  const terminal = process.stdout.isTTY ? process.stdout : null
  const progress = openProgress(span, t, { print, terminal })
  try {
    const result = await runYear(platform, span, {
      onBegin: (plan, isResumed) => print(isResumed ? resumed(context, plan) : begun(context, plan)),
      onProgress: (at, tally, placed) => progress.show(at, tally, placed),
      isStopped: () => false,
    })
    progress.end()
    return await report(context, platform.db, result, (performance.now() - began) / 1000)
  } finally {
    await platform.close()
  }
}

function shareOf(given: string | undefined): number {
  const share = given === undefined ? 1 : Number(given)
  if (!(share > 0 && share <= 1)) throw new CommandError('cli.error.bad-share')
  return share
}

function begun({ t }: Context, { span, stations }: YearPlan): string {
  const { orders, people, activities } = span
  return t('cli.year.begun', { ...datesOf(span), orders, people, activities, stations: stations.length })
}

function resumed({ t }: Context, { span }: YearPlan): string {
  return t('cli.year.resumed', { ...datesOf(span), orders: span.orders })
}

function datesOf({ from, until }: Span) {
  return { from, until }
}

async function report(context: Context, db: Installation['db'], { plan, tally }: YearResult, seconds: number) {
  const { t, say, print } = context
  const { writes, lapses, jobs, refusals } = tally
  const rate = (count: number) => Math.round(count / seconds)
  print(
    t('cli.year.time', {
      seconds: seconds.toFixed(0),
      writes,
      lapses,
      jobs,
      rate: rate(writes),
      total: rate(writes + lapses + jobs),
    }),
  )
  if (refusals.size > 0)
    print(t('cli.year.refused', { list: listed([...refusals].map(([code, count]) => [code, count])) }))
  const totals = await readPatiently(db, YANQING, countTotals)
  const { orders, people, unconfirmed, offerings, agencies, stations, least, most } = totals
  print(t('cli.year.orders', { orders, wanted: plan.span.orders }))
  print(t('cli.year.people', { people, unconfirmed, wanted: plan.span.people }))
  print(t('cli.year.offerings', { offerings, agencies }))
  print(t('cli.year.stations', { stations, all: plan.stations.length, least, most }))
  print(
    t('cli.year.states', {
      states: listed(totals.states.map(({ state, count }) => [say(`orders.state.${state}`), count])),
    }),
  )
  print(
    t('cli.year.channels', {
      channels: listed(totals.channels.map(({ channel, count }) => [say(`orders.channel.${channel}`), count])),
    }),
  )
  const volunteering = await readPatiently(db, YANQING, (tx) => countVolunteering(tx, plan))
  printVolunteering(context, plan, volunteering)
  const { audit, ledger, hours } = await readPatiently(db, YANQING, verifyYear)
  print(t('cli.year.audit', { sealed: audit.sealed, faults: audit.faults.length }))
  print(t('cli.year.ledger', { transfers: ledger.transfers, sum: ledger.sum, faults: ledger.faults.length }))
  print(t('cli.year.hours-chain', { sealed: hours.sealed, unsealed: hours.unsealed, faults: hours.faults.length }))
  const faults = [...differences(plan, totals), ...differencesOfVolunteering(plan, volunteering)]
  if (faults.length > 0) print(t('cli.year.differs', { what: faults.join('; ') }))
  return faults.length + audit.faults.length + ledger.faults.length + hours.faults.length === 0 ? 0 : EXIT_FAULTS
}

/** Each counter with what it counts, and what the seed says of it. */
function printVolunteering({ t, say, print }: Context, plan: YearPlan, v: VolunteeringTotals): void {
  const { span } = plan
  const planned = plannedVolunteers(plan)
  print(t('cli.year.volunteers', { ...v, wanted: planned.volunteers, wantedFirst: planned.volunteersFirst }))
  print(
    t('cli.year.teams', {
      teams: v.teams,
      members: v.members,
      tiers: listed(v.tiers.map(({ tier, count }) => [say(`teams.tier.${tier}`), count])),
      families: listed(v.families.map(({ slot, count }) => [slot, count])),
    }),
  )
  print(t('cli.year.activities', { ...v, wanted: span.activities }))
  print(t('cli.year.turns', { ...v, from: EXPO_FROM, last: addDays(EXPO_UNTIL, -1), wanted: span.turns }))
  print(
    t('cli.year.methods', {
      methods: listed(v.methods.map(({ method, count }) => [say(`hours.method.${method}`), count])),
    }),
  )
  print(t('cli.year.booked', { hours: v.bookedHours, waiting: v.waiting, corrected: v.corrected, cases: v.cases }))
}

function listed(rows: readonly (readonly [string, number])[]): string {
  return rows.map(([name, count]) => `${name} ${count}`).join(', ')
}
