// The name and the number that a certificate is asked for under, beside the identity that the account has.
import { beforeAll, describe, expect, test } from 'vitest'
import { bookHours, ID_NUMBER, PREPARATION, requestOf } from '../../../test/support/certificates.ts'
import { makeResident, type Player } from '../../../test/support/cast.ts'
import { YANQING } from '../../../test/support/database.ts'
import { useServer } from '../../../test/support/server.ts'
import { registerVolunteer } from '../teams/index.ts'

const server = useServer()
let unitId: string
let phones = 13_986_470_000
beforeAll(() => {
  unitId = server.cast.places.village.id
})

type Document = { documentKind: 'resident-id' | 'passport' | 'hmt-residence'; documentNumber: string }
async function holderWith(document: Document | null, name = '丁一心'): Promise<Player> {
  const player = await makeResident(server.host, YANQING, String(++phones), name)
  await server.work((work) => registerVolunteer(work, []), player.actor)
  await bookHours(server, YANQING, { personId: player.personId, unitId })
  if (document !== null) await save(player, document, name)
  return player
}
const save = (as: Player, document: Document, name: string) =>
  server.call('saveMyIdentity', {
    as,
    body: { name, birthDate: document.documentKind === 'passport' ? '1980-05-06' : null, sex: null, ...document },
  })
const ask = async (as: Player, changes: Partial<ReturnType<typeof requestOf>> | { idType: 'passport' } = {}) => {
  const sent = await server.send('requestCertificate', { as, body: { ...requestOf(unitId), ...changes } })
  const body = JSON.parse(sent.text) as { id?: string; code?: string; field?: string }
  return { id: body.id!, said: body.code === undefined ? 'done' : `${body.code} ${body.field}` }
}
const seenByHandler = async (certificateId: string) =>
  (await server.call('readCertificate', { as: server.cast.keeper, params: { id: certificateId } })).answer.certificate
    .identity

describe('who saved an identity', () => {
  test('asks under that name and number, and under no other', async () => {
    const holder = await holderWith({ documentKind: 'resident-id', documentNumber: ID_NUMBER })
    const other = '110105194912310038'
    expect((await ask(holder, { idNumber: other })).said).toBe('records.other-identity idNumber')
    expect((await ask(holder, { holderName: '丁二心' })).said).toBe('records.other-identity holderName')
    expect((await ask(holder, { idType: 'passport', idNumber: 'E12345678' } as never)).said).toBe(
      'records.other-identity idType',
    )
    const made = await ask(holder, { idNumber: ID_NUMBER.toLowerCase(), holderName: '丁 一心' })
    expect(made.said).toBe('done')
    expect(await seenByHandler(made.id)).toBe('same')
  })

  test('under a document that certificates do not name is compared by name alone, and the handler looks', async () => {
    const holder = await holderWith({ documentKind: 'hmt-residence', documentNumber: '810000199408230021' })
    expect((await ask(holder, { holderName: '丁二心' })).said).toBe('records.other-identity holderName')
    expect(await seenByHandler((await ask(holder)).id)).toBe('unchecked')
  })
})

describe('who saved none', () => {
  test('saves none by asking, and the handler sees that nothing was compared', async () => {
    const holder = await holderWith(null)
    const made = await ask(holder)
    expect(await seenByHandler(made.id)).toBe('unchecked')
    const { answer } = await server.call('readMyIdentity', { as: holder })
    expect(answer).toMatchObject({ documentKind: null })
  })

  test('and saves another one afterwards gets no certificate under the first', async () => {
    const holder = await holderWith(null)
    const made = await ask(holder)
    await save(holder, { documentKind: 'passport', documentNumber: 'E87654321' }, '丁一心')
    expect(await seenByHandler(made.id)).toBe('differs')
    const prepared = await server.send('prepareCertificate', {
      as: server.cast.keeper,
      params: { id: made.id },
      body: PREPARATION,
    })
    expect(prepared.text).toContain('records.identity-changed')
  })
})
