import { addDays } from '#platform/dates.ts'
import { officialCalendar, slotFrom, timeOfDay } from './days.ts'
import type { Dice } from './dice.ts'
import type { PlannedOffering, Span } from './planned.ts'
import type { OfferingWords, SeedOffering } from './seed-words.ts'

/** Agencies put their offerings up over the first months, the most of them early. */
const PUBLISHING_DAYS = 200

/** The catalogue of the year: what a district starts with, then every theme once for each variant of its kind. */
export function planOfferings(
  span: Span,
  dice: Dice,
  given: { catalogue: readonly SeedOffering[]; offerings: OfferingWords },
): PlannedOffering[] {
  const first = given.catalogue.map((one, index) => offeringOfSeed(one, index))
  const made = given.offerings.themes.flatMap((theme) =>
    given.offerings.variants[theme.kind]!.map((variant) => ({ theme, variant })),
  )
  // Every theme comes before the second variant of any, so that a small share still has something of everything.
  const shuffled = made
    .map((one, index) => ({ ...one, sort: dice.roll('offering-order', index) }))
    .toSorted((a, b) => a.sort - b.sort)
    .slice(0, Math.ceil(made.length * span.share))
  return [
    ...first,
    ...shuffled.map(({ theme, variant }, at): PlannedOffering => {
      const index = first.length + at
      return {
        ...theme,
        index,
        title: { zh: `${theme.zh}·${variant.zh}`, en: `${theme.en} (${variant.en})` },
        townships: [],
        hasLicence: false,
        publishedAt: publishingTime(span, dice, at / shuffled.length, index),
      }
    }),
  ]
}

function offeringOfSeed(one: SeedOffering, index: number): PlannedOffering {
  return {
    index,
    agency: one.agency,
    category: one.category,
    title: one.title,
    summary: one.summary,
    targetGroups: one.targetGroups,
    durationMinutes: one.durationMinutes,
    headcountMin: one.headcountMin,
    headcountMax: one.headcountMax,
    leadWorkingDays: one.leadTimeWorkingDays,
    monthlyQuota: one.monthlyQuota,
    venue: one.needs.venue,
    townships: typeof one.serviceArea === 'string' ? [] : one.serviceArea,
    months: [],
    hasLicence: one.needs.licences.length > 0,
    publishedAt: null,
  }
}

function publishingTime(span: Span, dice: Dice, share: number, index: number): number {
  const days = Math.min(PUBLISHING_DAYS, spanDays(span) / 3)
  const calendar = officialCalendar(span.from, span.until)
  let date = addDays(span.from, 1 + Math.floor(share ** 1.6 * days))
  while (!calendar.isWorkingDay(date)) date = addDays(date, 1)
  return slotFrom(timeOfDay(date, 'office', dice.roll('publish', index) * 0.97), dice)
}

export function spanDays({ from, until }: Pick<Span, 'from' | 'until'>): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000)
}
