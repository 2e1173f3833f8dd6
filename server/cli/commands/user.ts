import { listUnits, unitsBelow } from '#modules/orgs/index.ts'
import { appointStaff, disableStaff, grantViews, listStaff, type Role, ROLE_PLACES } from '#modules/people/index.ts'
import { systemActor } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { runRead, runWork, type Read, type Work } from '#platform/work.ts'
import { type Command, table } from '../command.ts'
import { CommandError, EXIT_USAGE } from '../command-error.ts'
import { chosenDistrict } from '../installation.ts'

const STAFF_MAX = 10_000
const UNITS_MAX = 20_000

export function roleNames(): string {
  return Object.keys(ROLE_PLACES).join(', ')
}

export const userList: Command = {
  name: 'user list',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t, say }) {
    const { db } = await open()
    const actor = systemActor(await chosenDistrict(db, option('district')))
    const { staff, grants } = await runRead(db, actor, async (read) => {
      const staff = await allStaff(read)
      const ids = staff.map((one) => one.id)
      return { staff, grants: Map.groupBy(await grantViews(read.tx, ids, read.now), (grant) => grant.personId) }
    })
    if (staff.length === 0) {
      print(t('cli.user.none'))
      return 0
    }
    const head = [t('cli.user.login'), t('cli.user.name'), t('cli.user.state'), t('cli.user.roles')]
    const rows = staff.map((one) => [
      one.login,
      one.name ?? '',
      t(one.disabled ? 'cli.user.disabled' : one.pending ? 'cli.user.pending' : 'cli.user.active'),
      (grants.get(one.id) ?? []).map((grant) => `${say(`people.role.${grant.role}`)} @ ${grant.unitName}`).join('; '),
    ])
    print(table([head, ...rows]))
    return 0
  },
}

export const userInvite: Command = {
  name: 'user invite',
  usage: 'LOGIN --name NAME --role ROLE [--unit CODE] [--district CODE]',
  options: {
    name: { type: 'string' },
    role: { type: 'string' },
    unit: { type: 'string' },
    district: { type: 'string' },
  },
  words: 1,
  async run({ config, open, option, print, t, say, words }) {
    const [login = ''] = words
    const [name, role] = [option('name')?.trim(), option('role')]
    if (name === undefined || name === '' || role === undefined)
      throw new CommandError('cli.error.bad-usage', { reason: t('cli.error.argument-missing') }, EXIT_USAGE)
    if (!Object.hasOwn(ROLE_PLACES, role))
      throw new CommandError('cli.error.unknown-role', { role, roles: roleNames() }, EXIT_USAGE)
    const host = await open()
    const actor = systemActor(await chosenDistrict(host.db, option('district')))
    const { unit, token, expiresAt } = await runWork(host, actor, async (work) => {
      const unit = await unitNamed(work, option('unit'))
      return { unit, ...(await appointStaff(work, { name, login, role: role as Role, unitId: unit.id })) }
    })
    const until = expiresAt.toISOString()
    print(t('cli.done.invited', { name, login, role: say(`people.role.${role}`), unit: unit.name, until }))
    print(`  ${config.origin}/staff/invitation#${token}`)
    return 0
  },
}

export const userDisable: Command = {
  name: 'user disable',
  usage: 'LOGIN [--district CODE]',
  options: { district: { type: 'string' } },
  words: 1,
  async run({ open, option, print, t, words }) {
    const [login = ''] = words
    const host = await open()
    const actor = systemActor(await chosenDistrict(host.db, option('district')))
    await runWork(host, actor, async (work) => {
      const account = (await allStaff(work)).find((one) => one.login === login)
      if (account === undefined) throw new CommandError('cli.error.unknown-login', { login })
      await disableStaff(work, account.id)
    })
    print(t('cli.done.disabled', { login }))
    return 0
  },
}

async function allStaff({ tx, now }: Read | Work) {
  const centres = await listUnits(tx, { kind: 'centre', on: dateIn(now), limit: 1 })
  const below = await unitsBelow(
    tx,
    centres.map((centre) => centre.id),
  )
  return listStaff(tx, { unitIds: below.map((unit) => unit.id), afterLogin: undefined, limit: STAFF_MAX })
}

/** A unit by its 12-digit code or an agency's short name; the centre where none is named. */
async function unitNamed({ tx, now }: Work, named: string | undefined) {
  const units = await listUnits(tx, { on: dateIn(now), limit: UNITS_MAX })
  const unit = units.find((one) =>
    named === undefined ? one.kind === 'centre' : one.code === named || one.slug === named,
  )
  if (unit === undefined) throw new CommandError('cli.error.unknown-unit', { unit: named ?? '-' })
  return unit
}
