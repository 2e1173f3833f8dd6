/** What the routes about records and certificates refuse: each code with its status, its field and its text in both languages. */
import { beforeAll, expect, test } from 'vitest'
import '../../server/modules/records/refusals.ts'
import type { RouteName } from '../../contract/routes.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { refusalStatuses } from '../../server/platform/refusal.ts'
import {
  bookHours,
  type CertificateGiven,
  freshVolunteer,
  makeCertificate,
  PREPARATION,
  requestOf,
  type Stage,
} from '../support/certificates.ts'
import { makeResident, makeStaff, type Player } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { type LooseCall, useServer } from '../support/server.ts'
import { registerVolunteer } from '../../server/modules/teams/index.ts'
import { openSession } from '../../server/platform/auth/sessions.ts'

const server = useServer()
const today = dateIn(new Date())
const FACTS = { name: '急救培训', content: '', minutes: 60, giver: '区红十字会', day: '2026-01-10' }
const REASON = { reason: '材料不齐' }
let unitId: string
/** A volunteer with an hour, and a keeper who is a volunteer with hours of the own village, too. */
let person: Player
let keeperHimself: Player
let nameless: Player
let phones = 13_986_450_000

beforeAll(async () => {
  unitId = server.cast.places.village.id
  person = await newVolunteer('聂有时')
  await bookHours(server, YANQING, { personId: person.personId, unitId })
  keeperHimself = await makeStaff(server.host, YANQING, {
    name: '倪自己',
    login: 'keeper-himself',
    role: 'station-keeper',
    unitId,
  })
  await server.work((work) => registerVolunteer(work, []), { ...keeperHimself.actor, kind: 'resident' })
  nameless = await makeStaff(server.host, YANQING, {
    name: '无名氏',
    login: 'nameless',
    role: 'station-keeper',
    unitId,
  })
  await server.owner(async (owner) => {
    await owner.query('update person set name = null where id = $1', [nameless.personId])
  })
})

async function newVolunteer(name: string): Promise<Player> {
  const player = await makeResident(server.host, YANQING, String(++phones), name)
  await server.work((work) => registerVolunteer(work, []), player.actor)
  return player
}

const asking = (more: object) => async (): Promise<LooseCall> => ({
  as: person,
  body: { ...requestOf(unitId), ...more },
})

async function certificate(stage: Stage, more: Partial<CertificateGiven> = {}) {
  const { keeper, institute, neighbour } = server.cast
  const holder = more.holder ?? (await freshVolunteer(server, YANQING))
  const staff = { handler: keeper.actor, signer: institute.actor, objector: neighbour.actor }
  return makeCertificate(server, { ...staff, unitId, ...more, holder, stage })
}
const on =
  (stage: Stage, as: () => Player, body?: object, more?: Partial<CertificateGiven>) =>
  async (): Promise<LooseCall> => ({
    as: as(),
    params: { id: (await certificate(stage, more)).id },
    ...(body !== undefined && { body }),
  })
const keeper = () => server.cast.keeper
const institute = () => server.cast.institute
const ownCertificate = async (as: Player): Promise<LooseCall> => {
  await server.owner(async (owner) => {
    await owner.query(
      `update certificate set state = 'withdrawn', next_step = null, due_at = null, responsible_unit_id = null, id_number_cipher = null
        where person_id = $1 and next_step is not null`,
      [as.personId],
    )
  })
  const made = await certificate('requested', { holder: { ...as.actor, kind: 'resident' } })
  return { as, params: { id: made.id }, body: PREPARATION }
}

async function entryOf(player: Player): Promise<string> {
  const body = { unitId, kind: 'training', ...FACTS, phones: [player.phone] }
  await server.send('enterRecords', { as: keeper(), body })
  const { answer } = await server.call('readMyRecord', { as: player })
  return answer.training[0]!.id
}

type Refused = readonly [
  name: RouteName,
  status: number,
  code: string,
  field: string | undefined,
  call: () => Promise<LooseCall>,
]

