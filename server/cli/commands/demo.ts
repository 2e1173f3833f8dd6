import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from '#platform/db.ts'
import { createLog } from '#platform/log.ts'
import { migrate } from '#platform/migrate.ts'
import type { Config } from '../../config.ts'
import type { Command, Context } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { DEMO_STAFF } from '../demo-accounts.ts'
import { isDemoDistrict, requireClearable } from '../demo-district.ts'
import { loadDemo } from '../demo.ts'
import { YANQING } from '../district-plan.ts'
import { asOwner, chosenDistricts, type Installation, schemaHead } from '../installation.ts'
import { readPatiently } from '../patience.ts'
import { playSeedYear } from './demo-year.ts'

export const demo: Command = {
  name: 'demo',
  usage: '[--reset] [--year [--share 0.05] [--orders-only]]',
  options: {
    reset: { type: 'boolean' },
    year: { type: 'boolean' },
    share: { type: 'string' },
    'orders-only': { type: 'boolean' },
  },
  words: 0,
  run: (context) => {
    if (context.flag('year')) return year(context)
    return context.flag('reset') ? reset(context) : status(context)
  },
}

/** Plays the seed's year, or goes on with it; with --reset from its beginning. */
async function year(context: Context): Promise<number> {
  const host = await context.open({ mayCreate: true, anySchema: true, isReplayable: true })
  if (context.flag('reset')) await clear(context, host)
  return playSeedYear(context, host)
}

async function status(context: Context): Promise<number> {
  const { open, print, t, say } = context
  const host = await open()
  print(t(host.isServing ? 'cli.demo.serving' : 'cli.demo.not-serving'))
  for (const id of await chosenDistricts(host.db, undefined)) {
    const isDemo = await isDemoDistrict(host.db, id)
    print(t(isDemo ? 'cli.demo.is' : 'cli.demo.is-not', { id }))
    if (!isDemo) continue
    const { minutes, states } = await readPatiently(host.db, id, async (tx) => ({
      ...(await tx.one<{ minutes: number }>(
        sql`select round(extract(epoch from huiyin_now() - now()) / 60)::int as minutes`,
      )),
      states: await tx.rows<{ state: string; count: number }>(
        sql`select state, count(*) as count from service_order where district_id = ${id} group by state order by state`,
      ),
    }))
    const counted = states.map((row) => `${say(`orders.state.${row.state}`)} ${row.count}`)
    print(`  ${t('cli.demo.shift', { minutes })}`)
    print(`  ${t('cli.demo.orders', { states: counted.join(', ') })}`)
    const logins = DEMO_STAFF.map((one) => one.login).join(', ')
    print(`  ${t('cli.demo.accounts', { password: DEMO_STAFF[0]?.password ?? '', logins })}`)
  }
  return 0
}

/**
 * Drops everything in the database and plays the demonstration into it anew. It refuses where anything but the demonstration
 * could be lost: another district, one without the public accounts, or a server at work on it.
 */
async function reset(context: Context): Promise<number> {
  const { config, open, print, t } = context
  const started = performance.now()
  const host = await open({ mayCreate: true, anySchema: true })
  await clear(context, host)
  const orders = await play(config, host)
  print(t('cli.done.reset', { seconds: ((performance.now() - started) / 1000).toFixed(1), orders }))
  return 0
}

async function clear({ config, print, t }: Context, host: Installation): Promise<void> {
  if (!config.demo) throw new CommandError('cli.error.demo-off')
  if (host.isServing) throw new CommandError('cli.error.server-running')
  if ((await schemaHead(host.url)) !== null) {
    const ids = await chosenDistricts(host.db, undefined)
    for (const id of ids) await requireClearable(config, host.db, id)
  }
  print(t('cli.done.reset-begun'))
  await asOwner(host.url, (client) =>
    client.query('drop schema if exists pgboss cascade; drop schema public cascade; create schema public'),
  )
  // Photographs belong to orders that are gone.
  await rm(join(config.dataDir, 'files'), { recursive: true, force: true })
  await migrate(host.url)
}

async function play(config: Config, { url, kek }: Installation): Promise<number> {
  // Only here, because the whole server comes with it.
  const { compose } = await import('../../compose.ts')
  const log = createLog({ level: 'warn' })
  const platform = await compose({
    config: { ...config, role: 'web' },
    databaseUrl: url,
    kek,
    log,
    schemaHead: '',
    isStopping: () => false,
    hasPages: false,
  })
  try {
    await loadDemo(platform, log)
    const { orders } = await readPatiently(platform.db, YANQING, (tx) =>
      tx.one<{ orders: number }>(sql`select count(*) as orders from service_order where district_id = ${YANQING}`),
    )
    return orders
  } finally {
    await platform.close()
  }
}
