/** What is ordered: an offering that can be ordered that day, or a need in the village's own words. */
import { addWorkingDays, type WorkingCalendar } from '#platform/calendar.ts'
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { DAY, HOUR } from './days.ts'
import { type Dice, runningSums, weighted } from './dice.ts'
import type { PlannedOffering, PlannedStation } from './planned.ts'
import { filled, type LifeWords } from './seed-words.ts'

export interface Content {
  readonly category: string
  readonly agency: string
  readonly offering: PlannedOffering | null
  readonly title: string
  readonly targetGroup: string
  readonly headcount: number
  readonly durationMinutes: number
  readonly isEvening: boolean
  readonly window: { readonly from: number; readonly until: number } | null
}

/** Who is bound where nobody's offering was ordered and no team is near. */
export const AGENCY_OF: Readonly<Record<string, string>> = {
  'policy-talks': 'publicity-department',
  'legal-advice': 'justice-bureau',
  science: 'science-association',
  education: 'education-commission',
  culture: 'culture-and-tourism-bureau',
  'health-and-care': 'health-commission',
  sports: 'sports-bureau',
}

const OFFERING_SHARE = 0.66
const SEASON_WEIGHT = 3.4
const DRAWS_MAX = 40
const WINDOW_SHARE = 0.45
/** How long after it is published an offering is first ordered. */
const KNOWN_AFTER = 2 * DAY
/** Briskly served orders are those whose notice is short. */
const BRISK_LEAD_DAYS_MAX = 3
const NEED_MINUTES = 60
const NAME_CHARACTERS_MAX = 58

export interface ContentPlanner {
  contentOf(no: number, at: number, station: PlannedStation, isBrisk: boolean): Content
}

export function openContentPlanner(
  dice: Dice,
  offerings: readonly PlannedOffering[],
  words: LifeWords,
  calendar: WorkingCalendar,
): ContentPlanner {
  const taken = new Map<string, number>()
  const sumsOfMonth = new Map<number, readonly number[]>()
  const offeringSums = (month: number) => {
    const known = sumsOfMonth.get(month) ?? runningSums(offerings.map((one) => offeringWeight(one, month)))
    sumsOfMonth.set(month, known)
    return known
  }
  const needSums = (month: number) =>
    runningSums(words.needs.map(({ months }) => (months.includes(month) ? SEASON_WEIGHT : 1)))

  const take = (offering: PlannedOffering, at: number): boolean => {
    const key = `${offering.index} ${dateIn(new Date(at)).slice(0, 7)}`
    const count = taken.get(key) ?? 0
    if (count >= offering.monthlyQuota) return false
    taken.set(key, count + 1)
    return true
  }

  const offeringFor = (no: number, at: number, station: PlannedStation, isBrisk: boolean): Content | null => {
    const sums = offeringSums(monthOf(at))
    for (let draw = 0; draw < DRAWS_MAX; draw++) {
      const offering = offerings[weighted(sums, dice.roll('offering', no, draw))]!
      if (!isOpenTo(offering, at, station)) continue
      if (isBrisk && offering.leadWorkingDays > BRISK_LEAD_DAYS_MAX) continue
      const window = isBrisk ? null : windowOf(dice, calendar, { no, at, lead: offering.leadWorkingDays })
      if (!take(offering, window?.from ?? at)) continue
      const { category, agency, durationMinutes, venue } = offering
      return {
        category,
        agency,
        offering,
        durationMinutes,
        window,
        title: filled(words.orderTitle.offering, { title: offering.title.zh }).slice(0, NAME_CHARACTERS_MAX),
        targetGroup: dice.pick(offering.targetGroups, 'group', no),
        headcount: headcountOf(dice, no, offering.headcountMin, offering.headcountMax),
        isEvening: venue === 'square' && category === 'culture',
      }
    }
    return null
  }

  return {
    contentOf(no, at, station, isBrisk) {
      const offering = dice.roll('content', no) < OFFERING_SHARE ? offeringFor(no, at, station, isBrisk) : null
      if (offering !== null) return offering
      const need = words.needs[weighted(needSums(monthOf(at)), dice.roll('need', no))]!
      return {
        category: need.category,
        agency: AGENCY_OF[need.category]!,
        offering: null,
        title: need.zh,
        targetGroup: need.targetGroup,
        headcount: headcountOf(dice, no, need.headcountMin, need.headcountMax),
        durationMinutes: NEED_MINUTES,
        isEvening: false,
        window: isBrisk ? null : windowOf(dice, calendar, { no, at, lead: 1 }),
      }
    },
  }
}

/** When the requester wants it: some name no time, the others a span of days that leaves the notice that is asked for. */
function windowOf(dice: Dice, calendar: WorkingCalendar, given: { no: number; at: number; lead: number }) {
  const { no, at, lead } = given
  if (dice.roll('window', no) > WINDOW_SHARE) return null
  const earliest = dateIn(addWorkingDays(new Date(at), Math.max(1, lead), calendar))
  const first = addDays(earliest, dice.whole(0, 2, 'window-from', no))
  const last = addDays(first, dice.whole(4, 9, 'window-until', no))
  return { from: startOfDate(first).getTime() + 9 * HOUR, until: startOfDate(last).getTime() + 18 * HOUR }
}

function offeringWeight(one: PlannedOffering, month: number): number {
  const season = one.months.length === 0 ? 1.4 : one.months.includes(month) ? SEASON_WEIGHT : 0.7
  // A visit to three people is ordered far more often than an evening for three hundred.
  return season / (one.headcountMin + 3)
}

function isOpenTo(one: PlannedOffering, at: number, station: PlannedStation): boolean {
  if (one.publishedAt !== null && one.publishedAt + KNOWN_AFTER > at) return false
  return one.townships.length === 0 || one.townships.includes(station.township)
}

/** Most groups are near the smallest that is served at all. */
function headcountOf(dice: Dice, no: number, min: number, max: number): number {
  const top = Math.min(max, min * 4 + 6)
  return min + Math.round((top - min) * dice.roll('headcount', no) ** 1.25)
}

function monthOf(at: number): number {
  return Number(dateIn(new Date(at)).slice(5, 7))
}
