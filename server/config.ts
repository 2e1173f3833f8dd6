/**
 * The settings of the server: the only file that reads the environment. It finds every fault before it gives up, so
 * that an operator corrects them in one go; `server/main.ts` prints them and stops.
 *
 * The key that encrypts personal data (KEK) is the one secret that must survive the machine. With the embedded
 * database it is made once beside the data; with an external database it must be given.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import en from '../i18n/en/config.json' with { type: 'json' }
import { configMessages } from '../i18n/messages/config.ts'

export const ROLES = ['web', 'worker', 'all'] as const
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export interface Config {
  /** 0 lets the system choose; `origin` then holds port 0 unless it was given. */
  readonly port: number
  readonly host: string
  /** Absolute path. */
  readonly dataDir: string
  /** Null: the embedded database below `dataDir`. */
  readonly databaseUrl: string | null
  readonly demo: boolean
  readonly demoClock: boolean
  readonly role: (typeof ROLES)[number]
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string
  /** Keys that still open what was sealed before the KEK was changed, the youngest first. */
  readonly retiredKeks: readonly Buffer[]
  /** 32 bytes. Null: to be had from `loadOrCreateKek(dataDir)`; never null with a `databaseUrl`. */
  readonly kek: Buffer | null
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly secureCookies: boolean
  /** How many proxies in front of the server are believed about the sender's address. */
  readonly trustedProxies: number
  readonly poolMax: number
  /** Where messages are posted; null: they stay in the outbox. Needs the secret. */
  readonly gatewayUrl: string | null
  /** Shared with the message gateway, which signs its receipts; null: no gateway reports. */
  readonly gatewaySecret: string | null
  /** What was deployed, as the operator names it. */
  readonly revision: string
  /** Whether the worker makes a backup each night and copies the log in between. */
  readonly backup: boolean
  /** Absolute path of the folder of all backups; best on another disk. */
  readonly backupDir: string
  /** So many of the newest backups are kept, and the newest of so many days. */
  readonly backupKeep: number
  /** Hour of the day in the district's zone. */
  readonly backupHour: number
}

export interface ConfigFault {
  /** The variable (`HUIYIN_KEK`) or flag (`--role`) at fault. */
  readonly setting: string
  /** What was given, null for a missing setting and for every secret. */
  readonly value: string | null
  readonly code: FaultCode
  /** What fills the braces of the messages. */
  readonly details: Readonly<Record<string, string | number>>
}

type MessageKey = keyof typeof configMessages
type WithTwin<Key> = Key extends `${infer Code}-allowed` ? Code : never
/** The messages that say what is wrong; the twin `…-allowed` says what is right. */
type FaultCode = WithTwin<MessageKey> & MessageKey
type Environment = Readonly<Record<string, string | undefined>>

/** Beside the key in the data folder: the retired ones, one a line, and the one that `keys rotate` is about to bring in. */
export const RETIRED_KEKS = 'kek.retired'
export const NEXT_KEK = 'kek.next'
const KEK_BYTES = 32
const KEK_SHAPE = /^[0-9a-f]{64}$/i
const PORT_DEFAULT = 8080
const POOL_MAX_DEFAULT = 10
const BACKUP_KEEP_DEFAULT = 7
// After midnight's jobs and long before the first staff.
const BACKUP_HOUR_DEFAULT = 3
const FLAGS = ['--role web|worker|all', '--port N', '--demo-clock']
const OWN_NAMES = [
  'HOST',
  'DATA',
  'DEMO',
  'ORIGIN',
  'KEK',
  'KEK_FILE',
  'KEK_RETIRED',
  'KEK_RETIRED_FILE',
  'GATEWAY_URL',
  'GATEWAY_SECRET',
  'GATEWAY_SECRET_FILE',
  'REVISION',
  'LOG_LEVEL',
  'SECURE_COOKIES',
  'TRUSTED_PROXIES',
  'POOL_MAX',
  'BACKUP',
  'BACKUP_DIR',
  'BACKUP_KEEP',
  'BACKUP_HOUR',
].map((name) => `HUIYIN_${name}`)
// Read by the tests, which start servers in their own environment.
const FOREIGN_NAMES: ReadonlySet<string> = new Set([
  'HUIYIN_SHARED',
  'HUIYIN_SEED',
  'HUIYIN_FUZZ_CASES',
  'HUIYIN_CHAOS_KILLS',
])

/**
 * Reads the settings from variables and flags; a flag goes before its variable, and an empty variable counts as missing.
 * Files named by `*_FILE` are read here.
 */
