// A person's own account and what staff may see of people.
import { askLink } from '../../server/modules/people/link-people.ts'
import { insertLink, settleLink } from '../../server/modules/people/link-rows.ts'
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
  return world.server.work(async ({ tx, now }) => {
    const childId = await insertPerson(tx, now, { name: '韩小满', phone: null, locale: 'zh-CN' })
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
  listSharedVolunteers: [one({ isRead: true, ...body({ system: 'beijing', afterId: null }) })],
} satisfies Record<string, readonly Case[]>
