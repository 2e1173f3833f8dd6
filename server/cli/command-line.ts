/** Finds the command, reads its options, opens what it needs, and turns what goes wrong into a text and an exit status. */
import { parseArgs } from 'node:util'
import { type Translate, translateByName, translator } from '#i18n/translate.ts'
import { Refusal } from '#platform/refusal.ts'
import { describeFaults, readConfig, SettingsError, terminalLocale } from '../config.ts'
import { type Command, type Context, type Say, table } from './command.ts'
import { CommandError, EXIT_FAULTS, EXIT_SETTINGS, EXIT_USAGE } from './command-error.ts'
import { auditHead, auditVerify } from './commands/audit.ts'
import { backupCreate, backupDrill, backupList, backupRestore, backupVerify } from './commands/backup.ts'
import { demo } from './commands/demo.ts'
import { districtHolidays, districtSetUp } from './commands/district.ts'
import { doctor } from './commands/doctor.ts'
import { hoursVerify } from './commands/hours.ts'
import { keysList, keysRotate, keysSeal } from './commands/keys.ts'
import { ledgerVerify } from './commands/ledger.ts'
import { migrateCommand } from './commands/migrate.ts'
import { outbox } from './commands/outbox.ts'
import { ruleList, ruleSet } from './commands/rule.ts'
import { roleNames, userDisable, userInvite, userList } from './commands/user.ts'
import { dispatchCommand } from './dispatch.ts'
import { DivisionError } from './divisions.ts'
import { openInstallation } from './installation.ts'

export const COMMANDS: readonly Command[] = [
  migrateCommand,
  doctor,
  auditVerify,
  auditHead,
  ledgerVerify,
  hoursVerify,
  backupCreate,
  backupList,
  backupVerify,
  backupRestore,
  backupDrill,
  keysList,
  keysRotate,
  keysSeal,
  userList,
  userInvite,
  userDisable,
  districtSetUp,
  districtHolidays,
  ruleList,
  ruleSet,
  demo,
  outbox,
]

/** Where a command line reads and writes; the process's own unless a test gives others. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly out?: (text: string) => void
  readonly err?: (text: string) => void
}

const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** @returns the exit status: 0, 1 for faults and refusals, 64 for wrong usage, 78 for wrong settings */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings = {}): Promise<number> {
  const out = surroundings.out ?? ((text: string) => void process.stdout.write(`${text}\n`))
  const err = surroundings.err ?? ((text: string) => void process.stderr.write(`${text}\n`))
  const locale = terminalLocale(surroundings.env)
  const t = translator(locale)
  const say: Say = (key, params) => translateByName(locale, key, params) ?? key
  // Its options are the solver's own, and it opens no installation.
  if (argv[0] === 'dispatch') return dispatchCommand(argv.slice(1))
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => argv[at] === word))
  if (command === undefined) return overview(argv, { t, say }, out, err)
  const words = argv.slice(command.name.split(' ').length)
  const parsed = read(command, words)
  if (parsed.help) {
    out(explain(command, { t, say }))
    return 0
  }
  if ('fault' in parsed) {
    err(
      `${t('cli.error.bad-usage', { reason: parsed.fault ?? t('cli.error.argument-missing') })}\n${usageOf(command, t)}`,
    )
    return EXIT_USAGE
  }
  const settings = readConfig(surroundings.env, [])
  if (!settings.ok) {
    err(describeFaults(settings.faults))
    return EXIT_SETTINGS
  }
  return perform(command, { config: settings.config, locale, t, say, ...parsed.given, print: out }, err)
}

