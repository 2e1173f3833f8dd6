/**
 * Records of a made-up district over a hundred days, honest people with their oddities and planted cheats, for judging the nightly
 * checks of hours. Written from the meaning of the facts alone, without looking at the rules that are judged by it.
 */
import type { DeadlineFact, ServiceFact, SuspicionRule } from '../../server/modules/hours/suspicion-facts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const DAYS = 100
const TEAMS = 60
const PEOPLE_PER_TEAM = 40
const FIRST_DAY = Date.parse('2019-07-18T00:00:00+08:00')
const DEADLINE_DAY = 80

export interface Plant {
  readonly rule: SuspicionRule
  readonly personIds: readonly string[]
  readonly recordIds: readonly string[]
}

export interface Population {
  readonly services: readonly ServiceFact[]
  readonly deadlines: readonly DeadlineFact[]
  readonly plants: readonly Plant[]
}

interface Team {
  readonly id: string
  readonly unitId: string
  readonly place: { readonly latitude: number; readonly longitude: number }
  readonly leader: string
  readonly deputy: string
  readonly members: readonly string[]
  /** Where the phone is rarely used: lists on paper, entered by the keeper days later. */
  readonly onPaper: boolean
}

interface Ground {
  readonly services: ServiceFact[]
  readonly plants: Plant[]
  readonly teams: readonly Team[]
  readonly random: () => number
  /** Half days that are taken, by person, so that honest people are never in two places. */
  readonly busy: Set<string>
  serial: number
}

/** @param random numbers in [0, 1) from a seed, so that a population can be made again */
export function volunteerPopulation(random: () => number): Population {
  const teams = Array.from({ length: TEAMS }, (_, index) => teamOf(index, random))
  const ground: Ground = { services: [], plants: [], teams, random, busy: new Set(), serial: 0 }
  plantBursts(ground)
  plantRings(ground)
  plantSelves(ground)
  plantSharedDevices(ground)
  plantOverlaps(ground)
  plantImpossibleTravel(ground)
  for (const team of teams) liveHonestly(ground, team)
  return {
    services: ground.services,
    deadlines: [{ name: 'assessment', at: new Date(FIRST_DAY + DEADLINE_DAY * DAY) }],
    plants: ground.plants,
  }
}

function teamOf(index: number, random: () => number): Team {
  const person = (no: number): string => `person-${index}-${no}`
  return {
    id: `team-${index}`,
    unitId: `unit-${index}`,
    place: { latitude: 40.3 + random() * 0.4, longitude: 115.8 + random() * 0.6 },
    leader: person(0),
    deputy: person(1),
    members: Array.from({ length: PEOPLE_PER_TEAM }, (_, no) => person(no)),
    onPaper: random() < 0.3,
  }
}

/** A session of an honest team now and then: more before a festival, the way of checking in that the place can manage. */
function liveHonestly(ground: Ground, team: Team): void {
  const { random } = ground
  for (let day = 0; day < DAYS; day += 1) {
    const festive = day >= 70 && day <= 74
    if (random() > (festive ? 0.5 : 0.22)) continue
    const half = random() < 0.5 ? 8 : 14
    const startsAt = FIRST_DAY + day * DAY + (half + Math.floor(random() * 2)) * HOUR
    const subject = `session-${team.id}-${day}`
    const people = team.members.filter(
      (id, no) => (no < 2 || random() < 0.3) && !ground.busy.has(`${id} ${day} ${half}`),
    )
    if (people.length < 3) continue
    const ways = team.onPaper ? 'paper' : random() < 0.4 ? 'list' : 'code'
    for (const [no, personId] of people.entries()) {
      ground.busy.add(`${personId} ${day} ${half}`)
      const from = startsAt + Math.round((random() - 0.6) * 12) * MINUTE
      const minutes = 50 + Math.round(random() * 70)
      // A couple that shares one telephone.
      const phone = personId.endsWith('-8') ? personId.replace(/-8$/, '-7') : personId
      addService(ground, team, {
        personId,
        subjectId: subject,
        from,
        minutes,
        ...checkedInBy(ways, { team, personId, phone, random, until: from + minutes * MINUTE, no }),
      })
    }
  }
  walkOver(ground, team)
}

