/** Requests about one's own account that must succeed: they need a code that was just sent to a phone. */
import { fetchJson } from '../support/sign-in.ts'
import { post, RESIDENT, type Scene, until, type Wishes } from './scene.ts'
import type { World } from './world.ts'

const ASKED_PHONE = '13900000078'
const LEAVING_PHONE = '13900000079'
const SECOND_PHONE = '13900000080'

export const ACCOUNT_WISHES: Wishes = {
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
  async mergeOwn(scene) {
    await register(scene, SECOND_PHONE)
    return post(RESIDENT, '/api/v1/me/merges', await proofOf(scene, SECOND_PHONE))
  },
}

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