async function perform(command: Command, context: Omit<Context, 'open'>, err: (text: string) => void): Promise<number> {
  const closes: (() => Promise<void>)[] = []
  const close = async () => {
    for (const end of closes.splice(0).toReversed()) await end()
  }
  // A database that was started for the command must not outlive it.
  let stopped: { status: number; closed: Promise<void> } | undefined
  const onSignal = (signal: keyof typeof SIGNAL_STATUS) => {
    const status = SIGNAL_STATUS[signal]
    stopped ??= { status, closed: close().finally(() => process.exit(status)) }
  }
  for (const signal of Object.keys(SIGNAL_STATUS)) process.on(signal, onSignal)
  try {
    return await command.run({
      ...context,
      async open(needs) {
        const opening = openInstallation(context.config, needs)
        // Also one that is only being opened when a signal comes is closed, as soon as it is there.
        closes.push(async () => (await opening.catch(() => undefined))?.close())
        return opening
      },
    })
  } catch (error) {
    // What fails because its database was taken away needs no message.
    if (stopped !== undefined) return await stopped.closed.then(() => stopped!.status)
    const [text, status] = failure(error, context.say, context.t)
    err(text)
    return status
  } finally {
    await close()
    for (const signal of Object.keys(SIGNAL_STATUS)) process.off(signal, onSignal)
  }
}

interface Voice {
  readonly t: Translate
  readonly say: Say
}

function failure(error: unknown, say: Say, t: Translate): [string, number] {
  if (error instanceof CommandError) return [say(error.key, error.params), error.status]
  if (error instanceof SettingsError) return [error.message, EXIT_SETTINGS]
  if (error instanceof Refusal) return [say(error.code.replace('.', '.refusal.'), error.params), EXIT_FAULTS]
  if (error instanceof DivisionError) {
    const status = error.fault === 'not-six-digits' ? EXIT_USAGE : EXIT_FAULTS
    return [status === EXIT_USAGE ? t('cli.error.bad-usage', { reason: error.message }) : error.message, status]
  }
  return [error instanceof Error ? (error.stack ?? error.message) : String(error), EXIT_FAULTS]
}

type Parsed =
  | { readonly help: true }
  | { readonly help: false; readonly given: Pick<Context, 'words' | 'option' | 'flag'> }
  | { readonly help: false; readonly fault: string | undefined }

function read(command: Command, argv: readonly string[]): Parsed {
  const options = { ...command.options, help: { type: 'boolean' } } as const
  if (argv.includes('--help')) return { help: true }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (positionals.length !== command.words) return { help: false, fault: undefined }
    const found = values as Readonly<Record<string, string | boolean | undefined>>
    const option = (name: string) => {
      const value = found[name]
      return typeof value === 'string' ? value : undefined
    }
    return { help: false, given: { words: positionals, option, flag: (name) => found[name] === true } }
  } catch (error) {
    return { help: false, fault: error instanceof Error ? error.message : String(error) }
  }
}

function overview(
  argv: readonly string[],
  { t, say }: Voice,
  out: (text: string) => void,
  err: (text: string) => void,
): number {
  const lines = COMMANDS.map((command) => [`  ${command.name}`, summaryOf(command, say)])
  const text = [t('cli.title'), '', t('cli.usage-any'), '', t('cli.commands'), table(lines), '', t('cli.more-help')]
  const isAsked = argv.length === 0 || argv[0] === '--help' || argv[0] === 'help'
  if (isAsked) out(text.join('\n'))
  else err([t('cli.error.unknown-command', { given: argv.join(' ') }), '', ...text].join('\n'))
  return isAsked ? 0 : EXIT_USAGE
}

function explain(command: Command, { t, say }: Voice): string {
  const options = [...Object.keys(command.options), 'help'].map((name) => [
    `  --${name}`,
    say(`cli.option.${name}`, { roles: roleNames() }),
  ])
  return [summaryOf(command, say), '', usageOf(command, t), '', t('cli.options'), table(options)].join('\n')
}

function usageOf(command: Command, t: Translate): string {
  return t('cli.usage', { usage: `${command.name} ${command.usage}`.trim() })
}

function summaryOf({ name }: Command, say: Say): string {
  return say(`cli.help.${name.replaceAll(' ', '-')}`)
}
