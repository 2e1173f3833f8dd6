// Invented sessions and volunteers for the pages of the civil calendar. Nobody here is real.
import type { Activity, ProgrammeRow } from '../../contract/activity-shapes.ts'
import { emptyForm, id, NOW, type Sample } from './resident-fixtures.ts'

const session: ProgrammeRow = {
  id: id(900),
  activityId: id(901),
  startsAt: '2026-10-13T01:00:00.000Z',
  endsAt: '2026-10-13T03:00:00.000Z',
  place: '石河营村文化室二楼',
  placeUnitId: id(1),
  signUpFrom: null,
  signUpUntil: '2026-10-13T01:00:00.000Z',
  state: 'planned',
  cancelReason: null,
  version: 1,
  roles: [{ id: id(902), name: '领读', needed: 2, taken: 1, skills: [], licences: [], ageMin: null }],
  title: '秋日读书小组',
  origin: 'station-choice',
  themeName: '书香延庆',
  campaignName: null,
  unitId: id(1),
  unitName: '石河营村',
  teamName: '橄榄枝志愿服务队',
  membersOnly: false,
  needed: 2,
  taken: 1,
  waiting: 0,
}
const activity: Activity = {
  id: id(901),
  origin: 'station-choice',
  orderId: null,
  themeId: id(903),
  campaignId: null,
  unitId: id(1),
  unitName: '石河营村',
  teamId: id(904),
  teamName: '橄榄枝志愿服务队',
  title: '秋日读书小组',
  description: '带一本喜欢的书来，读一段给大家听。',
  content: '共读、讨论',
  beneficiaries: '村里的老人和孩子',
  place: '石河营村文化室二楼',
  placeUnitId: id(1),
  risks: '楼梯较陡，请扶好。',
  protection: '',
  insurance: '统一投保',
  personInCharge: '林晓',
  recorder: '顾平',
  membersOnly: false,
  needsInsurance: false,
  needsHealth: false,
  kindSlug: 'reading',
  offerMinutes: 120,
  recurrence: 'FREQ=WEEKLY;COUNT=4',
  state: 'published',
  cancelReason: null,
  version: 2,
  nextStartsAt: '2026-10-13T01:00:00.000Z',
  sessions: 4,
}
const full = { ...session, id: id(905), title: '理发上门', taken: 2, waiting: 3 }
const cancelled = { ...session, id: id(906), state: 'cancelled' as const, cancelReason: '下雨' }
const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h4v4H0z"/></svg>'
const person = {
  personId: id(907),
  name: '周小禾',
  roleName: '领读',
  state: 'signed-up' as const,
  signedUpAt: NOW,
  offerUntil: null,
  checkedInAt: null,
  checkedOutAt: null,
  checkInMethod: null,
  checkOutMethod: null,
  score: null,
  reasons: [],
  needsConfirmation: false,
  photosAllowed: false,
}
const visit = { form: emptyForm, session, activity, organises: false, mine: null, done: null, skipped: [] } as const
const signedUp = { ...session, signUpState: 'signed-up' as const, roleName: '领读', offerUntil: null }

export const programmeSamples: readonly Sample[] = [
  {
    label: 'programme',
    name: 'programme',
    props: {
      q: '',
      from: '2026-10-12',
      themeId: '',
      themes: [
        { id: id(903), kind: 'theme', name: '书香延庆', nameEn: null, validFrom: '2026-10-01', validUntil: null },
      ],
      rows: [session, full, cancelled],
      nextCursor: 'x',
    },
  },
  {
    label: 'programme-none',
    name: 'programme',
    props: { q: '', from: '2026-10-12', themeId: '', themes: [], rows: [], nextCursor: null },
  },
  {
    label: 'programme-month',
    name: 'programme-month',
    props: { month: '2026-10', before: '2026-09', after: '2026-11', rows: [session, full, cancelled] },
  },
  { label: 'session', name: 'programme-session', props: visit },
  {
    label: 'session-waiting',
    name: 'programme-session',
    props: { ...visit, session: full, mine: { state: 'waiting', position: 3, offerUntil: null }, done: 'sign-up' },
  },
  {
    label: 'session-offered',
    name: 'programme-session',
    props: {
      ...visit,
      organises: true,
      mine: { state: 'offered', position: null, offerUntil: NOW },
      skipped: [{ startsAt: NOW, reason: 'overlap' }],
    },
  },
  {
    label: 'volunteering',
    name: 'volunteering',
    props: {
      isVolunteer: true,
      signUps: [signedUp],
      takable: [
        { ...session, whyNot: null },
        { ...full, whyNot: 'full' },
        { ...session, id: id(908), whyNot: 'licence-missing' },
      ],
    },
  },
  { label: 'volunteering-none', name: 'volunteering', props: { isVolunteer: false, signUps: [], takable: [] } },
  {
    label: 'my-code',
    name: 'my-code',
    props: { qr: 'x', qrSvg: svg, digits: '042917', dayPass: 'x', dayPassSvg: svg, secondsLeft: 12 },
  },
  { label: 'check-in', name: 'check-in', props: { form: emptyForm, session, done: null } },
  {
    label: 'check-in-done',
    name: 'check-in',
    props: {
      form: emptyForm,
      session,
      done: {
        personId: id(907),
        checkedInAt: NOW,
        checkedOutAt: null,
        score: 45,
        reasons: ['overlap'],
        needsConfirmation: true,
      },
    },
  },
  {
    label: 'session-screen',
    name: 'session-screen',
    props: {
      session,
      code: {
        code: 'A1B2C3D4',
        secondsLeft: 14,
        link: 'https://huiyin.example/check-in',
        qrSvg: svg,
        phoneCode: '204815',
        phoneSecondsLeft: 300,
        signedUp: 2,
        checkedIn: 1,
        endsAt: session.endsAt,
      },
    },
  },
  { label: 'sign-in-sheet', name: 'sign-in-sheet', props: { session, activity, rows: [person] } },
]