export function readConfig(
  env: Environment = process.env,
  argv: readonly string[] = process.argv.slice(2),
): { ok: true; config: Config } | { ok: false; faults: ConfigFault[] } {
  const faults: ConfigFault[] = []
  const settings = openSettings(env, faults)
  refuseUnknownVariables(env, faults)
  const flags = readFlags(argv, faults)
  const port = flags.port ?? settings.whole('PORT', 0, 65_535, PORT_DEFAULT)
  const databaseUrl = readDatabaseUrl(settings)
  const dataDir = resolve(settings.text('HUIYIN_DATA') ?? 'data')
  const demo = settings.yesNo('HUIYIN_DEMO')
  const config: Config = {
    port,
    host: settings.checked('HUIYIN_HOST', isHost, 'not-host') ?? '127.0.0.1',
    dataDir,
    databaseUrl,
    demo,
    demoClock: flags.demoClock,
    role: flags.role,
    origin: settings.checked('HUIYIN_ORIGIN', isOrigin, 'not-origin') ?? `http://localhost:${port}`,
    kek: readKek(settings),
    retiredKeks: readRetired(settings, join(dataDir, RETIRED_KEKS)),
    logLevel: settings.listed('HUIYIN_LOG_LEVEL', LOG_LEVELS, 'info'),
    secureCookies: settings.yesNo('HUIYIN_SECURE_COOKIES'),
    trustedProxies: settings.whole('HUIYIN_TRUSTED_PROXIES', 0, 10, 0),
    poolMax: settings.whole('HUIYIN_POOL_MAX', 2, 500, POOL_MAX_DEFAULT),
    gatewayUrl: settings.checked('HUIYIN_GATEWAY_URL', isGatewayUrl, 'not-gateway'),
    gatewaySecret: settings.secret('HUIYIN_GATEWAY_SECRET'),
    revision: settings.text('HUIYIN_REVISION') ?? 'source',
    // A demonstration is made anew at will, and an external database is backed up where it runs.
    backup: settings.yesNo('HUIYIN_BACKUP', databaseUrl === null && !demo),
    backupDir: resolve(settings.text('HUIYIN_BACKUP_DIR') ?? join(dataDir, 'backups')),
    backupKeep: settings.whole('HUIYIN_BACKUP_KEEP', 1, 1_000, BACKUP_KEEP_DEFAULT),
    backupHour: settings.whole('HUIYIN_BACKUP_HOUR', 0, 23, BACKUP_HOUR_DEFAULT),
  }
  if (config.secureCookies && URL.canParse(config.origin) && !keepsSecureCookies(new URL(config.origin))) {
    faults.push({ setting: 'HUIYIN_ORIGIN', value: config.origin, code: 'cookies-need-https', details: {} })
  }
  if (config.backup && databaseUrl !== null) {
    faults.push({ setting: 'HUIYIN_BACKUP', value: '1', code: 'backup-external', details: {} })
  }
  if (config.gatewayUrl !== null && config.gatewaySecret === null) {
    faults.push({ setting: 'HUIYIN_GATEWAY_SECRET', value: null, code: 'gateway-needs-secret', details: {} })
  }
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults }
}

/** Settings that are well formed, and with which the server still cannot work. */
export class SettingsError extends Error {
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(describeFaults(faults))
    this.name = 'SettingsError'
    this.faults = faults
  }
}

/** The text to print for a list of faults: each in Chinese and English, with what was given and what is allowed. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  const lines: string[] = []
  for (const texts of [configMessages, en]) lines.push(filled(texts.heading, { count: faults.length }))
  for (const { setting, value, code, details } of faults) {
    lines.push('', setting)
    for (const texts of [configMessages, en]) {
      const given = value === null ? '' : ` ${filled(texts.given, { value: JSON.stringify(value) })}`
      lines.push(`  ${filled(texts[code], details)}${given}`, `    → ${filled(texts[`${code}-allowed`], details)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** One line `NAME=value` for each setting, secrets masked, for the log at start. */
