/** Hours, asked by everybody: who approves, who answers, who objects, and that nobody does for themselves or their household. */
import { randomUUID } from 'node:crypto'
import { approveHours } from '../../server/modules/hours/approve-hours.ts'
import { demandCorrection } from '../../server/modules/hours/demands.ts'
import { backfillHours } from '../../server/modules/hours/enter-hours.ts'
import { objectToHours } from '../../server/modules/hours/object-to-hours.ts'
import { YANQING } from '../support/database.ts'
import { addDays, addMinutes, dateIn, startOfDate } from '../../server/platform/dates.ts'
import { thing, whoMay } from './cases-of-things.ts'
import type { Case, World } from './matrix.ts'
import { DISPATCHERS, type Kind, KEEPERS, PROVIDERS } from './who-may.ts'

/**
 * Of the own village's station, of a village of another township, of another district; and of the own station, but the person
 * lives with everybody above it, or the township itself recorded it.
 */
const PLACES = ['station', 'far', 'foreign'] as const
const isAtHome = (kind: Kind, place: string) => (place === 'foreign') === (kind === 'foreigner')

const ABOVE: Record<string, readonly Kind[]> = {
  station: ['institute', 'dispatcher', 'centreLeader'],
  far: ['otherInstitute', 'dispatcher', 'centreLeader'],
  foreign: ['foreigner'],
  household: [],
  recorded: ['dispatcher', 'centreLeader'],
}
const OF_UNIT: Record<string, readonly Kind[]> = {
  station: ['keeper', ...ABOVE['station']!],
  far: ABOVE['far']!,
  foreign: ['foreigner'],
  team: ['leader', ...ABOVE['station']!],
}
const only =
  (allowed: Record<string, readonly Kind[]>, otherwise: 403 | 404) =>
  (kind: Kind, place: string, status: number): readonly number[] => {
    if (!isAtHome(kind, place)) return [404]
    return [allowed[place]!.includes(kind) ? status : otherwise]
  }

// Each record has a time of its own, of yesterday or earlier, because nobody is at two things at once.
const SLOTS_A_DAY = 20
let made = 0
function nextTime(): { startedAt: Date; endedAt: Date } {
  made += 1
  const day = addDays(dateIn(new Date()), -1 - Math.floor(made / SLOTS_A_DAY))
  const startedAt = addMinutes(startOfDate(day), 8 * 60 + (made % SLOTS_A_DAY) * 40)
  return { startedAt, endedAt: addMinutes(startedAt, 30) }
}
const wire = ({ startedAt, endedAt }: ReturnType<typeof nextTime>) => ({
  startedAt: startedAt.toISOString(),
  endedAt: endedAt.toISOString(),
})

function partsOf(world: World, place: string) {
  const { places, keeper, institute, otherInstitute, foreigner, member, otherLeader, foreignLeader } = world.cast
  const station = { recorder: keeper, unitId: places.village.id, volunteer: member }
  return {
    station,
    household: station,
    recorded: { ...station, recorder: institute },
    far: { recorder: otherInstitute, unitId: places.far.id, volunteer: otherLeader },
    foreign: { recorder: foreigner, unitId: places.foreign.id, volunteer: foreignLeader },
  }[place]!
}

/** A call that was drawn for an order of the station. */
async function makeCallBack(world: World, place: string): Promise<string> {
  const id = randomUUID()
  const { unitId } = partsOf(world, place)
  const { startedAt } = nextTime()
  const month = `${dateIn(startedAt).slice(0, 7)}-01`
  await world.server.owner(async (owner) => {
    await owner.query(
      `insert into hours_sample (district_id, month, percent, seed, drawn_at) values ($1, $2, 5, 'x', now()) on conflict do nothing`,
      [YANQING, month],
    )
    await owner.query(
      `insert into hours_call_back (district_id, id, month, order_id, unit_id, day, state, next_step, due_at, responsible_unit_id, created_at)
       values ($1, $2, $3, $4, $5, $6, 'open', 'call', now() + interval '5 days', $5, now())`,
      [YANQING, id, month, randomUUID(), unitId, dateIn(startedAt)],
    )
  })
  return id
}

