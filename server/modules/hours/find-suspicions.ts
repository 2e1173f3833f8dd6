import { kilometresBetween } from '#modules/attendance/index.ts'
import { findRings } from './find-rings.ts'
import type {
  DeadlineFact,
  ServiceFact,
  Suspicion,
  SuspicionFacts,
  SuspicionRule,
  TieFact,
  Thresholds,
} from './suspicion-facts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * What in the records of a district does not look like people who came and helped. The same facts always give the same
 * suspicions; each names the records it is about and the numbers that a person needs to judge it. The checks of a night ask the
 * same rules part by part, because no rule looks at everything: see `nightly-checks.ts`.
 */
export function findSuspicions(facts: SuspicionFacts): Suspicion[] {
  const { services, deadlines, ties, thresholds } = facts
  const since = services.reduce((least, one) => Math.min(least, one.recordedAt.getTime()), Number.POSITIVE_INFINITY)
  return [
    ...findOfHands(services, ties),
    ...findOfPeople(services, thresholds),
    ...findOfUnits(services, { deadlines, since: new globalThis.Date(since), thresholds }),
    ...findOfCircles(services, thresholds),
  ]
}

const isCounted = (one: ServiceFact): boolean => one.minutes > 0

/** What says who recorded and approved. @param services those at least whose hands are one person's or one household's */
export function findOfHands(services: readonly ServiceFact[], ties: readonly TieFact[]): Suspicion[] {
  const counted = services.filter(isCounted)
  return [...findSelf(counted), ...findHousehold(counted, ties)]
}

/** What shows in one person's records. @param services all of each person's who is among them */
export function findOfPeople(services: readonly ServiceFact[], thresholds: Thresholds): Suspicion[] {
  return [...Map.groupBy(services.filter(isCounted), (one) => one.personId).values()]
    .map((mine) =>
      mine.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.recordId < b.recordId ? -1 : 1)),
    )
    .flatMap((mine) => [...findOverlap(mine, thresholds), ...findTravel(mine, thresholds)])
}

/** What shows in a unit's records. @param services all of each unit's that is among them; `since`: from when on they were recorded */
export function findOfUnits(
  services: readonly ServiceFact[],
  given: { readonly deadlines: readonly DeadlineFact[]; readonly since: Date; readonly thresholds: Thresholds },
): Suspicion[] {
  const counted = services.filter(isCounted)
  return [
    ...findSharedDevices(counted, given.thresholds),
    ...given.deadlines.flatMap((deadline) => findBursts(counted, deadline, given)),
  ]
}

/** Circles of confirmations. @param services all that whoever may be in one confirmed for anybody, or had confirmed by anybody */
export function findOfCircles(services: readonly ServiceFact[], thresholds: Thresholds): Suspicion[] {
  return findRings(services.filter(isCounted), thresholds).map(({ records, people, confirmations }) =>
    suspicion('ring', records, people, { people: people.length, confirmations }),
  )
}

function suspicion(
  rule: SuspicionRule,
  records: readonly ServiceFact[],
  who: readonly string[],
  evidence: Suspicion['evidence'],
): Suspicion {
  const recordIds = records.map((one) => one.recordId).toSorted()
  return {
    rule,
    fingerprint: `${rule} ${recordIds[0]!} ${recordIds.length}`,
    unitId: mostOften(records.map((one) => one.unitId)),
    personIds: [...new Set(who)].toSorted(),
    recordIds,
    evidence: { records: recordIds.length, minutes: sum(records.map((one) => one.minutes)), ...evidence },
  }
}

function mostOften(values: readonly string[]): string {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({ value, count: all.length }))
  return counts.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))[0]!.value
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/** Recorded or approved by the person, or recorded and approved by one hand. */
function findSelf(services: readonly ServiceFact[]): Suspicion[] {
  const own = services.filter(
    ({ personId, recordedBy, approvedBy }) => recordedBy === personId || approvedBy === personId,
  )
  const oneHand = services.filter(
    ({ personId, recordedBy, approvedBy }) =>
      recordedBy !== null && recordedBy === approvedBy && recordedBy !== personId,
  )
  return [
    ...[...Map.groupBy(own, (one) => one.personId)].map(([personId, records]) =>
      suspicion('self', records, [personId], { how: 'own' }),
    ),
    ...[...Map.groupBy(oneHand, (one) => one.recordedBy!)].map(([hand, records]) =>
      suspicion('self', records, [hand, ...records.map((one) => one.personId)], { how: 'one-hand' }),
    ),
  ]
}

/** Approved or confirmed by somebody of the household, as comes out when the tie is declared afterwards. */
function findHousehold(services: readonly ServiceFact[], ties: readonly TieFact[]): Suspicion[] {
  const tied = new Set(ties.map(([one, other]) => `${one} ${other}`))
  const within = services.filter(
    ({ personId, approvedBy }) =>
      approvedBy !== null && approvedBy !== personId && tied.has(`${approvedBy} ${personId}`),
  )
  return [...Map.groupBy(within, (one) => `${one.approvedBy} ${one.personId}`).values()].map((records) =>
    suspicion('self', records, [records[0]!.approvedBy!, records[0]!.personId], { how: 'household' }),
  )
}