const refused: Refused[] = [
  [
    'requestCertificate',
    409,
    'not-a-volunteer',
    undefined,
    async () => ({ as: server.cast.resident, body: requestOf(unitId) }),
  ],
  ['requestCertificate', 422, 'period-empty', 'untilDay', asking({ fromDay: today, untilDay: addDays(today, -1) })],
  ['requestCertificate', 422, 'period-future', 'untilDay', asking({ untilDay: addDays(today, 1) })],
  ['requestCertificate', 422, 'id-number-wrong', 'idNumber', asking({ idNumber: '110105194912310021' })],
  ['requestCertificate', 409, 'no-booked-hours', 'unitId', asking({ fromDay: today })],
  [
    'requestCertificate',
    409,
    'too-many-hours',
    'fromDay',
    async () => {
      const busy = await newVolunteer('牛不停')
      const first = await bookHours(server, YANQING, { personId: busy.personId, unitId })
      await server.owner(async (owner) => {
        await owner.query(
          `insert into hours_record select (jsonb_populate_record(h, jsonb_build_object('id', gen_random_uuid(), 'entry_id', gen_random_uuid()))).*
             from hours_record h, generate_series(1, 2000) where h.id = $1`,
          [first],
        )
      })
      return { as: busy, body: requestOf(unitId) }
    },
  ],
  [
    'requestCertificate',
    409,
    'already-requested',
    undefined,
    async () => {
      await server.send('requestCertificate', { as: person, body: requestOf(unitId) })
      return { as: person, body: requestOf(unitId) }
    },
  ],
  ['prepareCertificate', 403, 'own-certificate', undefined, () => ownCertificate(keeperHimself)],
  [
    'prepareCertificate',
    403,
    'not-your-organisation',
    undefined,
    on('requested', () => server.cast.siblingKeeper, PREPARATION),
  ],
  ['prepareCertificate', 409, 'not-in-this-state', undefined, on('issued', keeper, PREPARATION)],
  ['prepareCertificate', 409, 'no-name', undefined, on('requested', () => nameless, PREPARATION)],
  [
    'prepareCertificate',
    422,
    'unit-still-there',
    'issuerUnitId',
    async () => ({
      ...(await on('requested', keeper)()),
      body: { ...PREPARATION, issuerUnitId: server.cast.places.sibling.id },
    }),
  ],
  ['signOffCertificate', 403, 'two-people', undefined, on('ready', keeper)],
  [
    'signOffCertificate',
    409,
    'hours-changed',
    undefined,
    async () => {
      const holder = await freshVolunteer(server, YANQING)
      const made = await certificate('ready', { holder })
      await server.owner(async (owner) => {
        await owner.query('update hours_record set booked_minutes = 1 where person_id = $1', [holder.personId])
      })
      return { as: institute(), params: { id: made.id } }
    },
  ],
  [
    'objectToCertificate',
    409,
    'objected-already',
    undefined,
    async () => ({ ...(await on('objected', () => server.cast.neighbour)()), body: REASON }),
  ],
  [
    'objectToCertificate',
    409,
    'own-objection',
    undefined,
    async () => {
      const holder = await newVolunteer('潘自问')
      return { as: holder, params: { id: (await certificate('on-notice', { holder: holder.actor })).id }, body: REASON }
    },
  ],
  [
    'answerObjection',
    409,
    'answered-already',
    undefined,
    async () => {
      const { objectionId } = await certificate('objected')
      const call = { as: institute(), params: { id: objectionId }, body: { isUpheld: true, answer: '查实' } }
      await server.send('answerObjection', call)
      return call
    },
  ],
  [
    'downloadCertificate',
    409,
    'not-valid',
    undefined,
    async () => {
      const holder = await newVolunteer('庞等等')
      return { as: holder, params: { id: (await certificate('ready', { holder: holder.actor })).id } }
    },
  ],
  [
    'checkCertificate',
    404,
    'certificate-unknown',
    undefined,
    async () => ({ params: { serial: 'x-2026-0001' }, query: { code: 'A'.repeat(20) } }),
  ],
  [
    'saveSeal',
    422,
    'seal-unreadable',
    'dataBase64',
    async () => ({ as: keeper(), params: { id: unitId }, body: { dataBase64: 'AAAA' } }),
  ],
  [
    'enterRecords',
    422,
    'person-unknown',
    'phones',
    async () => ({ as: keeper(), body: { unitId, kind: 'training', ...FACTS, phones: ['13900009999'] } }),
  ],
  [
    'enterRecords',
    422,
    'day-future',
    'day',
    async () => ({
      as: keeper(),
      body: { unitId, kind: 'training', ...FACTS, day: addDays(today, 1), phones: [person.phone] },
    }),
  ],
  [
    'enterRecords',
    422,
    'hours-of-a-commendation',
    'minutes',
    async () => ({ as: keeper(), body: { unitId, kind: 'commendation', ...FACTS, phones: [person.phone] } }),
  ],
  [
    'correctRecordEntry',
    403,
    'own-entry',
    undefined,
    async () => {
      const id = await entryOf(person)
      const token = await server.work(async ({ tx }) => openSession(tx, person.personId, 'staff'))
      const grant = { role: 'station-keeper', unit_id: unitId }
      await server.owner(async (owner) => {
        await owner.query(
          `insert into role_grant (district_id, id, person_id, role, unit_id, granted_at)
           values ($1, gen_random_uuid(), $2, $3, $4, now() - interval '1 hour')`,
          [YANQING, person.personId, grant.role, grant.unit_id],
        )
      })
      const as = { ...person, credentials: { authorization: `Bearer ${token}` } }
      return { as, params: { id }, body: { correction: null } }
    },
  ],
  [
    'correctRecordEntry',
    409,
    'corrected-already',
    undefined,
    async () => {
      const call = { as: keeper(), params: { id: await entryOf(person) }, body: { correction: null } }
      await server.send('correctRecordEntry', call)
      return call
    },
  ],
  [
    'demandRecordCorrection',
    409,
    'demanded-already',
    undefined,
    async () => {
      const call = { as: person, params: { id: await entryOf(person) }, body: REASON }
      await server.send('demandRecordCorrection', call)
      return call
    },
  ],
]

test.each(refused)('%s refuses with %i %s', async (name, status, code, field, make) => {
  await server.refill()
  const call = await make()
  const zh = await server.send(name, call)
  expect([zh.status, zh.text], code).toEqual([status, expect.stringContaining(`"records.${code}"`)])
  if (field !== undefined) expect(JSON.parse(zh.text)).toMatchObject({ errors: [{ field }] })
  const en = await server.send(name, { ...call, locale: 'en' })
  expect(JSON.parse(en.text).code).toBe(`records.${code}`)
})

test('every refusal of the module is here, or among the tests of its life', () => {
  const here = new Set(refused.map(([, , code]) => code))
  const elsewhere = [
    'no-successor',
    'household-certificate',
    'household-entry',
    'objection-of-yours',
    'other-identity',
    'identity-changed',
  ]
  const all = [...refusalStatuses.keys()].filter((code) => code.startsWith('records.')).map((code) => code.slice(8))
  expect(all.filter((code) => !here.has(code) && !elsewhere.includes(code))).toEqual([])
})
