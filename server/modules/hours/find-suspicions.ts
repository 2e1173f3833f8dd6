import { kilometresBetween } from '#modules/attendance/index.ts'
import { findRings } from './find-rings.ts'
import type {
  DeadlineFact,
  ServiceFact,
  Suspicion,
  SuspicionFacts,
  SuspicionRule,
  Thresholds,
} from './suspicion-facts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * What in the records of a district does not look like people who came and helped. The same facts always give the same
 * suspicions; each names the records it is about and the numbers that a person needs to judge it.
 */
export function findSuspicions(facts: SuspicionFacts): Suspicion[] {
  const { services, deadlines, thresholds } = facts
  const counted = services.filter((one) => one.minutes > 0)
  const byPerson = [...Map.groupBy(counted, (one) => one.personId).values()].map((mine) =>
    mine.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.recordId < b.recordId ? -1 : 1)),
  )
  return [
    ...findSelf(counted),
    ...byPerson.flatMap((mine) => findOverlap(mine, thresholds)),
    ...byPerson.flatMap((mine) => findTravel(mine, thresholds)),
    ...findSharedDevices(counted, thresholds),
    ...findRings(counted, thresholds).map(({ records, people, confirmations }) =>
      suspicion('ring', records, people, { people: people.length, confirmations }),
    ),
    ...deadlines.flatMap((deadline) => findBursts(counted, deadline, thresholds)),
  ]
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

/** Much more than usual was recorded in the days before a deadline, and most of it claimed or long after it happened. */
function findBursts(services: readonly ServiceFact[], deadline: DeadlineFact, thresholds: Thresholds): Suspicion[] {
  const until = deadline.at.getTime()
  const from = until - thresholds.burstDays * DAY
  const earliest = services.reduce((least, one) => Math.min(least, one.recordedAt.getTime()), from)
  const usualDays = (from - earliest) / DAY
  return [...Map.groupBy(services, (one) => one.unitId).values()].flatMap((ofUnit) => {
    const runUp = ofUnit.filter((one) => one.recordedAt.getTime() >= from && one.recordedAt.getTime() < until)
    const minutes = sum(runUp.map((one) => one.minutes))
    if (minutes < thresholds.burstMinutesMin) return []
    const doubtful = runUp.filter(
      (one) =>
        one.class === 'claimed' || one.recordedAt.getTime() - one.endedAt.getTime() >= thresholds.lateHoursMin * HOUR,
    )
    const share = sum(doubtful.map((one) => one.minutes)) / minutes
    if (share < thresholds.burstClaimedShareMin) return []
    const before = sum(ofUnit.filter((one) => one.recordedAt.getTime() < from).map((one) => one.minutes))
    const usual = usualDays < 1 ? 0 : before / usualDays
    const perDay = minutes / thresholds.burstDays
    if (perDay < usual * thresholds.burstFactorMin) return []
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