/** Everybody above the own station lives with this volunteer, as both have confirmed. */
async function moveIn(world: World, personId: string, isHousehold: boolean): Promise<void> {
  const { institute, dispatcher, centreLeader } = world.cast
  await world.server.owner(async (owner) => {
    await owner.query('delete from person_link where from_id = $1', [personId])
    if (!isHousehold) return
    for (const { personId: otherId, actor } of [institute, dispatcher, centreLeader])
      await owner.query(
        `insert into person_link (district_id, id, kind, from_id, to_id, relation, state, asked_at, answered_at)
         values ($1, gen_random_uuid(), 'household', $2, $3, '家人', 'confirmed', now(), now())`,
        [actor.districtId, personId, otherId],
      )
  })
}

async function makeWaiting(world: World, place: string): Promise<string> {
  const { recorder, unitId, volunteer } = partsOf(world, place)
  await moveIn(world, volunteer.personId, false)
  const request = {
    personId: volunteer.personId,
    teamId: null,
    unitId,
    kindSlug: 'visit',
    title: '帮邻居买菜',
    statement: '当天没有签到',
    ...nextTime(),
  }
  const { recordId } = await world.server.work((work) => backfillHours(work, request), recorder.actor)
  await moveIn(world, volunteer.personId, place === 'household')
  return recordId
}

async function makeNoticed(world: World, place: string): Promise<string> {
  const id = await makeWaiting(world, place)
  const above = { station: world.cast.institute, far: world.cast.dispatcher, foreign: world.cast.foreigner }[place]!
  // The foreign dispatcher recorded it, so there nobody is left to approve; the notice is what matters here.
  if (place === 'foreign') {
    await world.server.owner((owner) =>
      owner.query(
        `update hours_record set state = 'noticed', next_step = 'book', due_at = now() + interval '3 days' where id = $1`,
        [id],
      ),
    )
  } else await world.server.work((work) => approveHours(work, id, { minutes: null, statement: '' }), above.actor)
  return id
}

/** What somebody else entered about a session, on notice. */
async function makeList(world: World, place: string): Promise<string> {
  const [id, subjectId] = [await makeNoticed(world, place), randomUUID()]
  await world.server.owner((owner) =>
    owner.query(`update hours_record set subject_kind = 'session', subject_id = $2 where id = $1`, [id, subjectId]),
  )
  return subjectId
}

async function makeCase(world: World, place: string): Promise<string> {
  const id = await makeNoticed(world, place)
  const { volunteer } = partsOf(world, place)
  const { caseId } = await world.server.work((work) => objectToHours(work, id, '时间不对'), volunteer.actor)
  return caseId
}

async function makeDemand(world: World, place: string): Promise<string> {
  const { unitId, volunteer } = partsOf(world, place === 'team' ? 'station' : place)
  const isTeam = place === 'team'
  const request = {
    recordId: null,
    teamId: isTeam ? world.cast.places.team : null,
    unitId: isTeam ? null : unitId,
    kindSlug: null,
    title: '帮邻居买菜',
    reason: '漏记了',
    ...nextTime(),
  }
  return (await world.server.work((work) => demandCorrection(work, request), volunteer.actor)).id
}

const ofId = (id: string) => ({ params: { id } })
const statement = { statement: '没有这么久' }
/** Who recorded it cannot approve it: in the far township the institute did, in the other district its only dispatcher. */
const approvers = only({ ...ABOVE, far: ['dispatcher', 'centreLeader'], foreign: [] }, 403)
/** Nor can who approved it decide an objection to that. */
const deciders = only({ station: ['dispatcher', 'centreLeader'], far: ['centreLeader'] }, 403)

const approvalCases = {
  listHoursToApprove: [whoMay()],
  approveHours: [
    thing<string>({
      resources: [...PLACES, 'household', 'recorded'],
      make: makeWaiting,
      input: (id) => ({ ...ofId(id), body: {} }),
      answers: approvers,
    }),
  ],
  refuseHours: [
    thing<string>({
      resources: [...PLACES, 'household', 'recorded'],
      make: makeWaiting,
      input: (id) => ({ ...ofId(id), body: statement }),
      answers: approvers,
    }),
  ],
  listHoursCases: [whoMay()],
  decideHoursCase: [
    thing<string>({
      resources: ['station', 'far'],
      make: makeCase,
      input: (id) => ({ ...ofId(id), body: { decision: 'dismissed', answer: '核对无误' } }),
      answers: deciders,
    }),
  ],
} satisfies Record<string, readonly Case[]>

