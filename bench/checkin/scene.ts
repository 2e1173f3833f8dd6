// Eighteen places, one in each township, where the invented residents have signed up as volunteers for a session that is about to begin.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { YANQING } from '../../server/cli/district-plan.ts'
import { type Figures, runWrk, writeLuaData } from '../load/load.ts'
import { addPeople, asOwner, residentIdSql, type Server, type Stage } from '../load/stage.ts'

/** Townships of the district. */
export const PLACES = 18
/** Who check in through the server; more than come in one measurement, so that nobody comes twice in it. */
export const COMING = 10_000
const EXTRAS = 200
/** For whom pgbench checks in. */
export const REPLAYED: { readonly first: number; readonly count: number } = { first: COMING + EXTRAS, count: COMING }
const STARTS_IN_MINUTES = 20
const SESSION_MINUTES = 240
const NEEDED = 5_000

export interface Session {
  readonly id: string
  readonly placeUnitId: string
}

export interface Scene {
  readonly stage: Stage
  readonly tokens: readonly string[]
  readonly organiserToken: string
  readonly sessions: readonly Session[]
  readonly dataFile: string
  /** Where the counter of those who came stands. */
  came: number
}

/** Whose session is which: a person's number, and the session he or she has signed up for. */
export function sessionOf(scene: Pick<Scene, 'sessions'>, person: number): Session {
  return scene.sessions[person % scene.sessions.length]!
}

export async function openScene(stage: Stage, server: Server): Promise<Scene> {
  const { databaseUrl } = server
  const { residentTokens, dispatcherToken } = await addPeople(
    stage.dataDir,
    databaseUrl,
    REPLAYED.first + REPLAYED.count,
  )
  const sessions = await planSessions(server, dispatcherToken)
  await signEverybodyUp(databaseUrl, sessions, residentTokens.length)
  const dataFile = join(stage.dataDir, 'load-data.lua')
  return { stage, tokens: residentTokens, organiserToken: dispatcherToken, sessions, dataFile, came: 0 }
}

/** One session in each township, planned through the application. */
async function planSessions(server: Server, token: string): Promise<Session[]> {
  const places = await asOwner(server.databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from unit where district_id = $1 and kind = 'institute' order by id limit $2`,
      [YANQING, PLACES],
    )
    return rows.map((row) => row.id)
  })
  if (places.length !== PLACES) throw new Error(`The district has ${places.length} townships.`)
  const startsAt = new Date(Date.now() + STARTS_IN_MINUTES * 60_000).toISOString()
  const sessions: Session[] = []
  for (const placeUnitId of places) {
    const plan = {
      title: '全县清洁日',
      place: '镇政府广场',
      placeUnitId,
      personInCharge: '柳青禾',
      minutes: SESSION_MINUTES,
      roles: [{ name: '组员', needed: NEEDED, skills: [], licences: [], ageMin: null }],
    }
    const answer = await fetch(`${server.origin}/api/v1/activities`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ unitId: placeUnitId, plan, startsAt, publish: true }),
    })
    const body = (await answer.json()) as { sessionIds: string[] }
    if (answer.status !== 201) throw new Error(`A session was answered with ${answer.status}: ${JSON.stringify(body)}`)
    sessions.push({ id: body.sessionIds[0]!, placeUnitId })
  }
  return sessions
}

/** Past the application: what is measured begins when they come. */
async function signEverybodyUp(databaseUrl: string, sessions: readonly Session[], people: number): Promise<void> {
  await asOwner(databaseUrl, async (client) => {
    await client.query(
      `insert into volunteer (district_id, person_id, registered_at)
       select $1::int, ${residentIdSql('n')}, now() from generate_series(0, $2::int - 1) n`,
      [YANQING, people],
    )
    await client.query(
      `insert into sign_up (district_id, id, session_id, role_id, person_id, state, created_at, changed_at)
       select r.district_id, gen_random_uuid(), r.session_id, r.id, ${residentIdSql('n')}, 'signed-up', now(), now()
         from generate_series(0, $2::int - 1) n
         join unnest($3::uuid[]) with ordinality as s (id, place) on s.place = 1 + n % $4::int
         join session_role r on r.district_id = $1::int and r.session_id = s.id`,
      [YANQING, people, sessions.map((session) => session.id), sessions.length],
    )
    await client.query(
      `update session_role r set taken = (select count(*) from sign_up u where u.district_id = r.district_id and u.role_id = r.id)
        where r.session_id = any($1::uuid[])`,
      [sessions.map((session) => session.id)],
    )
    await client.query('vacuum analyze')
  })
}

/** What the organiser's screen shows at each place. */
export function readCodes(scene: Scene, server: Server): Promise<string[]> {
  return Promise.all(
    scene.sessions.map(async ({ id }) => {
      const headers = { authorization: `Bearer ${scene.organiserToken}` }
      const answer = await fetch(`${server.origin}/api/v1/sessions/${id}/code`, { headers })
      const body = (await answer.json()) as { code: string }
      if (answer.status !== 200) throw new Error(`A code was answered with ${answer.status}: ${JSON.stringify(body)}`)
      return body.code
    }),
  )
}

export function checkInPath(session: Session): string {
  return `/api/v1/sessions/${session.id}/check-ins`
}

/** @param device what the person's browser calls itself; the Lua script puts a name where it finds PHONE */
export function checkInBody(code: string, device = 'PHONE'): string {
  return JSON.stringify({ direction: 'in', code, device })
}

/** People come as fast as they are let in, none of them twice. */
export async function letThemCome(
  scene: Scene,
  server: Server,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Figures> {
  const codes = await readCodes(scene, server)
  await writeLuaData(scene.dataFile, {
    tokens: scene.tokens.slice(0, COMING),
    paths: scene.sessions.map(checkInPath),
    bodies: codes.map((code) => checkInBody(code)),
  })
  const { origin } = server
  const { dataFile, came: from } = scene
  const figures = await runWrk({ origin, dataFile, mode: 'check-in', connections, seconds, from })
  scene.came += figures.requests + connections
  if (figures.requests > COMING) throw new Error('Somebody came twice in one measurement.')
  return figures
}

/** Makes what was recorded a thing of earlier days, so that everybody can come again and has come before. */
export async function endTheDay(databaseUrl: string, daysAgo: number): Promise<void> {
  await asOwner(databaseUrl, async (client) => {
    const earlier = `make_interval(days => ${daysAgo})`
    const other = `md5(subject_id || ' ${daysAgo}')::uuid`
    await client.query(`
      update attendance set subject_id = ${other}, checked_in_at = checked_in_at - ${earlier},
             planned_until = planned_until - ${earlier}, checked_out_at = planned_until - ${earlier}, check_out_method = 'rotating-code'
       where checked_out_at is null and subject_kind = 'session'`)
    await client.query(
      `update check_in_mark set subject_id = ${other} where subject_id in (select id from activity_session)`,
    )
    await client.query('vacuum (analyze) attendance, check_in_mark, idempotency')
  })
}
