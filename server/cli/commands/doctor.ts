import { isDemoOnly } from '#modules/orgs/index.ts'
import { personalFieldsOpen } from '#modules/people/index.ts'
import { districtIds } from '#platform/jobs.ts'
import { type Db, openDb } from '#platform/db.ts'
import { openKeyring } from '#platform/field-encryption.ts'
import { type Command, type Context, table } from '../command.ts'
import { CommandError, EXIT_FAULTS } from '../command-error.ts'
import { checkBackups } from '../doctor-backup.ts'
import { checkDatabase, checkDisk, checkSchema, type Finding } from '../doctor-database.ts'
import { checkClock, checkDistrict } from '../doctor-district.ts'
import { kekPlace, openKek, openOwner, serverWorksOn } from '../installation.ts'
import { readPatiently } from '../patience.ts'

/** Examines everything it can reach: a fault of one part hides no other unless that part is needed to look further. */
export const doctor: Command = {
  name: 'doctor',
  usage: '',
  options: {},
  words: 0,
  async run(context) {
    const { print, t } = context
    const findings = await examine(context)
    print(table(findings.map(({ check, state, text }) => [t(`cli.state.${state}`), t(`cli.check.${check}`), text])))
    const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length
    const [faults, warnings] = [count('fault'), count('warning')]
    print('')
    if (faults > 0) print(t('cli.doctor.summary-faults', { count: faults }))
    else if (warnings > 0) print(t('cli.doctor.summary-warnings', { count: warnings }))
    else print(t('cli.doctor.summary-fine'))
    return faults > 0 ? EXIT_FAULTS : 0
  },
}

async function examine(context: Context): Promise<Finding[]> {
  const { config, t, say } = context
  const findings: Finding[] = []
  const add = (check: Finding['check'], state: Finding['state'], text: string) =>
    void findings.push({ check, state, text })
  const database = t(config.databaseUrl === null ? 'cli.doctor.embedded' : 'cli.doctor.external')
  add('settings', 'ok', t('cli.doctor.settings', { folder: config.dataDir, database, demo: Number(config.demo) }))
  const disk = await checkDisk(config.dataDir, t)
  const owner = await openOwner(config, { mayCreate: false }).catch((error: unknown) => {
    const message = error instanceof CommandError ? say(error.key, error.params) : messageOf(error)
    add('database', 'fault', t('cli.doctor.unreachable', { message }))
    return null
  })
  const kek = owner === null ? null : readKek(context, add)
  if (owner === null) return [...findings, disk]
  try {
    findings.push(...(await checkDatabase(owner.url, t)))
    const schema = await checkSchema(owner.url, t)
    findings.push(...schema.findings)
    if (!schema.isCurrent || kek === null) return [...findings, disk]
    const isServing = await serverWorksOn(owner.url)
    const db = openDb(owner.url, openKeyring({ kek, retired: context.config.retiredKeks }), {
      poolMax: 1,
      applicationName: 'huiyin-cli',
    })
    try {
      findings.push(...(await examineDistricts(context, db, isServing)))
      findings.push(...(await checkBackups(config, db.pool, { isServing, t })))
    } finally {
      await db.close()
    }
  } finally {
    await owner.close()
  }
  return [...findings, disk]
}

async function examineDistricts({ config, t }: Context, db: Db, isServing: boolean): Promise<Finding[]> {
  const ids = await districtIds(db)
  const findings: Finding[] = []
  if (ids.length === 0) findings.push({ check: 'districts', state: 'warning', text: t('cli.doctor.districts-none') })
  for (const id of ids) findings.push(await checkKey(kekPlace(config), db, id, t))
  findings.push(await checkClock(db, config.demo && (await isDemoOnly(db)), t))
  for (const id of ids) findings.push(...(await checkDistrict(db, id, isServing, t)))
  if (ids.length > 0) findings.push(checkMessages(config, t))
  return findings
}

/** Without a gateway no login code leaves the house, so that a real district can only be reached by phone and by its stations. */
function checkMessages({ gatewayUrl, demo }: Context['config'], t: Context['t']): Finding {
  if (gatewayUrl !== null)
    return { check: 'messages', state: 'ok', text: t('cli.doctor.gateway', { host: new URL(gatewayUrl).host }) }
  return demo
    ? { check: 'messages', state: 'ok', text: t('cli.doctor.gateway-demo') }
    : { check: 'messages', state: 'warning', text: t('cli.doctor.gateway-none') }
}

async function checkKey(where: string, db: Db, id: number, t: Context['t']): Promise<Finding> {
  const opens = await readPatiently(db, id, personalFieldsOpen)
  if (opens === false) return { check: 'key', state: 'fault', text: t('cli.doctor.key-wrong', { where }) }
  const text = opens === null ? t('cli.doctor.key-there', { where }) : t('cli.doctor.key-opens', { where })
  return { check: 'key', state: 'ok', text }
}

function readKek({ config, t }: Context, add: (check: 'key', state: 'fault', text: string) => void): Buffer | null {
  try {
    return openKek(config, { mayCreate: false })
  } catch (error) {
    add('key', 'fault', t('cli.doctor.key-missing', { message: messageOf(error) }))
    return null
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