export function describeConfig(config: Config): string {
  const hidden = '***'
  const entries: [string, string | number][] = [
    ['PORT', config.port],
    ['HUIYIN_HOST', config.host],
    ['HUIYIN_DATA', config.dataDir],
    ['DATABASE_URL', config.databaseUrl === null ? '(embedded)' : maskedUrl(config.databaseUrl, hidden)],
    ['HUIYIN_DEMO', Number(config.demo)],
    ['HUIYIN_ORIGIN', config.origin],
    ['HUIYIN_KEK', config.kek === null ? `(${join(config.dataDir, 'kek')})` : hidden],
    ['HUIYIN_KEK_RETIRED', config.retiredKeks.map(() => hidden).join(' ')],
    ['HUIYIN_LOG_LEVEL', config.logLevel],
    ['HUIYIN_SECURE_COOKIES', Number(config.secureCookies)],
    ['HUIYIN_TRUSTED_PROXIES', config.trustedProxies],
    ['HUIYIN_POOL_MAX', config.poolMax],
    ['HUIYIN_BACKUP', Number(config.backup)],
    ['HUIYIN_BACKUP_DIR', config.backupDir],
    ['HUIYIN_BACKUP_KEEP', config.backupKeep],
    ['HUIYIN_BACKUP_HOUR', config.backupHour],
    ['--role', config.role],
    ['--demo-clock', Number(config.demoClock)],
  ]
  return entries.map(([name, value]) => `${name}=${value}`).join('\n')
}

/**
 * The KEK kept in `<dataDir>/kek` (64 hexadecimal digits, readable by its owner only), made on the first start. Of two
 * processes that start at once, both get the same key.
 * @param options.mayCreate false where a database exists already: its data was encrypted under a key that is missing
 *   now, and a new one would let the server start and never read them again
 * @throws Error when the file is damaged, or missing and may not be created
 */
