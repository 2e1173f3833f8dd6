import { weekdayOf } from '#platform/dates.ts'

/** Whose calendar it is. */
export interface CalendarOwner {
  readonly kind: 'team' | 'agency'
  readonly id: string
}

/** Minutes after midnight, half-open. */
export interface OpenInterval {
  readonly fromMinute: number
  readonly untilMinute: number
}

export interface WeeklyHours extends OpenInterval {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number
}

export type ExceptionKind = 'closed' | 'open' | 'leave'
export type SpeedClass = 'walk' | 'cycle' | 'drive'

export interface CalendarException {
  readonly id: string
  readonly kind: ExceptionKind
  readonly fromOn: string
  /** The first day that is as usual again. */
  readonly untilOn: string
  /** Both null for the whole day. */
  readonly fromMinute: number | null
  readonly untilMinute: number | null
  readonly note: string
}

/** What a provider can take. Null is "not stated": the plan then holds to its own weights. */
export interface Capacity {
  /** Groups that can be out at the same time. */
  readonly crews: number | null
  readonly crewSize: number | null
  /** Of one group on one day. */
  readonly visitsPerDayMax: number | null
  readonly minutesPerDayMax: number | null
  /** Of the provider over all its groups. */
  readonly minutesPerWeekMax: number | null
  readonly speedClass: SpeedClass | null
  /** In words, such as "van with a lift". */
  readonly vehicle: string | null
}

export const CAPACITY_NOT_STATED: Capacity = {
  crews: null,
  crewSize: null,
  visitsPerDayMax: null,
  minutesPerDayMax: null,
  minutesPerWeekMax: null,
  speedClass: null,
  vehicle: null,
}

/** A day of a provider: when it can be out. */
export interface CalendarDay {
  readonly date: string
  /** In order, without overlap; none when it is closed. */
  readonly open: readonly OpenInterval[]
  /** Whether somebody said so: a provider without a usual week can come at any time of the days on which it works. */
  readonly isStated: boolean
}

export interface ProviderCalendar {
  readonly hours: readonly WeeklyHours[]
  readonly exceptions: readonly CalendarException[]
  readonly capacity: Capacity
  /** 0 as long as nothing was ever stated. */
  readonly version: number
}

export const NOTHING_STATED: ProviderCalendar = {
  hours: [],
  exceptions: [],
  capacity: CAPACITY_NOT_STATED,
  version: 0,
}

const WHOLE_DAY: OpenInterval = { fromMinute: 0, untilMinute: 1440 }

/**
 * When a provider can be out on a day: the usual week without what is closed, with what is open beside it, and nothing on leave.
 * What somebody opened overrules what is closed on that day, so that a closed week can have one open morning.
 * @param worksUsually whether the usual week counts on this date: an agency rests on public holidays
 */
export function dayOf(
  calendar: Pick<ProviderCalendar, 'hours' | 'exceptions'>,
  date: string,
  worksUsually: boolean,
): CalendarDay {
  const { hours, exceptions } = calendar
  const today = exceptions.filter((one) => one.fromOn <= date && date < one.untilOn)
  const isStated = hours.length > 0 || today.length > 0
  if (today.some((one) => one.kind === 'leave')) return { date, open: [], isStated }
  const weekday = weekdayOf(date)
  const usual = hours.length === 0 ? [WHOLE_DAY] : hours.filter((one) => one.weekday === weekday)
  const closed = today.filter((one) => one.kind === 'closed').map(intervalOf)
  const opened = today.filter((one) => one.kind === 'open').map(intervalOf)
  const open = united([...without(worksUsually ? usual : [], closed), ...opened])
  return { date, open, isStated }
}

function intervalOf({ fromMinute, untilMinute }: CalendarException): OpenInterval {
  return fromMinute === null || untilMinute === null ? WHOLE_DAY : { fromMinute, untilMinute }
}

function without(intervals: readonly OpenInterval[], closed: readonly OpenInterval[]): OpenInterval[] {
  return closed.reduce<OpenInterval[]>(
    (left, gap) =>
      left.flatMap(({ fromMinute, untilMinute }) =>
        [
          { fromMinute, untilMinute: Math.min(untilMinute, gap.fromMinute) },
          { fromMinute: Math.max(fromMinute, gap.untilMinute), untilMinute },
        ].filter((part) => part.untilMinute > part.fromMinute),
      ),
    intervals.map(({ fromMinute, untilMinute }) => ({ fromMinute, untilMinute })),
  )
}

/** Overlapping and touching intervals become one. */
function united(intervals: readonly OpenInterval[]): OpenInterval[] {
  const result: OpenInterval[] = []
  for (const one of [...intervals].sort((a, b) => a.fromMinute - b.fromMinute)) {
    const last = result.at(-1)
    if (last === undefined || one.fromMinute > last.untilMinute) result.push(one)
    else
      result[result.length - 1] = {
        fromMinute: last.fromMinute,
        untilMinute: Math.max(last.untilMinute, one.untilMinute),
      }
  }
  return result
}

/** Whether two intervals of the same weekday share a minute. */
export function overlaps(hours: readonly WeeklyHours[]): boolean {
  return hours.some((one, at) =>
    hours.some(
      (other, index) =>
        index > at &&
        one.weekday === other.weekday &&
        one.fromMinute < other.untilMinute &&
        other.fromMinute < one.untilMinute,
    ),
  )
}