function checkedInBy(
  ways: 'paper' | 'list' | 'code',
  at: { team: Team; personId: string; phone: string; random: () => number; until: number; no: number },
): Partial<ServiceFact> {
  if (ways === 'code') return { device: `device-${at.phone}`, recordedAt: new Date(at.until) }
  // The leader ticks everybody, the deputy ticks the leader: two who confirm each other, before everybody's eyes.
  if (ways === 'list') {
    const recordedBy = at.personId === at.team.leader ? at.team.deputy : at.team.leader
    return { recordedBy, recordedAt: new Date(at.until) }
  }
  return {
    class: 'claimed',
    recordedBy: `keeper-${at.team.unitId}`,
    recordedAt: new Date(at.until + (1 + Math.floor(at.random() * 4)) * DAY),
    approvedBy: `approver-${Number(at.team.id.slice(5)) % 6}`,
  }
}

/** Some go on to a neighbouring village's session on the same half day: a little early, or by car. */
function walkOver(ground: Ground, team: Team): void {
  const { random, teams } = ground
  const near = teams
    .filter(({ id }) => id !== team.id)
    .map((other) => ({ other, km: kilometres(team.place, other.place) }))
    .toSorted((a, b) => a.km - b.km)[0]!
  for (let no = 20; no < 24; no += 1) {
    const personId = team.members[no]!
    const day = 10 + Math.floor(random() * 60)
    if (ground.busy.has(`${personId} ${day} 8`)) continue
    ground.busy.add(`${personId} ${day} 8`)
    const from = FIRST_DAY + day * DAY + 8 * HOUR
    const first = 60
    const way = Math.ceil((near.km / 40) * 60) + 5
    const one = { personId, device: `device-${personId}` }
    const arrives = from + (first + way) * MINUTE
    addService(ground, team, { ...one, subjectId: `early-${personId}`, from, minutes: first })
    addService(ground, near.other, { ...one, subjectId: `late-${personId}`, from: arrives, minutes: 45 })
    // Signed out of the one some minutes after signing in to the next, next door.
    const evening = from + 11 * HOUR
    addService(ground, team, { ...one, subjectId: `door-a-${personId}`, from: evening, minutes: 60 })
    const nextDoor = { ...one, subjectId: `door-b-${personId}`, from: evening + 56 * MINUTE, minutes: 40 }
    addService(ground, team, nextDoor)
  }
}

/** A unit invents hours in the last days before an assessment and enters them afterwards. */
function plantBursts(ground: Ground): void {
  for (const team of ground.teams.slice(0, 4)) {
    const recordIds: string[] = []
    const people = new Set<string>()
    for (let day = DEADLINE_DAY - 6; day < DEADLINE_DAY; day += 1) {
      for (const personId of team.members.slice(2, 36)) {
        if (ground.random() < 0.25) continue
        people.add(personId)
        ground.busy.add(`${personId} ${day} 8`)
        ground.busy.add(`${personId} ${day} 14`)
        const from = FIRST_DAY + day * DAY + 9 * HOUR
        recordIds.push(
          addService(ground, team, {
            personId,
            subjectId: `invented-${team.id}-${day}`,
            from,
            minutes: 240 + Math.floor(ground.random() * 120),
            class: 'claimed',
            recordedBy: `keeper-${team.unitId}`,
            recordedAt: new Date(FIRST_DAY + DEADLINE_DAY * DAY - 8 * HOUR),
            approvedBy: 'approver-0',
          }),
        )
      }
    }
    ground.plants.push({ rule: 'deadline-burst', personIds: [...people], recordIds })
  }
}

/** Two or three friends sign for each other, in circles, at times at which nobody else is there. */
function plantRings(ground: Ground): void {
  for (const [no, team] of ground.teams.slice(4, 24).entries()) {
    const size = no % 2 === 0 ? 2 : 3
    const people = team.members.slice(10, 10 + size)
    const recordIds: string[] = []
    for (let round = 0; round < 12; round += 1) {
      const day = 3 + round * 7 + Math.floor(ground.random() * 5)
      const from = FIRST_DAY + day * DAY + 18 * HOUR + 30 * MINUTE
      for (const [at, personId] of people.entries()) {
        const recordedBy = people[(at + 1) % size]!
        const subjectId = `friends-${team.id}-${round}`
        recordIds.push(addService(ground, team, { personId, subjectId, from, minutes: 180, recordedBy }))
      }
    }
    ground.plants.push({ rule: 'ring', personIds: people, recordIds })
  }
}