export function loadOrCreateKek(dataDir: string, options: { mayCreate: boolean } = { mayCreate: true }): Buffer {
  const path = join(dataDir, 'kek')
  const kept = readKekFile(path)
  if (kept !== null) return kept
  if (!options.mayCreate) throw new Error(`${path} is missing but the database exists: restore the key from its copy`)
  mkdirSync(dataDir, { recursive: true })
  const partial = `${path}.${randomBytes(8).toString('hex')}.partial`
  try {
    const file = openSync(partial, 'wx', 0o600)
    try {
      writeSync(file, `${randomBytes(KEK_BYTES).toString('hex')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    // A link fails where the name is taken: unlike a rename it cannot replace the key of a process that was quicker.
    linkSync(partial, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(partial, { force: true })
  }
  const made = readKekFile(path)
  if (made === null) throw new Error(`${path} vanished while it was made`)
  return made
}

/** The language of the command line: Chinese where the terminal asks for it (LC_ALL, LC_MESSAGES, LANG), else English. */
export function terminalLocale(env: Environment = process.env): 'zh-CN' | 'en' {
  const name = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return name.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

function readKekFile(path: string): Buffer | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
  if (!KEK_SHAPE.test(text)) throw new Error(`${path} does not hold 64 hexadecimal digits: restore it from its copy`)
  chmodSync(path, 0o600)
  return Buffer.from(text, 'hex')
}

/** Readers of single variables that note what is wrong and go on with the default. */
function openSettings(env: Environment, faults: ConfigFault[]) {
  const text = (name: string): string | null => (env[name]?.trim() ?? '') || null
  const fault = (name: string, value: string | null, code: FaultCode, details: ConfigFault['details'] = {}): void => {
    faults.push({ setting: name, value, code, details })
  }
  const listed = <Value extends string>(name: string, allowed: readonly Value[], absent: Value): Value => {
    const value = text(name)
    const found = allowed.find((candidate) => candidate === value)
    if (value !== null && found === undefined) fault(name, value, 'not-listed', { names: allowed.join(', ') })
    return found ?? absent
  }
  return {
    text,
    fault,
    listed,
    yesNo: (name: string, absent = true): boolean => listed(name, ['0', '1'], absent ? '1' : '0') === '1',
    whole: (name: string, min: number, max: number, absent: number): number => {
      const value = text(name)
      if (value === null) return absent
      const number = wholeNumber(value, min, max)
      if (number === null) fault(name, value, 'not-whole', { min, max })
      return number ?? absent
    },
    checked: (name: string, isRight: (value: string) => boolean, code: FaultCode): string | null => {
      const value = text(name)
      if (value === null || isRight(value)) return value
      fault(name, value, code)
      return null
    },
    /** A secret, given directly or by a file. Neither is repeated in a fault: people put the secret itself for its path. */
    secret: (name: string): string | null => {
      const direct = text(name)
      const path = text(`${name}_FILE`)
      if (direct !== null && path !== null) fault(`${name}_FILE`, null, 'given-twice', { name })
      if (direct !== null || path === null) return direct
      try {
        return readFileSync(path, 'utf8').trim()
      } catch (error) {
        fault(`${name}_FILE`, null, 'file-unreadable', { reason: errorCode(error) })
        return null
      }
    },
  }
}

type Settings = ReturnType<typeof openSettings>

function readDatabaseUrl(settings: Settings): string | null {
  const url = settings.secret('DATABASE_URL')
  if (url === null || isDatabaseUrl(url)) return url
  settings.fault('DATABASE_URL', null, 'not-database')
  return url
}

function readKek(settings: Settings): Buffer | null {
  const isGiven = (name: string) => settings.text(name) !== null || settings.text(`${name}_FILE`) !== null
  if (isGiven('DATABASE_URL') && !isGiven('HUIYIN_KEK')) settings.fault('HUIYIN_KEK', null, 'key-missing')
  const hex = settings.secret('HUIYIN_KEK')
  if (hex === null) return null
  if (KEK_SHAPE.test(hex)) return Buffer.from(hex, 'hex')
  settings.fault('HUIYIN_KEK', null, 'not-key')
  return null
}

/** Retired keys, given by the settings or kept beside the current one. */
function readRetired(settings: Settings, path: string): readonly Buffer[] {
  const given = settings.secret('HUIYIN_KEK_RETIRED') ?? (existsSync(path) ? readFileSync(path, 'utf8') : '')
  const words = given.split(/\s+/u).filter((word) => word !== '')
  if (words.some((word) => !KEK_SHAPE.test(word))) settings.fault('HUIYIN_KEK_RETIRED', null, 'not-key')
  return words.filter((word) => KEK_SHAPE.test(word)).map((word) => Buffer.from(word, 'hex'))
}

/** A misspelt variable would otherwise leave its default in force without a word. */
function refuseUnknownVariables(env: Environment, faults: ConfigFault[]): void {
  for (const setting of Object.keys(env).sort()) {
    if (!setting.startsWith('HUIYIN_') || OWN_NAMES.includes(setting) || FOREIGN_NAMES.has(setting)) continue
    faults.push({ setting, value: null, code: 'unknown-variable', details: { names: OWN_NAMES.join(', ') } })
  }
}

function readFlags(argv: readonly string[], faults: ConfigFault[]) {
  const flags: { role: Config['role']; port: number | null; demoClock: boolean } = {
    role: 'all',
    port: null,
    demoClock: false,
  }
  const rest = argv.flatMap((word) => (/^--[^=]+=/u.test(word) ? splitOnce(word) : [word]))
  for (let at = 0; at < rest.length; at += 1) {
    const flag = rest[at] ?? ''
    const usage = FLAGS.find((known) => known.split(' ')[0] === flag)
    if (usage === undefined) {
      faults.push({ setting: flag, value: null, code: 'unknown-flag', details: { names: FLAGS.join(', ') } })
      continue
    }
    if (flag === '--demo-clock') {
      flags.demoClock = true
      continue
    }
    const next = rest[at + 1]
    if (next === undefined || next.startsWith('--')) {
      faults.push({ setting: flag, value: null, code: 'flag-value', details: { usage } })
      continue
    }
    at += 1
    if (flag === '--port') flags.port = portFlag(next, faults)
    else flags.role = roleFlag(next, faults)
  }
  return flags
}

function portFlag(value: string, faults: ConfigFault[]): number | null {
  const port = wholeNumber(value, 0, 65_535)
  if (port === null) faults.push({ setting: '--port', value, code: 'not-whole', details: { min: 0, max: 65_535 } })
  return port
}

function roleFlag(value: string, faults: ConfigFault[]): Config['role'] {
  const role = ROLES.find((known) => known === value)
  if (role === undefined)
    faults.push({ setting: '--role', value, code: 'not-listed', details: { names: ROLES.join(', ') } })
  return role ?? 'all'
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}

function wholeNumber(value: string, min: number, max: number): number | null {
  const number = /^\d{1,9}$/u.test(value) ? Number(value) : Number.NaN
  return number >= min && number <= max ? number : null
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/iu.test(value) && !/^[\d.]+$/u.test(value))
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return ['http:', 'https:'].includes(url.protocol) && url.origin === value
}

/** Messages carry personal data: in clear only within the machine. */
function isGatewayUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
  )
}

function isDatabaseUrl(value: string): boolean {
  return URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol)
}

/** Browsers treat the machine itself as a safe place and keep its secure cookies without https. */
function keepsSecureCookies(origin: URL): boolean {
  return (
    origin.protocol === 'https:' || /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(origin.hostname)
  )
}

/** The password stands before the host or, as drivers accept too, in a parameter. */
function maskedUrl(text: string, hidden: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = hidden
  for (const name of new Set(url.searchParams.keys())) if (/pass/iu.test(name)) url.searchParams.set(name, hidden)
  return url.href
}

function filled(text: string, details: ConfigFault['details']): string {
  return text.replace(/\{(\w+)\}/gu, (brace, name: string) => String(details[name] ?? brace))
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
