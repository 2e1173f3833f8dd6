/** Dated rules that a district changes: award of orders, limits of steps, formula of the three rates. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { orderRules, setFormula, setLimits } from '#modules/orders/index.ts'
import { pointsRules, setPointsRule } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { dateIn, isDate } from '#platform/dates.ts'
import { runWork, type Work } from '#platform/work.ts'
import { type Command, table } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { chosenDistrict, chosenDistricts } from '../installation.ts'
import { readPatiently } from '../patience.ts'

const minutes = z.int().check(z.minimum(1), z.maximum(1_000_000))
const weight = z.number().check(z.minimum(0), z.maximum(1))
const formula = z.strictObject({
  responseWeight: weight,
  resolutionWeight: weight,
  satisfactionWeight: weight,
  satisfiedFromStars: z.int().check(z.minimum(1), z.maximum(5)),
  excludedOutcomes: z.array(z.enum(['rejected', 'redirected', 'merged', 'cancelled', 'cannot-do'])),
  samplePercent: z.int().check(z.minimum(0), z.maximum(100)),
})
const award = z.strictObject({
  pointsPerHour: z.int().check(z.minimum(0), z.maximum(100_000)),
  pointsPerDayMax: z.int().check(z.minimum(1), z.maximum(1_000_000)),
})
const limits = z.record(z.string(), z.strictObject({ normal: minutes, urgent: z.optional(minutes) }))

const WEIGHTS_OFF_MAX = 1e-9

/** What each kind of rule is read from and written by. */
const KINDS = {
  award: (text: unknown) => {
    const given = checked(award, text)
    return (work: Work, validFrom: string) => setPointsRule(work, { ...given, validFrom })
  },
  limits: (text: unknown) => {
    const given = checked(limits, text)
    return (work: Work, validFrom: string) => setLimits(work, given, validFrom)
  },
  rates: (text: unknown) => {
    const given = checked(formula, text)
    const sum = given.responseWeight + given.resolutionWeight + given.satisfactionWeight
    if (Math.abs(sum - 1) > WEIGHTS_OFF_MAX) throw new CommandError('cli.error.rule-weights')
    return (work: Work, validFrom: string) => setFormula(work, given, validFrom)
  },
} as const

function checked<Output>(schema: z.ZodMiniType<Output>, value: unknown): Output {
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CommandError('cli.error.rule-shape', { where: issue?.path.join('.') || '–', what: issue?.message ?? '' })
}

export const ruleList: Command = {
  name: 'rule list',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t }) {
    const { db } = await open()
    for (const id of await chosenDistricts(db, option('district'))) {
      const found = await readPatiently(db, id, async (tx) => ({
        ...(await orderRules(tx)),
        award: await pointsRules(tx),
      }))
      const span = (one: { validFrom: string; validUntil: string | null }) =>
        `${one.validFrom} – ${one.validUntil ?? t('cli.rule.on')}`
      print(
        table([
          ...found.award.map((one) => [
            'award',
            span(one),
            t('cli.rule.award', { hour: one.pointsPerHour, day: one.pointsPerDayMax }),
          ]),
          ...found.formulas.map(({ version, validFrom, validUntil, ...rest }) => [
            `rates ${version}`,
            span({ validFrom, validUntil }),
            JSON.stringify(rest),
          ]),
          ...found.limits.map((one) => [
            `limits ${one.step} ${one.urgency}`,
            span(one),
            t('cli.rule.minutes', { minutes: one.workingMinutes }),
          ]),
        ]),
      )
    }
    return 0
  },
}

export const ruleSet: Command = {
  name: 'rule set',
  usage: 'award|limits|rates FILE --valid-from DATE [--district CODE]',
  options: { 'valid-from': { type: 'string' }, district: { type: 'string' } },
  words: 2,
  async run({ open, option, words, print, t }) {
    const [kind = '', file = ''] = words
    if (!isKind(kind)) throw new CommandError('cli.error.rule-kind', { kinds: Object.keys(KINDS).join(', ') })
    const write = KINDS[kind](await readJson(file))
    const validFrom = option('valid-from') ?? ''
    if (!isDate(validFrom)) throw new CommandError('cli.error.rule-date')
    const host = await open()
    const id = await chosenDistrict(host.db, option('district'))
    await runWork(host, systemActor(id), async (work) => {
      // What was is never counted anew by another rule.
      if (validFrom <= dateIn(work.now)) throw new CommandError('cli.error.rule-past', { today: dateIn(work.now) })
      await write(work, validFrom)
    })
    print(t('cli.done.rule', { kind, date: validFrom }))
    return 0
  },
}

const isKind = (text: string): text is keyof typeof KINDS => Object.hasOwn(KINDS, text)

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (error) {
    throw new CommandError('cli.error.rule-file', { file, reason: error instanceof Error ? error.message : '' })
  }
}
