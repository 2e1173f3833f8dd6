// What a check-in really sends, counted, and written down for pgbench.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Say } from '../load/pairs.ts'
import { residentId, residentIdSql, residentTokenHashSql, type Server } from '../load/stage.ts'
import { dataOf, logStatements, pgbenchScript, recordTransactions, startLogged } from '../load/statements.ts'
import { hashToken } from '../../server/platform/tokens.ts'
import { checkInBody, checkInPath, COMING, readCodes, REPLAYED, type Scene, sessionOf } from './scene.ts'

/** The first ones load reference data and make the general plans. */
const UNCOUNTED = 40

export interface Recorded {
  readonly file: string
  /** Of the check-in itself and of the look-up of the session before it, which each person's first request needs. */
  readonly statements: number
}

/** Somebody checks in once more with PostgreSQL writing down every statement. */
export async function record(scene: Scene, say: Say): Promise<Recorded> {
  const server = await startLogged(scene.stage)
  try {
    const codes = await readCodes(scene, server)
    for (let n = 0; n < UNCOUNTED; n++) await checkIn(scene, server, COMING + n, codes)
    const person = COMING + UNCOUNTED
    const marks = /idempotency_begin|left join session s/u
    const sent = await recordTransactions(scene.stage.dataDir, marks, () => checkIn(scene, server, person, codes))
    const statements = dataOf(sent)
    if (sent.length !== 2)
      throw new Error(`A check-in was found as ${sent.length} transactions in the log of PostgreSQL.`)
    say(`statements: ${statements} for a check-in, with the look-up of who comes`)
    const telephone = sent
      .flat()
      .flatMap(({ values }) => values)
      .find((value) => /^\\x[0-9a-f]{16}$/u.test(value ?? ''))
    if (telephone == null) throw new Error('The telephone was not found in what was sent.')
    const session = sessionOf(scene, person)
    const byPlace = (ids: readonly string[]) =>
      `('{${ids.join(',')}}'::uuid[])[1 + (:resident)::int % ${scene.sessions.length}]`
    const script = await pgbenchScript(server.databaseUrl, sent, {
      // Each client counts for itself, so that nobody comes twice.
      choose: ['\\set n :n + 1', `\\set resident ${REPLAYED.first} + (:n * :clients + :client_id) % ${REPLAYED.count}`],
      variables: [
        { value: residentId(person), sql: residentIdSql(':resident') },
        { value: `\\x${hashToken(scene.tokens[person]!).toString('hex')}`, sql: residentTokenHashSql(':resident') },
        // The telephone as it is told again: eight bytes of a keyed digest.
        { value: telephone, sql: `substr(sha256(int4send((:resident)::int)), 1, 8)` },
        { value: session.id, sql: byPlace(scene.sessions.map((one) => one.id)) },
        { value: session.placeUnitId, sql: byPlace(scene.sessions.map((one) => one.placeUnitId)) },
      ],
      kept: '',
    })
    const file = join(scene.stage.dataDir, 'check-in.sql')
    await writeFile(file, script)
    return { file, statements }
  } finally {
    await logStatements(server.databaseUrl, false)
    await server.stop()
  }
}

async function checkIn(scene: Scene, server: Server, person: number, codes: readonly string[]): Promise<void> {
  const session = sessionOf(scene, person)
  const answer = await fetch(server.origin + checkInPath(session), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${scene.tokens[person]!}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: checkInBody(codes[scene.sessions.indexOf(session)]!, `telephone ${person}`),
  })
  if (answer.status !== 200) throw new Error(`A check-in was answered with ${answer.status}: ${await answer.text()}`)
}
