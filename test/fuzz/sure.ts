/**
 * Requests that must succeed, for operations that need what hardly any draw has: a code that was sent to a phone, an
 * invitation and its authenticator, an order at just the right place of its life. Made through the API, as people would.
 */
import { createHmac, randomUUID } from 'node:crypto'
import canonicalize from 'canonicalize'
import { URI } from 'otpauth'
import { demoLogins, fetchJson } from '../support/sign-in.ts'
import { GATEWAY_SECRET, type Request } from './requests.ts'
import {
  dayIn,
  get,
  granted,
  headersOf,
  liveUntil,
  personOf,
  post,
  RESIDENT,
  type Scene,
  until,
  type Wishes,
} from './scene.ts'
import { ACCOUNT_WISHES } from './sure-account.ts'
import { ACTIVITY_WISHES } from './sure-activities.ts'
import { HOURS_WISHES } from './sure-hours.ts'
import { PLAN_WISHES } from './sure-plans.ts'
import { RECORD_WISHES } from './sure-records.ts'
import { TEAM_WISHES } from './sure-teams.ts'
import type { World } from './world.ts'

const PHONE = '13900000077'
const TINY_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const REVIEW_DAYS = 10
const TOTP_MILLISECONDS = 30_000

const ORDERS_AND_PEOPLE: Wishes = {
  async disputeOrder(scene) {
    const id = await liveUntil(scene, 'deliver')
    return post(RESIDENT, `/api/v1/orders/${id}/dispute`, { reason: '没有来' })
  },
  async evaluateOrder(scene) {
    const id = await liveUntil(scene, 'deliver')
    return post(RESIDENT, `/api/v1/orders/${id}/evaluation`, { stars: 4, solved: true, tags: [], note: '' })
  },
  async reassignOrder(scene) {
    const id = await liveUntil(scene, 'accept')
    return post('dispatcher', `/api/v1/orders/${id}/reassign`, { reason: '换一家' })
  },
  listOffers: async () => get('health', '/api/v1/offers?box=open'),
  async deferOrder(scene) {
    const id = await liveUntil(scene, 'place')
    const reviewOn = new Date(Date.now() + REVIEW_DAYS * 86_400_000).toISOString().slice(0, 10)
    return post('dispatcher', `/api/v1/orders/${id}/defer`, { reason: '等开春', alternative: '先到活动室', reviewOn })
  },
  async claimOrder(scene) {
    const id = await liveUntil(scene, 'take-in')
    await granted(scene, post('dispatcher', `/api/v1/orders/${id}/pool`, undefined))
    const provider = { kind: 'agency', id: personOf(scene, 'health').unitId! }
    return post('health', `/api/v1/orders/${id}/claim`, { provider, contactName: '白术', contactPhone: '010-69100000' })
  },
  async withdrawOffer(scene) {
    const id = await liveUntil(scene, 'offer')
    const offers = await scene.owner.query<{ id: string }>('select id from order_offer where order_id = $1', [id])
    return post('dispatcher', `/api/v1/offers/${offers.rows[0]!.id}/withdraw`, { reason: '弄错了' })
  },
  async returnOrder(scene) {
    const id = await liveUntil(scene, 'accept')
    return post('health', `/api/v1/orders/${id}/return`, { reason: 'other', note: '车坏了' })
  },
  async readPhoto(scene) {
    const id = await liveUntil(scene, 'place')
    const body = { kind: 'request', dataBase64: TINY_PNG, publishConsent: false }
    const { fileId } = await granted<{ fileId: string }>(scene, post(RESIDENT, `/api/v1/orders/${id}/photos`, body))
    return get(RESIDENT, `/api/v1/orders/${id}/photos/${fileId}`)
  },
  async recordFollowUp({ world, owner }) {
    const id = await liveUntil({ world, owner }, 'deliver')
    // Silence takes seven working days; the sweep then asks for a call.
    await owner.query(`update service_order set due_at = now() - interval '1 minute' where id = $1`, [id])
    const followUp = await until(async () => {
      const { rows } = await owner.query<{ id: string }>('select id from follow_up where order_id = $1', [id])
      return rows[0]?.id
    })
    return post('caller', `/api/v1/follow-ups/${followUp}/attempts`, {
      result: 'no-answer',
      spokenTo: null,
      solved: null,
      stars: null,
      headcountHeard: null,
      note: '',
    })
  },
  async listTeamMembers({ world }) {
    const leader = world.callers.find((caller) => caller.teamId !== undefined)!
    return get(leader, `/api/v1/teams/${leader.teamId}/members`)
  },
  async recordReceipt({ owner }) {
    const gatewayId = await until(async () => {
      const { rows } = await owner.query<{ gateway_id: string }>(
        'select gateway_id from message where gateway_id is not null limit 1',
      )
      return rows[0]?.gateway_id
    })
    const body = { gatewayId, kind: 'delivered', at: new Date().toISOString() }
    const signature = createHmac('sha256', GATEWAY_SECRET).update(canonicalize(body)!).digest('hex')
    return { ...post('public', '/api/v1/receipts', body), headers: { 'x-gateway-signature': signature } }
  },
  async residentLogin({ world, owner }) {
    await owner.query('delete from rate_bucket')
    const code = await loginCode(world)
    return post('public', '/api/v1/resident-sessions', { phone: PHONE, code, name: '模糊' })
  },
  async staffLogin({ world }) {
    // A one-time password serves once, and the one of the half minute in which the callers signed in has served.
    await until(async () => (stepOf(Date.now()) > stepOf(world.openedAt) ? true : undefined))
    const { login, password, totp } = (await demoLogins(world.origin)).find((one) => one.login === 'auditor')!
    return post('public', '/api/v1/staff-sessions', { login, password, totp })
  },
  async endUnit(scene) {
    const centre = personOf(scene, 'leader').unitId!
    const names = { name: `区气象局 ${randomUUID().slice(0, 8)}`, nameEn: null, code: null }
    const agency = { kind: 'agency', parentId: centre, ...names, validFrom: dayIn(-2) }
    const { id } = await granted<{ id: string }>(scene, post('admin', '/api/v1/units', agency))
    return post('admin', `/api/v1/units/${id}/end`, { validUntil: dayIn(-1), successorId: centre })
  },
  async acceptInvitation(scene) {
    const unitId = personOf(scene, 'keeper').unitId
    const one = { role: 'station-keeper', unitId, login: `sure-${randomUUID()}`, name: '邀请' }
    const { invitationLink } = await granted<{ invitationLink: string }>(scene, post('admin', '/api/v1/staff', one))
    const token = invitationLink.split('#')[1]!
    const opening = post('public', '/api/v1/staff-invitations/open', { token })
    const { totpUri } = await granted<{ totpUri: string }>(scene, opening)
    const totp = URI.parse(totpUri).generate()
    return post('public', '/api/v1/staff-invitations/accept', { token, password: '长安街边七棵槐树-82', totp })
  },
}