/** Records of one person that cover the same time. @param mine in order of their start */
function findOverlap(mine: readonly ServiceFact[], thresholds: Thresholds): Suspicion[] {
  const involved = new Set<ServiceFact>()
  let most = 0
  let open: ServiceFact[] = []
  for (const one of mine) {
    open = open.filter((other) => other.endedAt > one.startedAt)
    for (const other of open) {
      const until = Math.min(other.endedAt.getTime(), one.endedAt.getTime())
      const minutes = (until - one.startedAt.getTime()) / MINUTE
      if (minutes < thresholds.overlapMinutesMin) continue
      involved.add(other).add(one)
      most = Math.max(most, minutes)
    }
    open.push(one)
  }
  if (involved.size === 0) return []
  return [suspicion('overlap', [...involved], [mine[0]!.personId], { overlapMinutes: Math.round(most) })]
}

/** From the end of one record to the start of the next there must be time for the way. @param mine in order of their start */
function findTravel(mine: readonly ServiceFact[], thresholds: Thresholds): Suspicion[] {
  const involved = new Set<ServiceFact>()
  const worst = { kilometres: 0, minutes: 0 }
  const placed = mine.filter((one) => one.place !== null)
  for (const [index, one] of placed.entries()) {
    const before = placed[index - 1]
    if (before === undefined) continue
    const gap = (one.startedAt.getTime() - before.endedAt.getTime()) / MINUTE
    // Longer overlaps are a suspicion of their own.
    if (gap <= -thresholds.overlapMinutesMin) continue
    const kilometres = kilometresBetween(before.place!, one.place!)
    if (kilometres < thresholds.travelKilometresMin) continue
    const minutes = Math.max(0, gap)
    if (kilometres <= (minutes / 60) * thresholds.travelKmh) continue
    involved.add(before).add(one)
    if (kilometres > worst.kilometres)
      Object.assign(worst, { kilometres: Math.round(kilometres), gapMinutes: Math.round(minutes) })
  }
  if (involved.size === 0) return []
  return [
    suspicion('impossible-travel', [...involved], [mine[0]!.personId], {
      ...worst,
      minutes: sum([...involved].map((one) => one.minutes)),
    }),
  ]
}

/** Many people at one thing whose check-ins came from one device; the same device at several things is one suspicion. */
function findSharedDevices(services: readonly ServiceFact[], thresholds: Thresholds): Suspicion[] {
  const sent = services.filter((one) => one.device !== null)
  const groups = [...Map.groupBy(sent, (one) => `${one.device} ${one.subjectId}`).values()].filter(
    (group) => new Set(group.map((one) => one.personId)).size >= thresholds.devicePeopleMin,
  )
  return [...Map.groupBy(groups.flat(), (one) => `${one.device} ${one.unitId}`).values()].map((records) => {
    const people = new Set(records.map((one) => one.personId))
    return suspicion('shared-device', records, [...people], { people: people.size })
  })
}

/** When the run-up to a deadline begins. */
export function burstFrom(at: Date, thresholds: Thresholds): Date {
  return new globalThis.Date(at.getTime() - thresholds.burstDays * DAY)
}

interface BurstOptions {
  readonly at: Date
  readonly since: Date
  readonly thresholds: Thresholds
}

/** Whether a unit recorded much more than usual in the run-up. @param of minutes of the run-up and of the time before it */
export function isBurst(of: { readonly minutes: number; readonly before: number }, options: BurstOptions): boolean {
  const { perDay, usual } = paceOf(of, options)
  return of.minutes >= options.thresholds.burstMinutesMin && perDay >= usual * options.thresholds.burstFactorMin
}

function paceOf(of: { readonly minutes: number; readonly before: number }, { at, since, thresholds }: BurstOptions) {
  const from = burstFrom(at, thresholds).getTime()
  const usualDays = (from - Math.min(from, since.getTime())) / DAY
  return { perDay: of.minutes / thresholds.burstDays, usual: usualDays < 1 ? 0 : of.before / usualDays }
}

/** Much more than usual was recorded in the days before a deadline, and most of it claimed or long after it happened. */
function findBursts(
  services: readonly ServiceFact[],
  deadline: DeadlineFact,
  { since, thresholds }: { readonly since: Date; readonly thresholds: Thresholds },
): Suspicion[] {
  const until = deadline.at.getTime()
  const from = burstFrom(deadline.at, thresholds).getTime()
  return [...Map.groupBy(services, (one) => one.unitId).values()].flatMap((ofUnit) => {
    const runUp = ofUnit.filter((one) => one.recordedAt.getTime() >= from && one.recordedAt.getTime() < until)
    const minutes = sum(runUp.map((one) => one.minutes))
    const before = sum(ofUnit.filter((one) => one.recordedAt.getTime() < from).map((one) => one.minutes))
    const options = { at: deadline.at, since, thresholds }
    if (!isBurst({ minutes, before }, options)) return []
    const doubtful = runUp.filter(
      (one) =>
        one.class === 'claimed' || one.recordedAt.getTime() - one.endedAt.getTime() >= thresholds.lateHoursMin * HOUR,
    )
    const share = sum(doubtful.map((one) => one.minutes)) / minutes
    if (share < thresholds.burstClaimedShareMin) return []
    const { perDay, usual } = paceOf({ minutes, before }, options)
    const evidence = { deadline: deadline.name, minutesPerDay: Math.round(perDay), usualPerDay: Math.round(usual) }
    return [
      suspicion(
        'deadline-burst',
        doubtful,
        doubtful.map((one) => one.personId),
        evidence,
      ),
    ]
  })
}
