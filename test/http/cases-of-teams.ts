/** Teams that keep themselves: who may see and change what of them. */
import type { CalendarOwner } from '../../server/modules/teams/calendar.ts'
import { addException } from '../../server/modules/teams/edit-calendar.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { makeTeam } from '../support/cast.ts'
import { districtOf, everybody, isAtHome, teamOf, thing, whoMay } from './cases-of-things.ts'
import type { Case, World } from './matrix.ts'
import { type Kind, RESIDENTS } from './who-may.ts'

const spareTeam = (world: World, resource: string) => {
  const { places } = world.cast
  const unit = resource === 'foreign' ? places.foreignCentre : places.township
  return makeTeam(world.server.host, districtOf(resource), '备用队', unit.id, unit.id, null)
}

const memberCases = {
  listTeamMembers: [
    thing({
      isRead: true,
      input: (_target, _kind, resource, world) => ({ params: { id: teamOf(world, resource) } }),
      answers: (kind, resource) => {
        if (!isAtHome(kind, resource)) return [404]
        const inside: readonly Kind[] =
          resource === 'own' ? ['leader', 'member'] : resource === 'foreign' ? [] : ['otherLeader']
        return inside.includes(kind) ? [200] : [403]
      },
    }),
  ],
  joinTeam: [
    thing({
      make: spareTeam,
      input: (team) => ({ params: { id: team }, body: {} }),
      // The resident and the neighbour may already be volunteers: `registerVolunteer` comes before or after.
      answers: (kind, resource) => (isAtHome(kind, resource) ? [201, 409] : [404]),
    }),
  ],
  leaveTeam: [thing({ make: spareTeam, input: (team) => ({ params: { id: team } }), answers: everybody })],
} satisfies Record<string, readonly Case[]>

/** Leader of the team and staff of its unit or of one above; a keeper of a village below its township is neither. */
const KEEPS: Record<string, readonly Kind[]> = {
  own: ['leader', 'institute', 'dispatcher'],
  sibling: ['otherLeader', 'otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
const STAFF_OF: Record<string, readonly Kind[]> = {
  own: ['institute', 'dispatcher'],
  sibling: ['otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
const TEAMS = ['own', 'sibling', 'foreign'] as const

const only =
  (allowed: Record<string, readonly Kind[]>) =>
  (kind: Kind, resource: string, status: number): readonly number[] => {
    if (!isAtHome(kind, resource)) return [404]
    return allowed[resource]!.includes(kind) ? [status] : [403]
  }
export const keepersOnly = only(KEEPS)
export const staffOnly = only(STAFF_OF)

/** A fresh team of the same unit as the standing one, led by the same leader. */
export const freshTeam = (world: World, resource: string): Promise<string> => {
  const { places, leader, otherLeader, foreignLeader } = world.cast
  const [unit, by] = {
    own: [places.township, leader] as const,
    sibling: [places.otherTownship, otherLeader] as const,
    foreign: [places.foreignCentre, foreignLeader] as const,
  }[resource]!
  return makeTeam(world.server.host, districtOf(resource), '新队', unit.id, unit.id, by)
}
const ofTeam = (id: string) => ({ kind: 'team', id }) as const
const day = (days: number) => addDays(dateIn(new Date()), days)
const NOTHING = {
  crews: null,
  crewSize: null,
  visitsPerDayMax: 4,
  minutesPerDayMax: null,
  minutesPerWeekMax: null,
  speedClass: null,
  vehicle: null,
}
const closedDay = {
  kind: 'closed',
  fromOn: day(2),
  untilOn: day(3),
  fromMinute: null,
  untilMinute: null,
  note: '',
} as const

/** An agency of the own district: its own staff and the centre change it, all other staff see it. */
const agencyOf = (world: World): CalendarOwner => ({ kind: 'agency', id: world.cast.places.agency.id })
const agencyEditors = (status: number) => (kind: Kind) => {
  const may: readonly Kind[] = ['provider', 'dispatcher']
  return kind === 'foreigner' ? [404] : may.includes(kind) ? [status] : [403]
}

async function makeException(
  world: World,
  owner: CalendarOwner,
  resource: string,
): Promise<{ owner: CalendarOwner; id: string }> {
  const by = resource === 'foreign' ? world.cast.foreigner : world.cast.dispatcher
  const { id } = await world.server.work((work) => addException(work, owner, closedDay), by.actor)
  return { owner, id }
}

const calendarCases = {
  readProviderCalendar: [
    thing({
      resources: [...TEAMS],
      isRead: true,
      input: (_target, _kind, resource, world) => ({ params: ofTeam(teamOf(world, resource)) }),
      answers: (kind, resource, status) => {
        if (!isAtHome(kind, resource)) return [404]
        const residents: readonly Kind[] = RESIDENTS
        const inside: readonly Kind[] = resource === 'own' ? ['leader', 'member'] : ['otherLeader']
        return residents.includes(kind) && !inside.includes(kind) ? [403] : [status]
      },
    }),
    whoMay({
      input: (_t, _k, _r, world) => ({ params: { ...agencyOf(world) } }),
      answers: (kind) => {
        const residents: readonly Kind[] = RESIDENTS
        return kind === 'foreigner' ? [404] : residents.includes(kind) ? [403] : [200]
      },
    }),
    // A station is no agency.
    whoMay({
      input: (_t, _k, _r, world) => ({ params: { kind: 'agency', id: world.cast.places.village.id } }),
      answers: () => [404],
    }),
  ],
  setProviderHours: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (team) => ({
        params: ofTeam(team),
        version: 0,
        body: { hours: [{ weekday: 1, fromMinute: 540, untilMinute: 690 }] },
      }),
      answers: keepersOnly,
    }),
  ],
  setProviderCapacity: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (team) => ({ params: ofTeam(team), version: 0, body: NOTHING }),
      answers: keepersOnly,
    }),
  ],
  addProviderException: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (team) => ({ params: ofTeam(team), body: closedDay }),
      answers: keepersOnly,
    }),
    whoMay({
      isRead: false,
      input: (_t, _k, _r, world) => ({ params: { ...agencyOf(world) }, body: closedDay }),
      answers: (kind, _resource, status) => agencyEditors(status)(kind),
    }),
  ],
  removeProviderException: [
    thing({
      resources: [...TEAMS],
      make: async (world, resource) => makeException(world, ofTeam(await freshTeam(world, resource)), resource),
      input: ({ owner, id }) => ({ params: { ...owner, exceptionId: id } }),
      answers: keepersOnly,
    }),
    thing({
      resources: ['own'],
      make: (world) => makeException(world, agencyOf(world), 'own'),
      input: ({ owner, id }) => ({ params: { ...owner, exceptionId: id } }),
      answers: (kind, _resource, status) => agencyEditors(status)(kind),
    }),
  ],
  listTeamLicences: [
    thing({
      resources: [...TEAMS],
      isRead: true,
      input: (_target, _kind, resource, world) => ({ params: { id: teamOf(world, resource) } }),
      answers: everybody,
    }),
  ],
  saveTeamLicences: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (id) => ({ params: { id }, body: { licences: [{ licence: 'electrician', validUntil: day(300) }] } }),
      answers: staffOnly,
    }),
  ],
} satisfies Record<string, readonly Case[]>

export const teamCases = { ...memberCases, ...calendarCases }
