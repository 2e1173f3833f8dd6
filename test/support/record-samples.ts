// Invented records and certificates for the resident pages. Nobody here is real.
import type { CertificateView, RecordBookView } from '../../contract/records.ts'
import { emptyForm, id, type Sample } from './resident-fixtures.ts'

const certificate: CertificateView = {
  id: id(950),
  unitId: id(1),
  unitName: '石河营村',
  issuerUnitId: id(1),
  issuerName: '石河营村',
  fromDay: '2026-01-01',
  untilDay: '2026-10-10',
  purpose: '申请星级志愿者评定',
  state: 'issued',
  nextStep: null,
  dueAt: null,
  responsibleUnitName: null,
  holderName: '林晓',
  idType: 'resident-id',
  idNumberMasked: '1****************X',
  volunteerNumber: '110119000012345678',
  requestedAt: '2026-09-28T02:00:00.000Z',
  verifiedMinutes: 750,
  claimedMinutes: 90,
  handlerName: '顾平',
  contact: '010-69101234',
  remarks: '',
  noticeUntil: '2026-10-09T16:00:00.000Z',
  inChargeName: '沈越',
  issuedAt: '2026-10-10T02:00:00.000Z',
  serial: '110119100201-2026-0007',
  hasSeal: true,
  endedReason: null,
  endedAt: null,
}
const lines = ['秋日读书小组', '陪老人理发', '清洁家园'].map((title, index) => ({
  recordId: id(960 + index),
  day: `2026-09-1${index}`,
  title,
  minutes: 90,
  class: index === 2 ? ('claimed' as const) : ('verified' as const),
}))
const shareLink = 'https://huiyin.example.cn/certificates/110119100201-2026-0007?code=ABCDEFGHJKLMNPQRSTUV'
const book: RecordBookView = {
  basic: {
    name: '林晓',
    phoneMasked: '138****1234',
    volunteerNumber: null,
    registeredAt: '2026-03-05T02:00:00.000Z',
    skills: ['理发', '急救'],
    teams: ['橄榄枝志愿服务队'],
  },
  service: {
    byUnit: [
      {
        unitId: id(1),
        unitName: '石河营村',
        records: 9,
        verifiedMinutes: 750,
        claimedMinutes: 90,
        firstDay: '2026-03-08',
        lastDay: '2026-09-12',
      },
    ],
    newest: lines.map((line, index) => ({
      id: line.recordId,
      day: line.day,
      title: line.title,
      unitName: '石河营村',
      minutes: line.minutes,
      class: line.class,
      state: index === 0 ? 'noticed' : 'booked',
      bookedMinutes: index === 0 ? 0 : line.minutes,
    })),
  },
  training: [
    {
      id: id(970),
      kind: 'training',
      name: '初级急救培训',
      content: '心肺复苏、包扎',
      minutes: 180,
      giver: '区红十字会',
      day: '2026-05-20',
      unitId: id(1),
      unitName: '石河营村',
      enteredAt: '2026-05-21T02:00:00.000Z',
      isCorrection: true,
      demand: {
        id: id(971),
        reason: '实际是三小时',
        state: 'corrected',
        madeAt: '2026-05-22T02:00:00.000Z',
        answer: '已按签到表更正',
      },
    },
  ],
  commendation: [],
  evaluation: [
    { orderId: id(980), orderNumber: '26-000417-K', stars: 5, solved: true, at: '2026-09-20T02:00:00.000Z' },
  ],
}
const checked = {
  serial: '110119100201-2026-0007',
  state: 'issued' as const,
  issuerName: '石河营村',
  holderMasked: '林*',
  fromDay: '2026-01-01',
  untilDay: '2026-10-10',
  verifiedMinutes: 750,
  claimedMinutes: 90,
  issuedAt: '2026-10-10T02:00:00.000Z',
  endedAt: null,
}
const notice = { ...checked, id: id(951), noticeUntil: '2026-10-18T16:00:00.000Z' }
const pending: CertificateView = {
  ...certificate,
  state: 'objected',
  serial: null,
  issuedAt: null,
  inChargeName: null,
  responsibleUnitName: '延庆镇',
  dueAt: '2026-10-15T10:00:00.000Z',
}
const objection = {
  id: id(952),
  reason: '九月他在外地',
  madeAt: '2026-10-11T02:00:00.000Z',
  isUpheld: false,
  answer: '有签到记录',
  answeredAt: '2026-10-12T01:00:00.000Z',
}
const about = { issuerName: '石河营村', holderMasked: '林*', mootAt: null }
const ownObjections = [
  { ...objection, ...about, id: id(953), isUpheld: null, answer: null, answeredAt: null },
  { ...objection, ...about },
  { ...objection, ...about, id: id(954), isUpheld: null, answer: null, mootAt: '2026-10-12T01:00:00.000Z' },
]
const open = { form: emptyForm, done: null, objections: [], lines }

export const recordSamples: readonly Sample[] = [
  {
    label: 'feeds',
    name: 'feeds',
    props: {
      form: emptyForm,
      teams: [{ id: id(904), name: '橄榄枝志愿服务队' }],
      rows: [
        { id: id(990), isMine: true, teamName: null, createdAt: '2026-10-01T02:00:00.000Z' },
        { id: id(991), isMine: false, teamName: null, createdAt: '2026-10-02T02:00:00.000Z' },
      ],
      made: 'https://huiyin.example.cn/calendar/110119.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ.ics',
    },
  },
  { label: 'record-book', name: 'record-book', props: { book, done: 'demand' } },
  { label: 'record-demand', name: 'record-demand', props: { form: emptyForm, entry: book.training[0]! } },
  { label: 'certificates', name: 'certificates', props: { rows: [pending, certificate] } },
  {
    label: 'certificate-request',
    name: 'certificate-request',
    props: {
      form: { ...emptyForm, values: { unitId: [id(1)], idType: ['resident-id'], holderName: ['林晓'] } },
      units: book.service.byUnit,
    },
  },
  { label: 'certificate-none', name: 'certificate-request', props: { form: emptyForm, units: [] } },
  {
    label: 'certificate',
    name: 'certificate',
    props: { ...open, certificate: { ...certificate, identity: 'same' }, acts: ['download'], shareLink },
  },
  {
    label: 'certificate-objected',
    name: 'certificate',
    props: {
      ...open,
      certificate: { ...pending, identity: 'unchecked' },
      done: 'request',
      objections: [objection],
      acts: ['withdraw'],
      shareLink: null,
    },
  },
  { label: 'check-certificate', name: 'check-certificate', props: { form: emptyForm, found: null } },
  { label: 'checked', name: 'check-certificate', props: { form: emptyForm, found: checked } },
  {
    label: 'checked-revoked',
    name: 'check-certificate',
    props: {
      form: emptyForm,
      found: { ...checked, state: 'revoked', endedAt: '2026-10-11T02:00:00.000Z' },
    },
  },
  {
    label: 'certificate-notices',
    name: 'certificate-notices',
    props: { rows: [notice], mine: ownObjections, done: 'object' },
  },
  { label: 'certificate-objection', name: 'certificate-objection', props: { form: emptyForm, notice } },
]
