/**
 * Requests about one's own account that must succeed: they need a code that was just sent to a phone, a document, or somebody else
 * who agrees.
 */
import { fetchJson } from '../support/sign-in.ts'
import {
  dayIn,
  get,
  granted,
  newVolunteer,
  post,
  put,
  remove,
  RESIDENT,
  type Scene,
  until,
  type Volunteer,
  type Wish,
  type Wishes,
} from './scene.ts'
import type { World } from './world.ts'

const ASKED_PHONE = '13900000078'
const LEAVING_PHONE = '13900000079'
const SECOND_PHONE = '13900000080'
const CHILD_AGE_DAYS = 3_650
const ADULT_AGE_DAYS = 15_000

const LEAVING: Wishes = {
  async checkRegistration(scene) {
    return post('public', '/api/v1/registration-checks', await proofOf(scene, ASKED_PHONE))
  },
  async leaveByToken(scene) {
    await register(scene, LEAVING_PHONE)
    const { exitToken } = await fetchJson<{ exitToken: string }>(
      `${scene.world.origin}/api/v1/registration-checks`,
      asPost(await proofOf(scene, LEAVING_PHONE)),
    )
    return post('public', '/api/v1/exits', { exitToken })
  },
  async leaveForGood(scene) {
    const caller = await newVolunteer(scene)
    const { code } = await proofOf(scene, caller.phone)
    return post(caller, '/api/v1/me/exit', { code })
  },
}

const LICENCE = { kind: '电工证', issuer: '区人社局', proofNumber: 'T110229', validUntil: dayIn(300) }
const PROFILE = {
  skills: ['理发'],
  serviceKinds: ['health-and-care'],
  freeTimes: [{ weekday: 6, from: '08:00', until: '12:00' }],
  languages: [],
  beijingNumber: null,
  nationalNumber: null,
  politicalCode: null,
  occupation: null,
}

const PROFILES: Wishes = {
  saveMyIdentity: async (scene) => identify(await newVolunteer(scene), ADULT_AGE_DAYS),
  async giveConsent(scene) {
    const caller = await newVolunteer(scene)
    return post(caller, '/api/v1/me/consents', await wordingOf(scene, caller, 'photos'))
  },
  withdrawConsent: async (scene) =>
    post(await newVolunteer(scene), '/api/v1/me/consents/withdrawals', { purpose: 'photos' }),
  updateMyVolunteer: async (scene) => put(await newVolunteer(scene), '/api/v1/me/volunteer', PROFILE),
  addLicence: async (scene) => post(await newVolunteer(scene), '/api/v1/me/licences', LICENCE),
  async removeLicence(scene) {
    const caller = await newVolunteer(scene)
    const { id } = await granted<Made>(scene, post(caller, '/api/v1/me/licences', LICENCE))
    return remove(caller, `/api/v1/me/licences/${id}`)
  },
  listSharedVolunteers: async () => post('admin', '/api/v1/shared-volunteers', { system: 'beijing', afterId: null }),
}

const LINKS: Wishes = {
  async askLink(scene) {
    const [asker, other] = [await newVolunteer(scene), await newVolunteer(scene)]
    return askOf(asker, other, 'household')
  },
  async answerLink(scene) {
    const { other, path } = await asked(scene)
    return post(other, `${path}/answer`, { agrees: true, code: null, childConsent: false })
  },
  async endLink(scene) {
    const { asker, path } = await asked(scene)
    return post(asker, `${path}/end`, undefined)
  },
  async readWard(scene) {
    const { guardian, path } = await newWard(scene)
    return get(guardian, path)
  },
  async setWardConsent(scene) {
    const { guardian, path } = await newWard(scene)
    return post(guardian, `${path}/consents`, { ...(await wordingOf(scene, guardian, 'photos')), agrees: true })
  },
}

const MERGES: Wishes = {
  async mergeOwn(scene) {
    await register(scene, SECOND_PHONE)
    return post(RESIDENT, '/api/v1/me/merges', await proofOf(scene, SECOND_PHONE))
  },
  async undoMyMerge(scene) {
    const [kept, absorbed] = [await newVolunteer(scene), await newVolunteer(scene)]
    const merge = post(kept, '/api/v1/me/merges', await proofOf(scene, absorbed.phone))
    const { id } = await granted<Made>(scene, merge)
    return post(kept, `/api/v1/me/merges/${id}/undo`, undefined)
  },
  proposeMerge: (scene) => proposal(scene),
  async decideMerge(scene) {
    const { id } = await granted<Made>(scene, await proposal(scene))
    return decide(id)
  },
  async undoMerge(scene) {
    const { id } = await granted<Made>(scene, await proposal(scene))
    await granted(scene, decide(id))
    return post('admin', `/api/v1/merges/${id}/undo`, undefined)
  },
}