function plantSelves(ground: Ground): void {
  for (const [no, team] of ground.teams.slice(24, 44).entries()) {
    const personId = team.members[15]!
    const from = FIRST_DAY + (5 + no * 4) * DAY + 19 * HOUR
    const how =
      no % 2 === 0
        ? { recordedBy: personId }
        : { approvedBy: personId, recordedBy: team.leader, class: 'claimed' as const }
    const recordIds = [addService(ground, team, { personId, subjectId: `self-${no}`, from, minutes: 150, ...how })]
    ground.plants.push({ rule: 'self', personIds: [personId], recordIds })
  }
}

/** One telephone checks in a bus full of people who never came. */
function plantSharedDevices(ground: Ground): void {
  for (const [no, team] of ground.teams.slice(20, 40).entries()) {
    const people = team.members.slice(24, 24 + 6 + Math.floor(ground.random() * 9))
    const from = FIRST_DAY + (7 + no * 4) * DAY + 20 * HOUR
    const recordIds = people.map((personId) =>
      addService(ground, team, {
        personId,
        subjectId: `bus-${no}`,
        from: from + Math.floor(ground.random() * 10) * MINUTE,
        minutes: 100,
        device: `device-${people[0]}`,
      }),
    )
    ground.plants.push({ rule: 'shared-device', personIds: people, recordIds })
  }
}

/** Both in the village and in another one next to it, for hours. */
function plantOverlaps(ground: Ground): void {
  for (const [no, team] of ground.teams.slice(30, 60).entries()) {
    const personId = team.members[39]!
    const from = FIRST_DAY + (2 + no * 3) * DAY + 18 * HOUR
    const one = { personId, device: `device-${personId}` }
    const later = from + (30 + Math.floor(ground.random() * 60)) * MINUTE
    const recordIds = [
      addService(ground, team, { ...one, subjectId: `here-${no}`, from, minutes: 180 }),
      addService(ground, team, { ...one, subjectId: `there-${no}`, from: later, minutes: 180 }),
    ]
    ground.plants.push({ rule: 'overlap', personIds: [personId], recordIds })
  }
}

/** Signed out here, and signed in at the other end of the district a few minutes later. */
function plantImpossibleTravel(ground: Ground): void {
  const { teams } = ground
  for (const [no, team] of teams.slice(0, 25).entries()) {
    const far = teams.toSorted((a, b) => kilometres(team.place, b.place) - kilometres(team.place, a.place))[0]!
    const personId = team.members[38]!
    const from = FIRST_DAY + (1 + no * 3) * DAY + 18 * HOUR
    const one = { personId, device: `device-${personId}` }
    const minutesBetween = 2 + Math.floor(ground.random() * 6)
    const recordIds = [
      addService(ground, team, { ...one, subjectId: `west-${no}`, from, minutes: 60 }),
      addService(ground, far, {
        ...one,
        subjectId: `east-${no}`,
        from: from + (60 + minutesBetween) * MINUTE,
        minutes: 60,
      }),
    ]
    ground.plants.push({ rule: 'impossible-travel', personIds: [personId], recordIds })
  }
}

function addService(
  ground: Ground,
  team: Team,
  fact: Partial<ServiceFact> & { personId: string; subjectId: string; from: number; minutes: number },
): string {
  const { from, ...given } = fact
  ground.serial += 1
  const until = from + fact.minutes * MINUTE
  const recordId = `record-${ground.serial}`
  ground.services.push({
    unitId: team.unitId,
    teamId: team.id,
    class: 'verified',
    recordedBy: null,
    approvedBy: null,
    device: null,
    place: team.place,
    ...given,
    recordId,
    startedAt: new Date(from),
    endedAt: new Date(until),
    recordedAt: given.recordedAt ?? new Date(until),
  })
  return recordId
}

/** As the crow flies. */
function kilometres(a: Team['place'], b: Team['place']): number {
  const toRadians = Math.PI / 180
  const x = (b.longitude - a.longitude) * toRadians * Math.cos(((a.latitude + b.latitude) / 2) * toRadians)
  const y = (b.latitude - a.latitude) * toRadians
  return 6_371 * Math.hypot(x, y)
}
