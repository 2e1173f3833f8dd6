/** A volunteer's way from registering to a certificate that is checked and revoked; every step is read back by another account. */
import { createHmac } from 'node:crypto'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { playCertificate } from './certify.ts'
import { DISTRICT_LEADER_PHONE, joinAsVolunteer, type Led, type Person, signInLeader } from './cast.ts'
import { type AnswerOf, eventually, expectEqual, expectTrue, type Parts } from './client.ts'
import { minutesAfter, type Stage } from './stage.ts'

const SESSION_MINUTES = 60
const OFFER_SECONDS_MAX = 15
const HOUR_MINUTES = 60

interface Scene extends Stage {
  readonly leader: Led
  readonly ana: Person
  readonly ben: Person
  readonly placeUnitId: string
  /** When the first session starts. */
  readonly startsAt: Date
}

type Token = NonNullable<Parts<'uploadOffline'>['body']>['tokens'][number]

export async function playVolunteering(stage: Stage): Promise<void> {
  const leader = await signInLeader(stage, DISTRICT_LEADER_PHONE, 'leader')
  const ana = await joinAsVolunteer(stage, leader, 'Ana')
  const ben = await joinAsVolunteer(stage, leader, 'Ben')
  const team = await stage.client.call(leader, 'readTeam', { params: { id: leader.teamId } })
  const startsAt = minutesAfter(await stage.now(), 2 * HOUR_MINUTES)
  const scene: Scene = { ...stage, leader, ana, ben, placeUnitId: team.unitId, startsAt }
  const first = await plan(scene, { title: 'Reading circle', startsAt, needed: 1 })
  const twin = await plan(scene, { title: 'Street cleaning', startsAt: minutesAfter(startsAt, 30), needed: 5 })
  const later = minutesAfter(startsAt, 3 * HOUR_MINUTES)
  const remote = await plan(scene, { title: 'Visit up the valley', startsAt: later, needed: 5 })
  await signUp(scene, { first, twin, remote })
  await checkInOnline(scene, first)
  await checkInOffline(scene, remote, later)
  await playCertificate(scene)
}

async function plan(
  { client, step, leader, ana, placeUnitId }: Scene,
  { title, startsAt, needed }: { title: string; startsAt: Date; needed: number },
): Promise<string> {
  return step('leader', `plans “${title}” for ${needed}; Ana finds it in the calendar`, async () => {
    const created = await client.call(leader, 'createActivity', {
      body: {
        teamId: leader.teamId,
        plan: {
          title,
          place: 'Play Street 7',
          placeUnitId,
          personInCharge: 'Team contact',
          minutes: SESSION_MINUTES,
          closesMinutesBefore: 0,
          roles: [{ name: 'helper', needed }],
        },
        startsAt: startsAt.toISOString(),
        publish: true,
      },
    })
    const sessionId = created.sessionIds[0]
    expectTrue('the activity has a session', sessionId !== undefined)
    const seen = await client.call(ana, 'readSession', { params: { id: sessionId } })
    expectEqual('the session that Ana reads', [seen.session.title, seen.session.needed], [title, needed])
    return sessionId
  })
}

async function signUp(scene: Scene, at: { first: string; twin: string; remote: string }): Promise<void> {
  const { client, step, leader, ana, ben } = scene
  const params = (id: string) => ({ params: { id } })
  await step('Ana', 'signs up; the leader sees her on the list', async () => {
    const signed = await client.call(ana, 'signUp', { ...params(at.first), body: {} })
    expectEqual('the state of her sign-up', signed.state, 'signed-up')
    const roster = await client.call(leader, 'readRoster', params(at.first))
    expectTrue(
      'Ana is on the list',
      roster.rows.some((row) => row.personId === ana.id),
    )
  })
  await step('Ana', 'is refused a second thing at the same time', async () => {
    const wanted = { status: 409, code: 'activities.overlap' }
    await client.refused(ana, 'signUp', { ...params(at.twin), body: {} }, wanted)
  })
  await step('Ben', 'finds no place left and waits', async () => {
    const signed = await client.call(ben, 'signUp', { ...params(at.first), body: {} })
    expectEqual('the state of his sign-up', signed.state, 'waiting')
  })
  await step('Ana', 'gives her place back; it is offered to Ben, who takes it', async () => {
    await client.call(ana, 'withdrawSignUp', params(at.first))
    await eventually(OFFER_SECONDS_MAX, 'the offer of the place', async () => {
      const mine = await client.call(ben, 'readSession', params(at.first))
      return mine.mine?.state === 'offered' ? true : undefined
    })
    const signed = await client.call(ben, 'acceptPlace', params(at.first))
    expectEqual('the state of his sign-up', signed.state, 'signed-up')
    const roster = await client.call(leader, 'readRoster', params(at.first))
    expectEqual(
      'who has a place',
      roster.rows.filter((row) => row.state === 'signed-up').map((row) => row.personId),
      [ben.id],
    )
  })
  await step('Ana', 'signs up for the visit instead', async () => {
    const signed = await client.call(ana, 'signUp', { ...params(at.remote), body: {} })
    expectEqual('the state of her sign-up', signed.state, 'signed-up')
  })
}

