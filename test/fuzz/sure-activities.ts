/** Requests about activities that must succeed: a session, and people who have not promised their time to another one. */
import { randomUUID } from 'node:crypto'
import { dayIn, get, granted, newVolunteer, personOf, post, put, remove, type Scene, type Wishes } from './scene.ts'
import type { Caller } from './world.ts'

const KEEPER = 'keeper'
const ROLE = { name: '组员', needed: 20, skills: [], licences: [], ageMin: null }
const MINUTES = 30
const STEP_MINUTES = 40
const DAY_MINUTES = 1440
const SOON_MINUTES = 20

// Each session has a time of its own.
let sessions = 0
const nextMinutes = () => DAY_MINUTES + STEP_MINUTES * (sessions += 1)
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

interface Made {
  readonly id: string
  readonly sessionId: string
}

function planned(scene: Scene, more: object = {}): Record<string, unknown> {
  const unitId = personOf(scene, KEEPER).unitId!
  const plan = {
    title: '读书小组',
    place: '站里二楼',
    placeUnitId: unitId,
    personInCharge: '守站人',
    minutes: MINUTES,
    roles: [ROLE],
    ...more,
  }
  return { unitId, plan, startsAt: inMinutes(nextMinutes()), publish: true }
}

async function make(scene: Scene, more: object = {}, plan: object = {}): Promise<Made> {
  const body = { ...planned(scene, plan), ...more }
  const made = await granted<{ id: string; sessionIds: string[] }>(scene, post(KEEPER, '/api/v1/activities', body))
  return { id: made.id, sessionId: made.sessionIds[0]! }
}

/** A session that people check in at already. */
const makeOpen = (scene: Scene) => make(scene, { startsAt: inMinutes(SOON_MINUTES) })
const ofActivity = ({ id }: Made, rest = '') => `/api/v1/activities/${id}${rest}`
const ofSession = ({ sessionId }: Made, rest = '') => `/api/v1/sessions/${sessionId}${rest}`
const signUpOf = (caller: Caller, made: Made) =>
  post(caller, ofSession(made, '/sign-ups'), { roleId: null, mayWait: true })
const codeOf = (scene: Scene, made: Made) =>
  granted<{ code: string; phoneCode: string }>(scene, get(KEEPER, ofSession(made, '/code')))

async function newFeed(scene: Scene): Promise<{ caller: Caller; id: string; token: string }> {
  const caller = await newVolunteer(scene)
  const feed = await granted<{ id: string; token: string }>(scene, post(caller, '/api/v1/me/calendar-feeds', {}))
  return { caller, ...feed }
}

