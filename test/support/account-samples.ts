// The pages of one's own account, in the states in which they look different.
import type { MyVolunteer } from '../../contract/pages-account.ts'
import { categories, emptyForm, id, NOW, type Sample } from './resident-fixtures.ts'

const nobody: MyVolunteer = {
  isVolunteer: false,
  skills: [],
  serviceKinds: [],
  freeTimes: [],
  languages: [],
  beijingNumber: null,
  nationalNumber: null,
  politicalCode: null,
  occupation: null,
  emergency: null,
  insuredUntil: null,
  licences: [],
}
const licence = {
  id: id(920),
  kind: '电工证',
  issuer: '区应急管理局',
  proofNumberMasked: 'T******1',
  validUntil: '2027-06-30',
  isExpired: false,
}
const volunteer: MyVolunteer = {
  ...nobody,
  isVolunteer: true,
  skills: ['理发'],
  emergency: { name: '王老伯', relation: '父亲', phoneMasked: '138****0009' },
  licences: [licence, { ...licence, id: id(921), validUntil: '2022-01-31', isExpired: true }],
}
const faulty = (field: string) => ({ ...emptyForm, errors: [{ field, message: '请再看看这一项。' }] })
const profile = { form: emptyForm, licenceForm: emptyForm, categories, done: null } as const
const consent = {
  id: id(922),
  purpose: 'photos' as const,
  givenAt: NOW,
  withdrawnAt: null,
  wordingVersion: '2026-11',
  byGuardian: false,
}
const current = [
  { purpose: 'health-declaration' as const, wordingVersion: '2026-11' },
  { purpose: 'sharing' as const, wordingVersion: '2026-11' },
  { purpose: 'photos' as const, wordingVersion: '2026-11' },
]
const question = {
  id: id(923),
  kind: 'guardian' as const,
  state: 'asked' as const,
  isAsker: false,
  relation: '母亲',
  otherName: '王小花',
  phoneMasked: null,
  isUnder14: true,
  wardId: null,
  askedAt: NOW,
}
const household = {
  ...question,
  id: id(924),
  kind: 'household' as const,
  state: 'confirmed' as const,
  isUnder14: false,
}
const waiting = {
  ...household,
  id: id(925),
  state: 'asked' as const,
  isAsker: true,
  otherName: null,
  phoneMasked: '138****0002',
}
const answer = {
  isRegistered: true,
  registeredAt: NOW,
  isVolunteer: true,
  teams: ['河湾应答队'],
  holdBacks: [],
  exitToken: 'token',
}
const merged = { id: id(926), state: 'done' as const, proposedAt: NOW, undoUntil: NOW, mayUndo: true }

export const accountSamples: readonly Sample[] = [
  { label: 'profile-new', name: 'my-profile', props: { ...profile, volunteer: nobody } },
  { label: 'profile', name: 'my-profile', props: { ...profile, volunteer, done: 'saved' } },
  { label: 'profile-faulty', name: 'my-profile', props: { ...profile, volunteer, licenceForm: faulty('kind') } },
  {
    label: 'identity',
    name: 'my-identity',
    props: {
      form: faulty('documentNumber'),
      identity: {
        name: '王秀兰',
        documentKind: 'resident-id',
        documentNumberMasked: '1****************X',
        birthDate: '1949-12-31',
        sex: 'female',
        isMinor: false,
        isUnder14: false,
      },
      done: null,
    },
  },
  { label: 'consents', name: 'my-consents', props: { form: emptyForm, rows: [consent], current, done: null } },
  {
    label: 'family',
    name: 'my-family',
    props: { form: faulty('code'), links: [question, household, waiting], isMinor: false, done: null },
  },
  { label: 'family-minor', name: 'my-family', props: { form: emptyForm, links: [], isMinor: true, done: 'asked' } },
  {
    label: 'ward',
    name: 'ward',
    props: {
      form: emptyForm,
      id: id(927),
      ward: {
        name: '王小花',
        isUnder14: true,
        consents: [{ ...consent, byGuardian: true }],
        current,
        looks: [{ at: NOW, by: 'station-keeper', purpose: 'emergency-accident', fields: ['emergency-contact'] }],
      },
      done: null,
    },
  },
  { label: 'accounts', name: 'my-accounts', props: { form: emptyForm, merges: [merged], phone: null, done: null } },
  {
    label: 'accounts-code',
    name: 'my-accounts',
    props: { form: faulty('code'), merges: [], phone: '13800000002', done: null },
  },
  {
    label: 'export',
    name: 'my-export',
    props: {
      at: NOW,
      sections: [
        { name: 'person', rows: [{ name: '王秀兰', phone: '13800000001', byGuardian: false, askedAt: NOW }] },
        { name: 'orders', rows: [] },
      ],
    },
  },
  { label: 'leave', name: 'leave', props: { form: emptyForm, holdBacks: [], sentTo: null } },
  { label: 'leave-code', name: 'leave', props: { form: faulty('code'), holdBacks: [], sentTo: '138****0001' } },
  { label: 'leave-not-yet', name: 'leave', props: { form: emptyForm, holdBacks: ['checked-in'], sentTo: null } },
  { label: 'registered', name: 'registered', props: { step: 'phone', form: faulty('phone') } },
  { label: 'registered-code', name: 'registered', props: { step: 'code', form: emptyForm, phone: '13800000001' } },
  { label: 'registered-answer', name: 'registered', props: { step: 'answer', form: emptyForm, answer } },
  {
    label: 'registered-no',
    name: 'registered',
    props: { step: 'answer', form: emptyForm, answer: { ...answer, isRegistered: false, exitToken: null } },
  },
  { label: 'registered-left', name: 'registered', props: { step: 'left' } },
]
