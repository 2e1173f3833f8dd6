import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import en from '../i18n/en/config.json' with { type: 'json' }
import { configMessages } from '../i18n/messages/config.ts'
import { describeConfig, describeFaults, loadOrCreateKek, readConfig, type Config } from './config.ts'

const KEK = 'a1'.repeat(32)
const DATABASE_URL = 'postgres://huiyin:pa55word@db.example.org:5432/huiyin?sslmode=require&password=pa55word'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

function configOf(env: Record<string, string>, argv: string[] = []): Config {
  const result = readConfig(env, argv)
  if (!result.ok) throw new Error(describeFaults(result.faults))
  return result.config
}

/** Setting and code of each fault, as `HUIYIN_KEK not-key`. */
function faultsOf(env: Record<string, string>, argv: string[] = []): string[] {
  const result = readConfig(env, argv)
  return result.ok ? [] : result.faults.map(({ setting, code }) => `${setting} ${code}`)
}

describe('readConfig', () => {
  test('has a default for everything', () => {
    expect(configOf({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      databaseUrl: null,
      demo: true,
      demoClock: false,
      role: 'all',
      origin: 'http://localhost:8080',
      kek: null,
      logLevel: 'info',
      secureCookies: true,
      trustedProxies: 0,
      poolMax: 10,
      gatewayUrl: null,
      gatewaySecret: null,
      revision: 'source',
      retiredKeks: [],
      backup: false,
      backupDir: resolve('data/backups'),
      backupKeep: 7,
      backupHour: 3,
    })
  })

  test('takes every setting', () => {
    const env = {
      PORT: '9000',
      HUIYIN_HOST: '0.0.0.0',
      HUIYIN_DATA: folder,
      DATABASE_URL,
      HUIYIN_DEMO: '0',
      HUIYIN_ORIGIN: 'https://huiyin.example.cn',
      HUIYIN_KEK: KEK,
      HUIYIN_LOG_LEVEL: 'debug',
      HUIYIN_SECURE_COOKIES: '0',
      HUIYIN_TRUSTED_PROXIES: '2',
      HUIYIN_POOL_MAX: '40',
      HUIYIN_BACKUP: '0',
      HUIYIN_BACKUP_DIR: '/elsewhere/backups',
      HUIYIN_BACKUP_KEEP: '30',
      HUIYIN_BACKUP_HOUR: '2',
      HUIYIN_GATEWAY_URL: 'https://gateway.example.cn/messages',
      HUIYIN_GATEWAY_SECRET: 'shared with the gateway',
      HUIYIN_REVISION: 'v1.2.3',
      HUIYIN_SHARED: '/elsewhere',
      PATH: '/usr/bin',
    }
    expect(configOf(env, ['--role', 'worker', '--demo-clock'])).toEqual({
      port: 9000,
      host: '0.0.0.0',
      dataDir: folder,
      databaseUrl: DATABASE_URL,
      demo: false,
      demoClock: true,
      role: 'worker',
      origin: 'https://huiyin.example.cn',
      kek: Buffer.from(KEK, 'hex'),
      logLevel: 'debug',
      secureCookies: false,
      trustedProxies: 2,
      poolMax: 40,
      gatewayUrl: 'https://gateway.example.cn/messages',
      gatewaySecret: 'shared with the gateway',
      revision: 'v1.2.3',
      retiredKeks: [],
      backup: false,
      backupDir: '/elsewhere/backups',
      backupKeep: 30,
      backupHour: 2,
    })
  })

  test('a flag goes before its variable, either spelling, and the default origin follows', () => {
    expect(configOf({ PORT: '9000' }, ['--port', '0'])).toMatchObject({ port: 0, origin: 'http://localhost:0' })
    expect(configOf({ PORT: '9000' }, ['--port=81', '--role=web'])).toMatchObject({ port: 81, role: 'web' })
  })

  test('an empty variable counts as missing', () => {
    expect(configOf({ HUIYIN_KEK: '', PORT: ' ', HUIYIN_DEMO: '' })).toEqual(configOf({}))
  })

  test('secrets may come from files', async () => {
    const [kekFile, urlFile] = [join(folder, 'kek-file'), join(folder, 'url-file')]
    await writeFile(kekFile, `${KEK}\n`)
    await writeFile(urlFile, `${DATABASE_URL}\n`)
    const config = configOf({ HUIYIN_KEK_FILE: kekFile, DATABASE_URL_FILE: urlFile })
    expect(config.kek).toEqual(Buffer.from(KEK, 'hex'))
    expect(config.databaseUrl).toBe(DATABASE_URL)
    expect(faultsOf({ HUIYIN_KEK_FILE: kekFile, HUIYIN_KEK: KEK })).toEqual(['HUIYIN_KEK_FILE given-twice'])
    expect(faultsOf({ HUIYIN_KEK_FILE: join(folder, 'none') })).toEqual(['HUIYIN_KEK_FILE file-unreadable'])
    expect(faultsOf({ HUIYIN_KEK_FILE: urlFile })).toEqual(['HUIYIN_KEK not-key'])
    expect(faultsOf({ DATABASE_URL_FILE: join(folder, 'none') })).toEqual([
      'DATABASE_URL_FILE file-unreadable',
      'HUIYIN_KEK key-missing',
    ])
  })

  test('an external database demands the key', () => {
    expect(faultsOf({ DATABASE_URL })).toEqual(['HUIYIN_KEK key-missing'])
    expect(faultsOf({ DATABASE_URL: 'postgresql:///huiyin?host=/run/postgresql', HUIYIN_KEK: KEK })).toEqual([])
  })

  test.each([
    ['PORT', ['-1', '65536', '80.5', '0x50', '8080a', '１２', '1e3'], 'not-whole'],
    ['HUIYIN_HOST', ['http://a', 'a:80', '999.1.1.1', '127.0.0', 'a b', '-a'], 'not-host'],
    ['HUIYIN_DEMO', ['yes', 'true', '2'], 'not-listed'],
    ['HUIYIN_SECURE_COOKIES', ['no'], 'not-listed'],
    ['HUIYIN_LOG_LEVEL', ['INFO', 'verbose'], 'not-listed'],
    ['HUIYIN_TRUSTED_PROXIES', ['11', 'all'], 'not-whole'],
    ['HUIYIN_POOL_MAX', ['1', '501'], 'not-whole'],
    ['HUIYIN_KEK', ['x', KEK.slice(1), `${KEK}0`, 'g'.repeat(64)], 'not-key'],
    [
      'HUIYIN_ORIGIN',
      ['huiyin.cn', 'https://a.cn/', 'https://a.cn/x', 'ftp://a.cn', 'https://A.cn', 'https://u:p@a.cn'],
      'not-origin',
    ],
    ['HUIYIN_ORIGIN', ['http://192.0.2.7:8080', 'http://huiyin.example.cn'], 'cookies-need-https'],
    ['HUIYIN_DEMOCLOCK', ['1'], 'unknown-variable'],
    ['HUIYIN_', ['1'], 'unknown-variable'],
  ])('%s refuses %j', (name, values, code) => {
    for (const value of values) expect(faultsOf({ [name]: value })).toEqual([`${name} ${code}`])
  })

  test.each([
    'https://a.cn',
    'https://a.cn:8443',
    'http://localhost:3',
    'http://127.0.0.1:3',
    'http://[::1]:3',
    'http://yq.localhost',
  ])('HUIYIN_ORIGIN takes %s with secure cookies', (origin) =>
    expect(configOf({ HUIYIN_ORIGIN: origin }).origin).toBe(origin),
  )

  test.each(['localhost', '::1', '0.0.0.0', 'huiyin-1.example.cn', '::'])('HUIYIN_HOST takes %s', (host) =>
    expect(configOf({ HUIYIN_HOST: host }).host).toBe(host),
  )

  test('flags that are unknown, lack a value or have a wrong one are faults', () => {
    expect(faultsOf({}, ['--rol', 'web'])).toEqual(['--rol unknown-flag', 'web unknown-flag'])
    expect(faultsOf({}, ['--role'])).toEqual(['--role flag-value'])
    expect(faultsOf({}, ['--port', '--demo-clock'])).toEqual(['--port flag-value'])
    expect(faultsOf({}, ['--role', 'both', '--port', 'x'])).toEqual(['--role not-listed', '--port not-whole'])
  })

  test('every fault is found at once', () => {
    const env = {
      PORT: 'x',
      DATABASE_URL: 'mysql://a:pa55word@b/c',
      HUIYIN_DEMO: '3',
      HUIYIN_TYPO: '1',
      HUIYIN_POOL_MAX: '0',
    }
    expect(faultsOf(env, ['--role', 'both']).sort()).toEqual([
      '--role not-listed',
      'DATABASE_URL not-database',
      'HUIYIN_DEMO not-listed',
      'HUIYIN_KEK key-missing',
      'HUIYIN_POOL_MAX not-whole',
      'HUIYIN_TYPO unknown-variable',
      'PORT not-whole',
    ])
  })
})

test('nightly backups are on for the embedded database of a real installation, and only there', () => {
  const read = (env: Record<string, string>) => readConfig(env, [])
  const isOn = (env: Record<string, string>) => {
    const found = read(env)
    return found.ok && found.config.backup
  }
  expect(isOn({ HUIYIN_DEMO: '0' })).toBe(true)
  expect(isOn({})).toBe(false)
  expect(isOn({ HUIYIN_BACKUP: '1' })).toBe(true)
  const external = { HUIYIN_DEMO: '0', HUIYIN_KEK: KEK, DATABASE_URL }
  expect(isOn(external)).toBe(false)
  const refused = read({ ...external, HUIYIN_BACKUP: '1' })
  expect(refused.ok ? [] : refused.faults.map((fault) => fault.code)).toEqual(['backup-external'])
})

test('a gateway is reached by https and with a secret', () => {
  const faultsOf = (env: Record<string, string>) => {
    const read = readConfig(env, [])
    return read.ok ? [] : read.faults.map((fault) => `${fault.setting} ${fault.code}`)
  }
  expect(faultsOf({ HUIYIN_GATEWAY_URL: 'http://gateway.example.cn/', HUIYIN_GATEWAY_SECRET: 'x' })).toEqual([
    'HUIYIN_GATEWAY_URL not-gateway',
  ])
  expect(faultsOf({ HUIYIN_GATEWAY_URL: 'http://localhost:9/', HUIYIN_GATEWAY_SECRET: 'x' })).toEqual([])
  expect(faultsOf({ HUIYIN_GATEWAY_URL: 'https://gateway.example.cn/' })).toEqual([
    'HUIYIN_GATEWAY_SECRET gateway-needs-secret',
  ])
})

describe('texts', () => {
  test('both languages have the same keys and the same braces, and every fault says what is allowed', () => {
    expect(Object.keys(en)).toEqual(Object.keys(configMessages))
    const braces = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [key, text] of Object.entries(configMessages)) {
      expect([key, braces(en[key as keyof typeof en])]).toEqual([key, braces(text)])
    }
    for (const key of Object.keys(en).filter((key) => !['heading', 'given'].includes(key))) {
      expect(Object.keys(en)).toContain(key.endsWith('-allowed') ? key.slice(0, -8) : `${key}-allowed`)
    }
  })

  test('a fault is told in Chinese and English, with what was given and what is allowed, and no brace is left', () => {
    const envs: [Record<string, string>, string[]][] = [
      [
        {
          PORT: '99999',
          HUIYIN_TYPO: '1',
          HUIYIN_HOST: 'a:1',
          HUIYIN_ORIGIN: 'a',
          HUIYIN_DEMO: '9',
          DATABASE_URL: 'x',
        },
        ['--x', '--role'],
      ],
      [{ HUIYIN_KEK: 'x', HUIYIN_KEK_FILE: '/none/kek', HUIYIN_ORIGIN: 'http://a.cn' }, []],
      [{ HUIYIN_KEK_FILE: '/none/kek' }, []],
    ]
    const text = envs.map(([env, argv]) => {
      const result = readConfig(env, argv)
      return result.ok ? '' : describeFaults(result.faults)
    })
    expect(text[0]).toContain('PORT\n  应为整数且在允许范围内。 当前值："99999"\n    → 0 到 65535 之间的整数\n')
    expect(text[0]).toContain(
      '  This is not a whole number in the allowed range. given: "99999"\n    → a whole number from 0 to 65535\n',
    )
    expect(text[2]).toContain('ENOENT')
    for (const part of text) expect(part).not.toMatch(/[{}]/)
  })

  test('no secret is repeated in a fault or in the description', () => {
    const result = readConfig(
      { HUIYIN_KEK: `${KEK}0`, DATABASE_URL: 'mysql://u:pa55word@h/d', HUIYIN_KEK_FILE: KEK },
      [],
    )
    const faults = result.ok ? '' : describeFaults(result.faults)
    const config = describeConfig(configOf({ HUIYIN_KEK: KEK, DATABASE_URL }))
    for (const text of [faults, config]) {
      expect(text).not.toBe('')
      expect(text).not.toContain(KEK)
      expect(text).not.toContain('pa55word')
    }
    expect(config).toContain(
      'DATABASE_URL=postgres://huiyin:***@db.example.org:5432/huiyin?sslmode=require&password=***',
    )
    expect(config).toContain('HUIYIN_KEK=***')
    expect(describeConfig(configOf({}))).toContain('DATABASE_URL=(embedded)')
  })
})

