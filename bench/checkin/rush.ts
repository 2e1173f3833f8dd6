// Five thousand people come to eighteen places within a minute, each with a phone of his or her own.
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { YANQING } from '../../server/cli/district-plan.ts'
import { percentile } from '../load/pairs.ts'
import { send } from '../load/send.ts'
import { asOwner, residentId, type Server } from '../load/stage.ts'
import { checkInBody, checkInPath, readCodes, type Scene, sessionOf } from './scene.ts'

/** How often a place's screen asks for its code anew. */
const SCREEN_SECONDS = 5
/** So many hear no answer and press once more: their first answer must come again. */
const ASKS_AGAIN = 10
/** Whom a server that has too much to do tells to come again. */
const AGAIN_SECONDS = 2
const TRIES_MAX = 20

export interface Rush {
  readonly people: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Answers that told somebody to come again, who did. */
  readonly turnedAway: number
  /** Acknowledged check-ins that the database does not hold exactly once, with its mark and its place in the audit log. */
  readonly lost: number
}

/**
 * Everybody comes at a moment of his or her own, whether those before were answered or not; the time of an answer counts from
 * that moment. @param seconds within which they come
 */
export async function rush(scene: Scene, server: Server, people: number, seconds: number): Promise<Rush> {
  let codes = await readCodes(scene, server)
  const state = { isOver: false }
  let turnedAway = 0
  const screens = (async () => {
    while (!state.isOver) {
      await sleep(SCREEN_SECONDS * 1000)
      codes = await readCodes(scene, server)
    }
  })()
  const since = new Date()
  const began = performance.now()
  const come = async (person: number) => {
    // Evenly mixed over places and time: neighbours in number come far apart.
    const due = began + (((person * 7919) % people) / people) * seconds * 1000
    await sleep(Math.max(0, due - performance.now()))
    const session = sessionOf(scene, person)
    for (let tries = 1; ; tries++) {
      const body = checkInBody(codes[scene.sessions.indexOf(session)]!, `telephone ${person}`)
      const given = { body, id: randomUUID() }
      const first = await press(scene, server, person, given)
      if (first.status === 503 && tries < TRIES_MAX) {
        turnedAway += 1
        await sleep(AGAIN_SECONDS * 1000)
        continue
      }
      requireSuccess(first)
      const took = performance.now() - due
      if (person % ASKS_AGAIN === 0 && (await press(scene, server, person, given)).text !== first.text)
        throw new Error('A repeated check-in was answered differently.')
      return took
    }
  }
  try {
    const times = await Promise.all(Array.from({ length: people }, (_, person) => come(person)))
    const elapsed = (performance.now() - began) / 1000
    return {
      people,
      seconds: elapsed,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      maxMs: Math.max(...times),
      turnedAway,
      lost: people - (await held(scene, server.databaseUrl, { people, since })),
    }
  } finally {
    state.isOver = true
    await screens
  }
}

function requireSuccess({ status, text }: { status: number; text: string }): void {
  if (status !== 200) throw new Error(`A check-in of the rush was answered with ${status}: ${text}`)
}

async function press(
  scene: Scene,
  server: Server,
  person: number,
  { body, id }: { body: string; id: string },
): Promise<{ status: number; text: string }> {
  const agent = new Agent()
  try {
    const headers = {
      authorization: `Bearer ${scene.tokens[person]!}`,
      'content-type': 'application/json',
      'idempotency-key': id,
    }
    const url = server.origin + checkInPath(sessionOf(scene, person))
    return await send(agent, url, 'POST', headers, body)
  } finally {
    agent.destroy()
  }
}

/** How many of the people are in the database exactly once: one attendance, one mark, one line of the audit log. */
async function held(
  scene: Scene,
  databaseUrl: string,
  { people, since }: { people: number; since: Date },
): Promise<number> {
  const persons = Array.from({ length: people }, (_, person) => residentId(person))
  const sessions = persons.map((_, person) => sessionOf(scene, person).id)
  return asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ held: number }>(
      `select count(*)::int as held from unnest($2::uuid[], $3::uuid[]) as p (person_id, session_id)
        where (select count(*) from attendance a where a.district_id = $1 and a.person_id = p.person_id
                 and a.subject_id = p.session_id and a.checked_out_at is null) = 1
          and (select count(*) from check_in_mark m where m.district_id = $1 and m.person_id = p.person_id
                 and m.subject_id = p.session_id) = 1
          and (select count(*) from audit_event e where e.district_id = $1 and e.person_id = p.person_id
                 and e.subject_id = p.session_id and e.action = 'attendance.check-in' and e.at >= $4) = 1`,
      [YANQING, persons, sessions, since],
    )
    return rows[0]!.held
  })
}