const confirmCases = {
  confirmOwnHours: [
    thing<string>({
      resources: [...PLACES],
      make: makeNoticed,
      input: ofId,
      answers: only({ station: ['member'], far: ['otherLeader'], foreign: [] }, 404),
    }),
  ],
  listHoursToConfirm: [whoMay()],
  confirmHoursOfList: [
    thing<string>({
      resources: ['station', 'far'],
      make: makeList,
      input: (id) => ({ ...ofId(id), body: { statement: '看过签到表' } }),
      // Who entered it is no second person.
      answers: (kind, place, status) => {
        if (!isAtHome(kind, place)) return [404]
        const recorder = place === 'station' ? 'keeper' : 'otherInstitute'
        if (kind === recorder) return [409]
        return [OF_UNIT[place]!.includes(kind) ? status : 404]
      },
    }),
  ],
} satisfies Record<string, readonly Case[]>

const volunteerCases = {
  listServiceKinds: [whoMay()],
  listMyHours: [whoMay()],
  readHours: [
    thing<string>({
      resources: [...PLACES],
      isRead: true,
      make: makeWaiting,
      input: ofId,
      answers: only(
        {
          station: ['member', ...OF_UNIT['station']!],
          far: ['otherLeader', ...OF_UNIT['far']!],
          foreign: ['foreigner'],
        },
        404,
      ),
    }),
  ],
  listHoursNotices: [
    whoMay({
      answers: (kind) => {
        const staff: readonly Kind[] = [...KEEPERS, ...DISPATCHERS, ...PROVIDERS, 'centreLeader']
        return staff.includes(kind) ? [200] : [403]
      },
    }),
  ],
  objectToHours: [
    thing<string>({
      resources: [...PLACES],
      make: makeNoticed,
      input: (id) => ({ ...ofId(id), body: { statement: '时间不对' } }),
      answers: only(
        {
          station: ['member', ...OF_UNIT['station']!],
          far: ['otherLeader', ...OF_UNIT['far']!],
          foreign: ['foreigner'],
        },
        404,
      ),
    }),
  ],
  demandCorrection: [
    whoMay({
      isRead: false,
      input: (_target, _kind, _place, world) => ({
        body: { unitId: world.cast.places.village.id, title: '帮邻居买菜', reason: '漏记了', ...wire(nextTime()) },
      }),
      // The resident and the neighbour may already be volunteers: `registerVolunteer` comes before or after.
      answers: (kind) => {
        const volunteers: readonly Kind[] = ['leader', 'member', 'otherLeader']
        const maybe: readonly Kind[] = ['resident', 'neighbour']
        return volunteers.includes(kind) ? [201] : maybe.includes(kind) ? [201, 422] : [422]
      },
    }),
  ],
  listMyDemands: [whoMay()],
  listDemands: [whoMay()],
  answerDemand: [
    thing<string>({
      resources: ['station', 'far', 'team'],
      make: makeDemand,
      input: (id) => ({ ...ofId(id), body: { outcome: 'corrected', answer: '已核对' } }),
      answers: only(OF_UNIT, 403),
    }),
  ],
  backfillHours: [
    thing({
      resources: [...PLACES],
      input: (_target, _kind, place, world) => {
        const { unitId, volunteer } = partsOf(world, place)
        const body = {
          personId: volunteer.personId,
          unitId,
          kindSlug: 'visit',
          title: '帮邻居买菜',
          ...wire(nextTime()),
        }
        return { body: { ...body, statement: '当天没有签到' } }
      },
      answers: only(OF_UNIT, 403),
    }),
  ],
  listCallBacks: [whoMay()],
  recordCallBack: [
    thing<string>({
      resources: ['station'],
      make: makeCallBack,
      input: (id) => ({ ...ofId(id), body: { note: '没有人接', result: 'no-answer' } }),
      answers: (kind, _place, status) => [kind === 'foreigner' ? 404 : status],
    }),
  ],
} satisfies Record<string, readonly Case[]>

export const hoursCases = { ...approvalCases, ...confirmCases, ...volunteerCases } satisfies Record<
  string,
  readonly Case[]
>