export const ACTIVITY_WISHES: Wishes = {
  saveTheme: async () =>
    post('admin', '/api/v1/activity-themes', { kind: 'theme', name: '读书月', validFrom: dayIn(0) }),
  saveTemplate: async (scene) => {
    const { unitId, plan } = planned(scene)
    return post(KEEPER, '/api/v1/activity-templates', { unitId, name: `模板 ${randomUUID().slice(0, 8)}`, plan })
  },
  createActivity: async (scene) => post(KEEPER, '/api/v1/activities', planned(scene)),
  updateActivity: async (scene) => {
    const made = await make(scene, { publish: false })
    return put(KEEPER, ofActivity(made), { title: '朗读小组' }, 1)
  },
  publishActivity: async (scene) => post(KEEPER, ofActivity(await make(scene, { publish: false }), '/publish'), {}),
  cancelActivity: async (scene) => post(KEEPER, ofActivity(await make(scene), '/cancel'), { reason: '天气' }),
  addSessions: async (scene) => {
    const placeUnitId = personOf(scene, KEEPER).unitId!
    const body = { startsAt: inMinutes(nextMinutes()), minutes: MINUTES, place: '门口', placeUnitId, roles: [ROLE] }
    return post(KEEPER, ofActivity(await make(scene), '/sessions'), body)
  },
  editSession: async (scene) => {
    const minutes = nextMinutes()
    const times = { startsAt: inMinutes(minutes), endsAt: inMinutes(minutes + MINUTES) }
    const place = { place: '站里一楼', placeUnitId: personOf(scene, KEEPER).unitId! }
    return put(KEEPER, ofSession(await make(scene)), { ...times, ...place, roles: [ROLE], scope: 'this' }, 1)
  },
  cancelSession: async (scene) => {
    return post(KEEPER, ofSession(await make(scene), '/cancel'), { reason: '天气', scope: 'this' })
  },
  lookAtEmergency: async (scene) => {
    const made = await makeOpen(scene)
    const caller = await newVolunteer(scene)
    await granted(scene, signUpOf(caller, made))
    const body = { personId: caller.personId, purpose: 'accident' }
    return post(KEEPER, ofSession(made, '/emergency-looks'), body)
  },
  messageSession: async (scene) => {
    const made = await make(scene)
    await granted(scene, signUpOf(await newVolunteer(scene), made))
    return post(KEEPER, ofSession(made, '/messages'), { text: '请带水杯' })
  },
  signUp: async (scene) => signUpOf(await newVolunteer(scene), await make(scene)),
  withdrawSignUp: async (scene) => {
    const [made, caller] = [await make(scene), await newVolunteer(scene)]
    await granted(scene, signUpOf(caller, made))
    return remove(caller, ofSession(made, '/sign-ups'))
  },
  acceptPlace: async (scene) => {
    const made = await make(scene, {}, { roles: [{ ...ROLE, needed: 1 }] })
    const [first, second] = [await newVolunteer(scene), await newVolunteer(scene)]
    await granted(scene, signUpOf(first, made))
    await granted(scene, signUpOf(second, made))
    await granted(scene, remove(first, ofSession(made, '/sign-ups')))
    return post(second, ofSession(made, '/place'), {})
  },
  signUpSeries: async (scene) => post(await newVolunteer(scene), ofActivity(await make(scene), '/sign-ups'), {}),
  revokeFeed: async (scene) => {
    const { caller, id } = await newFeed(scene)
    return remove(caller, `/api/v1/calendar-feeds/${id}`)
  },
  readCalendar: async (scene) => get('public', `/api/v1/calendar/${(await newFeed(scene)).token}`),
  readActivity: async (scene) => get('public', ofActivity(await make(scene))),
  readSession: async (scene) => get('public', ofSession(await make(scene))),
  readRoster: async (scene) => get(KEEPER, ofSession(await make(scene), '/roster')),
  readSessionCode: async (scene) => get(KEEPER, ofSession(await makeOpen(scene), '/code')),
  readOfflinePack: async (scene) => get(KEEPER, ofSession(await makeOpen(scene), '/offline-pack')),
  checkInSelf: async (scene) => {
    const made = await makeOpen(scene)
    const { code } = await codeOf(scene, made)
    return post(await newVolunteer(scene), ofSession(made, '/check-ins'), { direction: 'in', code })
  },
  checkInScanned: async (scene) => {
    const made = await makeOpen(scene)
    const { qr } = await granted<{ qr: string }>(scene, get(await newVolunteer(scene), '/api/v1/me/check-in-code'))
    return post(KEEPER, ofSession(made, '/scans'), { direction: 'in', code: qr })
  },
  checkInByPhone: async (scene) => {
    const { phoneCode } = await codeOf(scene, await makeOpen(scene))
    const { phone } = await newVolunteer(scene)
    return post('agent', '/api/v1/phone-check-ins', { direction: 'in', phone, code: phoneCode })
  },
  tickList: async (scene) => {
    const made = await makeOpen(scene)
    const personIds = [(await newVolunteer(scene)).personId]
    return post(KEEPER, ofSession(made, '/ticks'), { direction: 'in', personIds })
  },
  enterPaperSheet: async (scene) => {
    const made = await makeOpen(scene)
    const { phone } = await newVolunteer(scene)
    return post(KEEPER, ofSession(made, '/paper-sheet'), {
      rows: [{ phone, from: inMinutes(-20), until: inMinutes(-10) }],
    })
  },
  uploadOffline: async (scene) => {
    const made = await makeOpen(scene)
    const { pack } = await granted<{ pack: string }>(scene, get(KEEPER, ofSession(made, '/offline-pack')))
    const { personId } = await newVolunteer(scene)
    const token = { id: randomUUID(), pack, direction: 'in', at: inMinutes(0), code: null, personId, mac: 'forged' }
    return post(KEEPER, '/api/v1/offline-check-ins', { tokens: [token] })
  },
}