export const ACCOUNT_WISHES: Wishes = { ...LEAVING, ...PROFILES, ...LINKS, ...MERGES }

interface Made {
  readonly id: string
}

const passportOf = ({ phone }: Volunteer) => `E${phone.slice(3)}`

const identify = (caller: Volunteer, ageDays: number): Wish =>
  put(caller, '/api/v1/me/identity', {
    name: '韩如实',
    documentKind: 'passport',
    documentNumber: passportOf(caller),
    birthDate: dayIn(-ageDays),
    sex: null,
  })

/** A purpose in the wording that is shown now. */
async function wordingOf(scene: Scene, caller: Volunteer, purpose: string) {
  const { current } = await granted<{ current: { purpose: string; wordingVersion: string }[] }>(
    scene,
    get(caller, '/api/v1/me/consents'),
  )
  return current.find((one) => one.purpose === purpose)!
}

const askOf = (asker: Volunteer, { phone }: Volunteer, kind: 'household' | 'guardian') =>
  post(asker, '/api/v1/me/links', { kind, phone, relation: '家人' })

async function asked(scene: Scene) {
  const [asker, other] = [await newVolunteer(scene), await newVolunteer(scene)]
  const { id } = await granted<Made>(scene, askOf(asker, other, 'household'))
  return { asker, other, path: `/api/v1/me/links/${id}` }
}

/** A child of ten whose guardian has agreed. */
async function newWard(scene: Scene): Promise<{ guardian: Volunteer; path: string }> {
  const [child, guardian] = [await newVolunteer(scene), await newVolunteer(scene)]
  await granted(scene, identify(child, CHILD_AGE_DAYS))
  await granted(scene, identify(guardian, ADULT_AGE_DAYS))
  const { id } = await granted<Made>(scene, askOf(child, guardian, 'guardian'))
  const { code } = await proofOf(scene, guardian.phone)
  await granted(scene, post(guardian, `/api/v1/me/links/${id}/answer`, { agrees: true, code, childConsent: true }))
  return { guardian, path: `/api/v1/me/wards/${child.personId}` }
}

async function proposal(scene: Scene): Promise<Wish> {
  const [kept, absorbed] = [await newVolunteer(scene), await newVolunteer(scene)]
  await granted(scene, identify(kept, ADULT_AGE_DAYS))
  return post('admin', '/api/v1/merges', {
    keptPhone: kept.phone,
    absorbedPhone: absorbed.phone,
    documentKind: 'passport',
    documentNumber: passportOf(kept),
    note: '',
  })
}

const decide = (id: string) => post('leader', `/api/v1/merges/${id}/decision`, { agrees: true })

const asPost = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A phone with the code that was just sent to it: its newest message. */
async function proofOf({ world, owner }: Scene, phone: string): Promise<{ phone: string; code: string }> {
  await owner.query('delete from rate_bucket')
  const before = (await outboxOf(world, phone)).length
  await (await fetch(`${world.origin}/api/v1/login-codes`, asPost({ phone }))).arrayBuffer()
  const code = await until(async () => {
    const rows = await outboxOf(world, phone)
    return rows.length > before ? /\b\d{6}\b/u.exec(rows[0]!.text)?.[0] : undefined
  })
  return { phone, code }
}

async function outboxOf({ origin }: World, phone: string): Promise<{ text: string }[]> {
  const path = `/api/v1/demo/outbox?phone=${phone}&limit=50`
  return (await fetchJson<{ rows: { text: string }[] }>(`${origin}${path}`)).rows
}

/** Somebody who registers just now and whom nobody needs. */
async function register(scene: Scene, phone: string): Promise<void> {
  const body = { ...(await proofOf(scene, phone)), name: '模糊' }
  await (await fetch(`${scene.world.origin}/api/v1/resident-sessions`, asPost(body))).arrayBuffer()
}
