// A person's own account and what staff may see of people.
import { askLink } from '../../server/modules/people/link-people.ts'
import { insertLink, settleLink } from '../../server/modules/people/link-rows.ts'
import { decideProposal, mergeOwn, proposeMerge } from '../../server/modules/people/merge-people.ts'
import { type GivenIdentity, saveIdentity } from '../../server/modules/people/save-identity.ts'
import { Refusal } from '../../server/platform/refusal.ts'
import { codeOf, DISTRICT_B, makeResident } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { insertPerson } from '../../server/modules/people/person-rows.ts'
import { addLicence, registerVolunteer } from '../../server/modules/teams/index.ts'
import type { Case, CaseInput, World } from './matrix.ts'
import type { Kind } from './who-may.ts'

interface Given<Target> {
  readonly resources?: readonly string[]
  readonly isRead?: boolean
  readonly make?: (world: World, resource: string) => Promise<Target>
  readonly input?: (target: Target, kind: Kind, world: World) => CaseInput | Promise<CaseInput>
  readonly answers?: (kind: Kind, resource: string, status: number) => readonly number[]
}

function one<Target>({ resources, isRead, make, input, answers }: Given<Target>): Case {
  return {
    resources: resources ?? ['own'],
    isRead: isRead === true,
    make: async (world, resource) => make?.(world, resource),
    input: async (target, kind, _resource, world) => (await input?.(target as Target, kind, world)) ?? {},
    answers: answers ?? ((_kind, _resource, status) => [status]),
  }
}

const body = (given: unknown) => ({ input: () => ({ body: given }) })

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
const LICENCE = { kind: '电工证', issuer: '区人社局', proofNumber: 'T110229', validUntil: '2030-01-01' }
const passport = () => `E${10_000_000 + Math.floor(Math.random() * 89_999_999)}`
/** Residents who may not be volunteers yet. */
const ifVolunteer = (_kind: Kind, _resource: string, status: number) => [status, 409]

const digits = () => String(10_000_000 + Math.floor(Math.random() * 89_999_999))

/** A question that the member asks of the own leader's phone. */
async function spareLink(world: World): Promise<string> {
  const { leader, member } = world.cast
  return world.server.work(async (work) => {
    await work.tx.raw(`update person_link set state = 'ended' where from_id = $1`, [member.personId])
    return askLink(work, member.personId, { kind: 'household', phone: leader.phone!, relation: '兄弟' })
  }, member.actor)
}

/** A minor whose guardian is the own leader, in the own district. */
async function ward(world: World): Promise<string> {
  const { leader } = world.cast
  return world.server.work(async (work) => {
    const { tx, now } = work
    const childId = await insertPerson(tx, now, { name: '韩小满', phone: null, locale: 'zh-CN' })
    const birthDate = `${now.getFullYear() - 15}-01-01`
    const document = { documentKind: 'passport', documentNumber: passport(), sexCode: null } as const
    await saveIdentity(work, childId, { name: '韩小满', birthDate, ...document })
    const linkId = (await insertLink(tx, now, {
      kind: 'guardian',
      fromId: childId,
      phone: leader.phone!,
      relation: '父亲',
    }))!
    await settleLink(tx, linkId, { state: 'confirmed', toId: leader.personId, at: now })
    return childId
  }, leader.actor)
}

/** Two accounts of one person, the first with a document. */
async function twoAccounts(world: World, resource: string) {
  const districtId = resource === 'foreign' ? DISTRICT_B : YANQING
  const made = async (name: string) => makeResident(world.server.host, districtId, `137${digits()}`, name)
  const [kept, absorbed, number] = [await made('韩一人'), await made('韩一人'), passport()]
  const given = {
    name: '韩一人',
    documentKind: 'passport',
    documentNumber: number,
    birthDate: '1975-01-01',
    sexCode: null,
  }
  await world.server.work((work) => saveIdentity(work, kept.personId, given as GivenIdentity), kept.actor)
  return { kept, absorbed, number }
}

async function spareProposal(world: World): Promise<string> {
  const { kept, absorbed, number } = await twoAccounts(world, 'own')
  const given = { keptPhone: kept.phone!, absorbedPhone: absorbed.phone!, documentNumber: number, note: '' }
  return world.server.work((work) => proposeMerge(work, { ...given, documentKind: 'passport' }), world.cast.admin.actor)
}

/** The same, agreed to by somebody else. */
async function spareStaffMerge(world: World): Promise<string> {
  const id = await spareProposal(world)
  await world.server.work((work) => decideProposal(work, id, true, []), world.cast.centreLeader.actor)
  return id
}

/** An account that the own leader joined into the own one. */
async function spareMerge(world: World): Promise<string> {
  const { absorbed } = await twoAccounts(world, 'own')
  const code = await codeOf(world.server.host, YANQING, absorbed.phone!)
  const { leader } = world.cast
  await world.server.work(
    ({ tx }) => tx.raw('update person set id_number_cipher = null, id_number_index = null'),
    leader.actor,
  )
  const merged = await world.server.work(
    (work) => mergeOwn(work, leader.personId, { phone: absorbed.phone!, code }, []),
    leader.actor,
  )
  if (merged instanceof Refusal) throw merged
  return merged.id
}

