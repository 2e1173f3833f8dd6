/** Requests about record books and certificates that must succeed: they need hours that are booked, and a notice that is over. */
import { randomUUID } from 'node:crypto'
import { YANQING } from '../../server/cli/district-plan.ts'
import {
  dayIn,
  get,
  granted,
  newVolunteer,
  personOf,
  post,
  put,
  RESIDENT,
  type Scene,
  type Volunteer,
  type Wishes,
} from './scene.ts'

const HANDLER = 'keeper'
const SIGNER = 'dispatcher'
const REASON = { reason: '材料不齐，请补充' }
const FACTS = { name: '急救培训', content: '心肺复苏', minutes: 120, giver: '区红十字会' }
const TINY_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Hours whose notice has been over for long. */
const BOOKED = `
  insert into hours_record (district_id, id, person_id, day, subject_kind, title, unit_id, entry_id, started_at, ended_at, minutes,
                            class, state, tier, booked_minutes, booked_class, booked_at, recorded_at)
  select $1, $2, $3, (at at time zone 'Asia/Shanghai')::date, 'other', '读书小组', $4, $5, at, at + interval '90 minutes', 90,
         'verified', 'booked', 0, 90, 'verified', now(), at
    from (select now() - interval '30 days' as at) as month_ago`
const END_NOTICE = `
  update certificate set state = 'ready', next_step = 'sign-off', notice_until = huiyin_now() - interval '1 second' where id = $1`

const unitOf = (scene: Scene) => personOf(scene, HANDLER).unitId!

async function newHolder(scene: Scene): Promise<Volunteer> {
  const holder = await newVolunteer(scene)
  await scene.owner.query(BOOKED, [YANQING, randomUUID(), holder.personId, unitOf(scene), randomUUID()])
  return holder
}

const requestBy = (scene: Scene, holder: Volunteer) =>
  post(holder, '/api/v1/me/certificates', {
    unitId: unitOf(scene),
    fromDay: dayIn(-100),
    untilDay: dayIn(0),
    purpose: '申请星级评定',
    holderName: '丁一心',
    idType: 'resident-id',
    idNumber: '11010519491231002X',
  })

interface Certificate {
  readonly holder: Volunteer
  readonly path: string
}

async function requested(scene: Scene): Promise<Certificate> {
  const holder = await newHolder(scene)
  const { id } = await granted<{ id: string }>(scene, requestBy(scene, holder))
  return { holder, path: `/api/v1/certificates/${id}` }
}

const prepare = ({ path }: Certificate) => post(HANDLER, `${path}/prepare`, { contact: '010-69101234' })
const object = ({ path }: Certificate) => post(RESIDENT, `${path}/objections`, { reason: '这段时间他不在村里' })
const signOff = ({ path }: Certificate) => post(SIGNER, `${path}/sign-off`, undefined)

async function onNotice(scene: Scene): Promise<Certificate> {
  const made = await requested(scene)
  await granted(scene, prepare(made))
  return made
}

async function ready(scene: Scene): Promise<Certificate> {
  const made = await onNotice(scene)
  await scene.owner.query(END_NOTICE, [made.path.split('/').at(-1)])
  return made
}

async function issued(scene: Scene): Promise<Certificate> {
  const made = await ready(scene)
  await granted(scene, signOff(made))
  return made
}

const enter = (scene: Scene, phones: readonly string[]) =>
  post(HANDLER, '/api/v1/record-entries', {
    unitId: unitOf(scene),
    kind: 'training',
    ...FACTS,
    day: dayIn(-1),
    phones,
  })

async function entered(scene: Scene): Promise<{ holder: Volunteer; path: string }> {
  const holder = await newHolder(scene)
  await granted(scene, enter(scene, [holder.phone]))
  const { training } = await granted<{ training: { id: string }[] }>(scene, get(holder, '/api/v1/me/record'))
  return { holder, path: `/api/v1/record-entries/${training[0]!.id}` }
}

const demand = ({ holder, path }: Certificate) => post(holder, `${path}/demands`, { reason: '学时记少了' })

const CERTIFICATES: Wishes = {
  requestCertificate: async (scene) => requestBy(scene, await newHolder(scene)),
  withdrawCertificate: async (scene) => {
    const { holder, path } = await onNotice(scene)
    return post(holder, `${path}/withdraw`, undefined)
  },
  downloadCertificate: async (scene) => {
    const { holder, path } = await issued(scene)
    return get(holder, `/api/v1/me/certificates/${path.split('/').at(-1)}/file`)
  },
  listCertificates: async (scene) => {
    await requested(scene)
    return get(HANDLER, '/api/v1/certificates')
  },
  readCertificate: async (scene) => get(HANDLER, (await issued(scene)).path),
  checkCertificate: async (scene) => {
    const { holder, path } = await issued(scene)
    const { shareLink } = await granted<{ shareLink: string }>(scene, get(holder, path))
    const { pathname, search } = new URL(shareLink)
    return get('public', `/api/v1/certificate-checks/${pathname.split('/').at(-1)}${search}`)
  },
  objectToCertificate: async (scene) => object(await onNotice(scene)),
  answerObjection: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, object(await onNotice(scene)))
    const body = { isUpheld: false, answer: '已核对签到表' }
    return post(SIGNER, `/api/v1/certificate-objections/${id}/answer`, body)
  },
  prepareCertificate: async (scene) => prepare(await requested(scene)),
  refuseCertificate: async (scene) => post(HANDLER, `${(await onNotice(scene)).path}/refuse`, REASON),
  signOffCertificate: async (scene) => signOff(await ready(scene)),
  revokeCertificate: async (scene) => post(SIGNER, `${(await issued(scene)).path}/revoke`, REASON),
  saveSeal: async (scene) => put(HANDLER, `/api/v1/units/${unitOf(scene)}/seal`, { dataBase64: TINY_PNG }),
  readSeal: async (scene) => {
    const path = `/api/v1/units/${unitOf(scene)}/seal`
    await granted(scene, put(HANDLER, path, { dataBase64: TINY_PNG }))
    return get(HANDLER, path)
  },
}

const ENTRIES: Wishes = {
  enterRecords: async (scene) => enter(scene, [(await newHolder(scene)).phone]),
  demandRecordCorrection: async (scene) => demand(await entered(scene)),
  listRecordEntries: async (scene) => {
    await entered(scene)
    return get(HANDLER, '/api/v1/record-entries')
  },
  correctRecordEntry: async (scene) => {
    const correction = { ...FACTS, minutes: 180, day: dayIn(-1) }
    return post(HANDLER, `${(await entered(scene)).path}/correction`, { correction })
  },
  answerRecordDemand: async (scene) => {
    const { id } = await granted<{ id: string }>(scene, demand(await entered(scene)))
    const body = { outcome: 'declined', answer: '签到表写的是两小时' }
    return post(HANDLER, `/api/v1/record-demands/${id}/answer`, body)
  },
}

export const RECORD_WISHES: Wishes = { ...CERTIFICATES, ...ENTRIES }