const SURE: Wishes = {
  ...ORDERS_AND_PEOPLE,
  ...ACCOUNT_WISHES,
  ...TEAM_WISHES,
  ...ACTIVITY_WISHES,
  ...PLAN_WISHES,
  ...RECORD_WISHES,
  ...HOURS_WISHES,
}

/** A request that the operation must answer with success; undefined for those that need no help. */
export async function sureRequest(scene: Scene, operation: string): Promise<Request | undefined> {
  const wish = await SURE[operation]?.(scene)
  if (wish === undefined) return undefined
  return {
    caller: personOf(scene, wish.caller),
    mayCall: true,
    flaw: undefined,
    value: wish.body,
    method: wish.method,
    path: wish.path,
    headers: headersOf(scene, wish),
    body: wish.body === undefined ? undefined : JSON.stringify(wish.body),
  }
}

function stepOf(at: number): number {
  return Math.floor(at / TOTP_MILLISECONDS)
}

async function loginCode({ origin }: World): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/login-codes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: PHONE }),
  })
  await answer.arrayBuffer()
  return until(async () => {
    const { rows } = await fetchJson<{ rows: { text: string }[] }>(
      `${origin}/api/v1/demo/outbox?phone=${PHONE}&limit=5`,
    )
    return rows.map(({ text }) => /\b\d{6}\b/u.exec(text)?.[0]).find((code) => code !== undefined)
  })
}