const guardianAlone = (kind: Kind, _resource: string, status: number) => (kind === 'leader' ? [status] : [404])

/** A licence that the own leader holds. */
async function spareLicence(world: World): Promise<string> {
  const { actor, personId } = world.cast.leader
  return world.server.work(async (work) => {
    await registerVolunteer(work, [])
    return addLicence(work, personId, LICENCE)
  }, actor)
}

export const peopleCases = {
  readMyIdentity: [one({ isRead: true })],
  saveMyIdentity: [
    one({
      input: () => ({
        body: {
          name: '韩如实',
          documentKind: 'passport',
          documentNumber: passport(),
          birthDate: '1980-02-29',
          sex: null,
        },
      }),
    }),
  ],
  readMyStaffPhone: [one({ isRead: true })],
  proveMyStaffPhone: [
    one({
      input: async (_target, kind, world) => {
        const phone = `137${digits()}`
        const districtId = kind === 'foreigner' ? DISTRICT_B : YANQING
        return { body: { phone, code: await codeOf(world.server.host, districtId, phone) } }
      },
    }),
  ],
  listMyConsents: [one({ isRead: true })],
  giveConsent: [one({ isRead: true, ...body({ purpose: 'photos', wordingVersion: '2026-11' }) })],
  withdrawConsent: [one({ isRead: true, ...body({ purpose: 'photos' }) })],
  readMyVolunteer: [one({ isRead: true })],
  updateMyVolunteer: [one({ isRead: true, ...body(PROFILE), answers: ifVolunteer })],
  addLicence: [one({ isRead: true, ...body(LICENCE), answers: ifVolunteer })],
  removeLicence: [
    one({
      make: spareLicence,
      input: (id) => ({ params: { id } }),
      answers: (kind, _resource, status) => (kind === 'leader' ? [status] : [404]),
    }),
  ],
  listMyLinks: [one({ isRead: true })],
  askLink: [one({ input: () => ({ body: { kind: 'household', phone: `139${digits()}`, relation: '夫妻' } }) })],
  answerLink: [
    one({
      make: spareLink,
      input: (id) => ({ params: { id }, body: { agrees: false, code: null, childConsent: false } }),
      // Asked of the own leader's phone alone.
      answers: (kind, _resource, status) => (kind === 'leader' ? [status] : [404]),
    }),
  ],
  endLink: [
    one({
      make: spareLink,
      input: (id) => ({ params: { id } }),
      answers: (kind, _resource, status) => (kind === 'member' ? [status] : [404]),
    }),
  ],
  readWard: [one({ isRead: true, make: ward, input: (id) => ({ params: { id } }), answers: guardianAlone })],
  setWardConsent: [
    one({
      isRead: true,
      make: ward,
      input: (id) => ({ params: { id }, body: { purpose: 'photos', agrees: true, wordingVersion: '2026-11' } }),
      answers: guardianAlone,
    }),
  ],
  requestMyCode: [one({ isRead: true })],
  checkRegistration: [one({ isRead: true, ...body({ phone: '13986429998', code: '000000' }), answers: () => [401] })],
  leaveByToken: [one({ isRead: true, ...body({ exitToken: 'x'.repeat(40) }), answers: () => [410] })],
  readMyExit: [one({ isRead: true })],
  leaveForGood: [one({ isRead: true, ...body({ code: '000000' }), answers: () => [401] })],
  exportMine: [one({ isRead: true })],
  mergeOwn: [one({ isRead: true, ...body({ phone: '13986429997', code: '000000' }), answers: () => [401] })],
  listMyMerges: [one({ isRead: true })],
  undoMyMerge: [
    one({
      make: spareMerge,
      input: (id) => ({ params: { id } }),
      answers: (kind, _resource, status) => (kind === 'leader' ? [status] : [404]),
    }),
  ],
  proposeMerge: [
    one({
      resources: ['own', 'foreign'],
      make: twoAccounts,
      input: ({ kept, absorbed, number }) => ({
        body: {
          keptPhone: kept.phone,
          absorbedPhone: absorbed.phone,
          documentKind: 'passport',
          documentNumber: number,
          note: '',
        },
      }),
      // People of another district are nobody here.
      answers: (_kind, resource, status) => (resource === 'own' ? [status] : [404]),
    }),
  ],
  listMerges: [one({ isRead: true })],
  decideMerge: [
    one({
      make: spareProposal,
      input: (id) => ({ params: { id }, body: { agrees: false } }),
      // The administrator proposed it.
      answers: (kind, _resource, status) => (kind === 'admin' ? [403] : [status]),
    }),
  ],
  undoMerge: [
    one({ make: spareStaffMerge, input: (id) => ({ params: { id } }) }),
    one({
      make: spareMerge,
      input: (id) => ({ params: { id } }),
      // What people joined themselves is theirs to undo.
      answers: () => [404],
    }),
  ],
  listSharedVolunteers: [one({ isRead: true, ...body({ system: 'beijing', afterId: null }) })],
} satisfies Record<string, readonly Case[]>