describe('loadOrCreateKek', () => {
  test('is made once, for the owner only, and stays', async () => {
    const dataDir = join(folder, 'fresh', 'data')
    const made = loadOrCreateKek(dataDir)
    expect(made).toHaveLength(32)
    expect(loadOrCreateKek(dataDir)).toEqual(made)
    expect((await stat(join(dataDir, 'kek'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(dataDir, 'kek'), 'utf8')).toBe(`${made.toString('hex')}\n`)
    expect(await readdir(dataDir)).toEqual(['kek'])
    await chmod(join(dataDir, 'kek'), 0o644)
    loadOrCreateKek(dataDir, { mayCreate: false })
    expect((await stat(join(dataDir, 'kek'))).mode & 0o777).toBe(0o600)
  })

  test('a damaged or lost key stops the start instead of making another', async () => {
    const dataDir = await mkdtemp(join(folder, 'damaged-'))
    expect(() => loadOrCreateKek(dataDir, { mayCreate: false })).toThrow(/missing/)
    for (const text of ['', KEK.slice(1), 'no key']) {
      await writeFile(join(dataDir, 'kek'), text)
      expect(() => loadOrCreateKek(dataDir)).toThrow(/64 hexadecimal/)
    }
  })

  test('processes that start at once get the same key', async () => {
    const dataDir = join(folder, 'race')
    const program = `import { loadOrCreateKek } from ${JSON.stringify(new URL('config.ts', import.meta.url).href)}
      process.stdout.write(loadOrCreateKek(${JSON.stringify(dataDir)}).toString('hex'))`
    const keys = await Promise.all(Array.from({ length: 6 }, () => outputOf(program)))
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(keys).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['kek'])
  })
})

/** Standard output of a Node process that runs a program. */
async function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const part of child.stdout) output += String(part)
  return output
}