async function checkInOnline(scene: Scene, sessionId: string): Promise<void> {
  const { client, step, leader, ben, startsAt } = scene
  const params = { id: sessionId }
  const mark = async (direction: 'in' | 'out'): Promise<AnswerOf<'checkInSelf'>> => {
    const shown = await client.call(leader, 'readSessionCode', { params })
    return client.call(ben, 'checkInSelf', { params, body: { direction, code: shown.code } })
  }
  await step('the clock', 'moves on to the first session', () => scene.moveTo(startsAt))
  await step('Ben', 'tries a made-up code and is refused', () =>
    client.refused(
      ben,
      'checkInSelf',
      { params, body: { direction: 'in', code: '000000' } },
      { status: 422, code: 'activities.code-wrong' },
    ),
  )
  await step('Ben', 'checks in by the code on the leader’s screen, and out an hour later', async () => {
    await mark('in')
    await scene.moveTo(minutesAfter(startsAt, SESSION_MINUTES))
    const out = await mark('out')
    expectTrue('he is out again, and nothing speaks against it', out.checkedOutAt !== null && !out.needsConfirmation)
    const roster = await client.call(leader, 'readRoster', { params })
    expectTrue(
      'the leader sees both marks',
      roster.rows.some((row) => row.personId === ben.id && row.checkedOutAt !== null),
    )
  })
}

/** What the leader’s device does where there is no network: it signs each mark with the key of the pack that it fetched before. */
async function checkInOffline(scene: Scene, sessionId: string, startsAt: Date): Promise<void> {
  const { client, step, leader, ana } = scene
  const tokens: Token[] = []
  await step('leader', 'fetches the pack, then collects Ana’s pass twice without a network', async () => {
    const pack = await client.call(leader, 'readOfflinePack', { params: { id: sessionId } })
    await scene.moveTo(startsAt)
    const { dayPass } = await client.call(ana, 'readMyCode')
    const key = Buffer.from(pack.key, 'base64url')
    for (const [direction, minutes] of [
      ['in', 2],
      ['out', SESSION_MINUTES - 2],
    ] as const) {
      const at = minutesAfter(startsAt, minutes).toISOString()
      const id = newUuid7(new Date())
      const mac = createHmac('sha256', key).update([id, direction, at, dayPass, ''].join('|')).digest('base64url')
      tokens.push({ id, pack: pack.pack, direction, at, code: dayPass, personId: null, mac })
    }
  })
  await step('leader', 'uploads the evening after, out of order, then once more: nothing counts twice', async () => {
    await scene.moveTo(minutesAfter(startsAt, 4 * HOUR_MINUTES))
    const first = await client.call(leader, 'uploadOffline', { body: { tokens: tokens.toReversed() } })
    const again = await client.call(leader, 'uploadOffline', { body: { tokens } })
    const outcomes = [first, again].map(({ results }) => results.map((one) => one.outcome))
    expectEqual('the outcomes', outcomes, [
      ['recorded', 'recorded'],
      ['known', 'known'],
    ])
    const forged = { ...tokens[0]!, id: newUuid7(new Date()) }
    const refused = await client.call(leader, 'uploadOffline', { body: { tokens: [forged] } })
    expectEqual('what becomes of a forged one', refused.results[0]?.outcome, 'not-signed')
    const roster = await client.call(leader, 'readRoster', { params: { id: sessionId } })
    expectTrue(
      'Ana is on the list with both marks',
      roster.rows.some((row) => row.personId === ana.id && row.checkedOutAt !== null),
    )
  })
}
