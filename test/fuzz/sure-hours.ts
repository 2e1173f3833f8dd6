/** Requests about hours that must succeed: time that the keeper enters afterwards, and that the dispatcher above approves. */
import { randomUUID } from 'node:crypto'
import { YANQING } from '../../server/cli/district-plan.ts'
import {
  dayIn,
  get,
  granted,
  newVolunteer,
  personOf,
  post,
  type Scene,
  type Volunteer,
  type Wish,
  type Wishes,
} from './scene.ts'

const KEEPER = 'keeper'
const APPROVER = 'dispatcher'
/** Above who approved. */
const DECIDER = 'leader'
const CALLER = 'caller'

/** What the month's draw does when an order of the station falls into it. */
const DRAWN = `
  with sample as (
    insert into hours_sample (district_id, month, percent, seed, drawn_at)
    values ($1, date_trunc('month', $5::date), 5, 'fuzz', now()) on conflict do nothing)
  insert into hours_call_back (district_id, id, month, order_id, unit_id, day, state, next_step, due_at, responsible_unit_id, created_at)
  values ($1, $2, date_trunc('month', $5::date), $3, $4, $5::date, 'open', 'call', now() + interval '5 days', $4, now())`

interface Recorded {
  readonly volunteer: Volunteer
  readonly path: string
}

/** An hour of yesterday's morning. */
function times() {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  return { startedAt: `${yesterday}T01:00:00Z`, endedAt: `${yesterday}T02:00:00Z` }
}

function backfill(scene: Scene, { personId }: Volunteer): Wish {
  const unitId = personOf(scene, KEEPER).unitId
  const what = { kindSlug: 'visit', title: '帮邻居买菜', statement: '当天没有签到' }
  return post(KEEPER, '/api/v1/hours', { personId, unitId, ...what, ...times() })
}

async function waiting(scene: Scene): Promise<Recorded> {
  const volunteer = await newVolunteer(scene)
  const { recordId } = await granted<{ recordId: string }>(scene, backfill(scene, volunteer))
  return { volunteer, path: `/api/v1/hours/${recordId}` }
}

const approve = ({ path }: Recorded) => post(APPROVER, `${path}/approval`, {})

async function noticed(scene: Scene): Promise<Recorded> {
  const made = await waiting(scene)
  await granted(scene, approve(made))
  return made
}

/** Hours that the keeper entered of a session, and that a second person has not confirmed. */
async function listed(scene: Scene): Promise<{ volunteer: Volunteer; sessionId: string }> {
  const { volunteer, path } = await noticed(scene)
  const sessionId = randomUUID()
  await scene.owner.query(`update hours_record set subject_kind = 'session', subject_id = $2 where id = $1`, [
    path.split('/').at(-1),
    sessionId,
  ])
  return { volunteer, sessionId }
}

const object = ({ volunteer, path }: Recorded) => post(volunteer, `${path}/objections`, { statement: '时间不对' })

const demand = (scene: Scene, volunteer: Volunteer) =>
  post(volunteer, '/api/v1/me/hours-demands', {
    unitId: personOf(scene, KEEPER).unitId,
    title: '帮邻居买菜',
    reason: '漏记了',
    ...times(),
  })

async function drawn(scene: Scene): Promise<string> {
  const id = randomUUID()
  await scene.owner.query(DRAWN, [YANQING, id, randomUUID(), personOf(scene, KEEPER).unitId, dayIn(-1)])
  return id
}

export const HOURS_WISHES: Wishes = {
  listMyHours: async (scene) => get((await waiting(scene)).volunteer, '/api/v1/me/hours'),
  readHours: async (scene) => {
    const { volunteer, path } = await waiting(scene)
    return get(volunteer, path)
  },
  confirmOwnHours: async (scene) => {
    const { volunteer, path } = await noticed(scene)
    return post(volunteer, `${path}/confirmation`, {})
  },
  confirmHoursOfList: async (scene) => {
    const { sessionId } = await listed(scene)
    return post(APPROVER, `/api/v1/hours-lists/${sessionId}/confirmation`, { statement: '看过签到表' })
  },
  listHoursNotices: async (scene) => {
    await noticed(scene)
    return get(KEEPER, '/api/v1/hours-notices')
  },
  objectToHours: async (scene) => object(await noticed(scene)),
  demandCorrection: async (scene) => demand(scene, await newVolunteer(scene)),
  answerDemand: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, demand(scene, await newVolunteer(scene)))
    return post(KEEPER, `/api/v1/hours-demands/${id}/answer`, { outcome: 'declined', answer: '已核对' })
  },
  backfillHours: async (scene) => backfill(scene, await newVolunteer(scene)),
  listHoursToApprove: async (scene) => {
    await waiting(scene)
    return get(APPROVER, '/api/v1/hours-approvals')
  },
  approveHours: async (scene) => approve(await waiting(scene)),
  refuseHours: async (scene) => post(APPROVER, `${(await waiting(scene)).path}/refusal`, { statement: '没有这么久' }),
  listHoursCases: async () => get(DECIDER, '/api/v1/hours-cases'),
  decideHoursCase: async (scene) => {
    const { caseId } = await granted<{ caseId: string }>(scene, object(await noticed(scene)))
    const body = { decision: 'dismissed', answer: '核对无误' }
    return post(DECIDER, `/api/v1/hours-cases/${caseId}/decision`, body)
  },
  listCallBacks: async () => get(CALLER, '/api/v1/hours-call-backs'),
  recordCallBack: async (scene) =>
    post(CALLER, `/api/v1/hours-call-backs/${await drawn(scene)}/attempts`, { result: 'no-answer' }),
}
