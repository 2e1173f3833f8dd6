// Invented data for every resident page, so that pages can be looked at and tested without a server. Nobody here is real.
import type { Offering } from '../../contract/catalogue.ts'
import type { OrderView } from '../../contract/order-shapes.ts'
import type { Category, FiguresProps, FormState, InboxRow, PageContext, PageName, Pages } from '../../contract/pages.ts'

export type Sample = {
  readonly [Name in PageName]: { readonly label: string; readonly name: Name; readonly props: Pages[Name] }
}[PageName]

export const id = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`
export const NOW = '2026-10-12T02:00:00.000Z'

export const context: PageContext = {
  locale: 'zh-CN',
  zone: 'Asia/Shanghai',
  textPixels: 18,
  elder: false,
  path: '/',
  now: NOW,
  me: { name: '王秀兰', inTeam: true },
  centreName: '延庆区新时代文明实践中心',
  village: { id: id(1), name: '石河营村', phone: '010-60000001' },
  demo: true,
  assets: { styles: [], scripts: [] },
}

export const emptyForm: FormState = { clientId: id(9), values: {}, errors: [] }

const category = (
  n: number,
  slug: string,
  name: string,
  nameEn: string,
  summary: string,
  summaryEn: string,
): Category => ({
  id: id(100 + n),
  slug,
  name,
  nameEn,
  summary,
  summaryEn,
  sort: n,
  validFrom: '2018-10-26',
  validUntil: null,
  offerings: n + 3,
})

export const categories: readonly Category[] = [
  category(
    1,
    'policy-talks',
    '理论政策宣讲',
    'Policy talks',
    '用家常话讲清楚新政策、新办法，讲完当场答疑。',
    'New policies explained in everyday words, with time for questions.',
  ),
  category(
    2,
    'legal-advice',
    '法律咨询',
    'Legal advice',
    '土地、婚姻、赡养、借贷等身边的法律问题，请专业人员当面解答。',
    'Professionals answer everyday legal questions on land, family, care of parents and loans.',
  ),
  category(
    3,
    'science',
    '科技科普',
    'Science and technology',
    '农业技术到田头，科学常识进家门，手机电脑有人教。',
    'Farming know-how in the field, science for every home, and help with phones and computers.',
  ),
  category(
    4,
    'education',
    '教育培训',
    'Education and training',
    '学一门手艺，长一样本领，课程可以开到村里。',
    'Courses in practical skills that can be held in the village itself.',
  ),
  category(
    5,
    'culture',
    '文化服务',
    'Culture',
    '戏曲、电影、读书会，送到村口。',
    'Opera, films and reading circles brought to the village.',
  ),
  category(6, 'sport', '健身体育', 'Sport and fitness', '太极、广场舞、健身指导。', 'Tai chi, dancing and guidance.'),
  category(
    7,
    'health',
    '健康服务',
    'Health',
    '量血压、义诊、健康讲座。',
    'Blood pressure checks, free clinics and talks.',
  ),
]

const offering = (n: number, title: string, titleEn: string, summary: string, summaryEn: string): Offering => ({
  id: id(200 + n),
  category: { id: id(107), slug: 'health', name: '健康服务', nameEn: 'Health' },
  provider: { kind: 'agency', id: id(300), name: '区卫健委', nameEn: 'District Health Commission' },
  title,
  titleEn,
  summary,
  summaryEn,
  targetGroups: ['elderly', 'disabled'],
  areaUnitIds: [],
  areaNames: [],
  durationMinutes: 90,
  headcountMin: 1,
  headcountMax: 40,
  leadWorkingDays: 3,
  monthlyQuota: 20,
  takenThisMonth: 6,
  venueNeeds: ['安静的单独房间'],
  licenceNeeds: [],
  openHours: [],
  blackoutDays: [],
  isRisky: false,
  confirmedAt: NOW,
  freshUntil: '2027-01-10T02:00:00.000Z',
  isHidden: false,
  endedAt: null,
  version: 1,
})

export const offerings: readonly Offering[] = [
  offering(
    1,
    '上门量血压、测血糖',
    'Blood pressure and sugar checked at home',
    '村医上门，量完当面讲清楚怎么吃药、怎么吃饭。',
    'The village doctor comes and explains what the figures mean.',
  ),
  offering(
    2,
    '智能手机教学',
    'Learning to use a smartphone',
    '教会微信视频、看病挂号、识别诈骗短信。',
    'Video calls, booking a doctor and spotting swindles.',
  ),
  offering(3, '免费理发', 'Free haircut', '行动不便的老人可以上门。', 'At home for those who cannot walk well.'),
  offering(
    4,
    '中医义诊',
    'Chinese medicine: free clinic',
    '坐诊把脉，讲四季养生。',
    'Consultation and advice for every season.',
  ),
  offering(
    5,
    '法律明白人到村咨询',
    'A legal adviser comes to the village',
    '土地、赡养、借贷，当面问。',
    'Ask about land, care of parents or loans.',
  ),
  offering(6, '露天电影', 'Open-air film', '天黑开演，自带板凳。', 'Begins at dusk; bring a stool.'),
]

export const timeline: Pages['order']['timeline'] = [
  ['place', 'submitted', '2026-10-09T01:12:00.000Z'],
  ['dispatch', 'dispatching', '2026-10-09T03:40:00.000Z'],
  ['offer', 'offered', '2026-10-09T03:52:00.000Z'],
  ['accept', 'accepted', '2026-10-09T08:05:00.000Z'],
  ['schedule', 'scheduled', '2026-10-10T01:20:00.000Z'],
].map(([move, toState, at], n) => ({
  id: id(400 + n),
  move: move!,
  fromState: 'submitted' as const,
  toState: toState as OrderView['state'],
  at: at!,
  by: '石河营村实践站',
  reasonCode: null,
  reason: move === 'schedule' ? '电话约好，周二上午九点半到村委会。' : null,
  responsibleUnitName: '石河营村',
  dueAt: '2026-10-13T04:00:00.000Z',
}))

export const order: OrderView = {
  id: id(500),
  number: '26-004217-K',
  state: 'scheduled',
  outcome: null,
  title: '上门量血压、测血糖',
  channel: 'web',
  urgency: 'normal',
  category: { id: id(107), name: '健康服务', nameEn: 'Health' },
  unit: { id: id(1), name: '石河营村' },
  responsibleUnit: { id: id(1), name: '石河营村' },
  provider: { kind: 'agency', id: id(300), name: '区卫健委' },
  contactNameMasked: '王**',
  headcount: 12,
  nextStep: 'serve',
  dueAt: '2026-10-13T04:00:00.000Z',
  isOverdue: false,
  isPaused: false,
  escalationLevel: 0,
  scheduledFrom: '2026-10-13T01:30:00.000Z',
  placedAt: '2026-10-09T01:12:00.000Z',
  version: 6,
  details: '有两位老人走路不便，请带小型血糖仪。',
  outcomeReason: null,
  contactPhoneMasked: '138****0001',
  addressMasked: '石河营村***',
  venue: '村委会一层活动室',
  targetGroup: 'elderly',
  windowFrom: '2026-10-13T00:00:00.000Z',
  windowUntil: '2026-10-13T04:00:00.000Z',
  risks: [],
  agreementTriggers: [],
  agreementAt: null,
  insuranceConfirmedAt: null,
  offering: { id: id(201), title: '上门量血压、测血糖' },
  proxyRelation: null,
  providerContact: { name: '李医生', phone: '13900000002' },
  scheduledUntil: '2026-10-13T03:00:00.000Z',
  deliveredAt: null,
  deliveryResult: null,
  actualHeadcount: null,
  headcountConfirmed: false,
  reviewOn: null,
  mergedInto: null,
  closedAt: null,
  closedAs: null,
  reopenings: 0,
  answers: [],
  evaluation: null,
  offers: [],
  clocks: [],
  attendance: [],
  photos: [],
  moves: ['remind', 'cancel'],
}

const offer: InboxRow['offer'] = {
  id: id(600),
  orderId: id(500),
  mode: 'invited',
  state: 'open',
  provider: { kind: 'team', id: id(700), name: '石河营村志愿服务队' },
  madeAt: NOW,
  deadlineAt: '2026-10-13T02:00:00.000Z',
  decidedAt: null,
  declineReason: null,
  round: 1,
}
export const inbox: InboxRow = { offer, order, summary: '周二上午，村委会一层活动室，12 位老人。' }

export const faulty: FormState = {
  clientId: id(9),
  values: { title: ['院里路灯不亮了'], headcount: ['好多'], half: ['any'], urgency: ['normal'], targetGroup: ['all'] },
  errors: [
    { field: 'village', message: '哪个村（社区）：请填写此项。' },
    { field: 'headcount', message: '大约多少人参加：此项的格式不对。' },
    { field: 'contactName', message: '怎么称呼您：请填写此项。' },
  ],
}

const groups = [
  {
    name: '延庆镇',
    villages: [
      { value: '110119100201', name: '石河营村' },
      { value: '110119100202', name: '民主村' },
    ],
  },
  {
    name: '康庄镇',
    villages: [
      { value: '110119101201', name: '一街村' },
      { value: '110119101202', name: '火烧营村' },
    ],
  },
]

export const orderForm: Pages['order-form'] = {
  form: {
    ...emptyForm,
    values: {
      village: ['110119100201'],
      headcount: ['1'],
      half: ['any'],
      urgency: ['normal'],
      targetGroup: ['elderly'],
    },
  },
  offering: offerings[0]!,
  categories,
  groups,
  phoneMasked: '138****0001',
  dateMin: '2026-10-12',
  dateMax: '2027-01-10',
}

export const act = (name: Pages['act']['act']): Pages['act'] => ({
  act: name,
  form: emptyForm,
  order,
  action: `/orders/${order.id}/${name}`,
  back: `/orders/${order.id}`,
  teams: [{ id: id(700), name: '石河营村志愿服务队' }],
  members: [{ id: id(701), name: '赵志愿' }],
})

export const figures: FiguresProps = {
  from: '2018-10-26',
  until: '2019-10-26',
  countedAt: NOW,
  figures: [
    { figure: 'orders', value: 5_217, query: 'select count(*) as value from service_order where district_id = $1' },
    { figure: 'people', value: 55_693, query: 'select sum(actual_headcount) as value from service_order' },
  ],
  rates: [
    {
      rate: 'response',
      numerator: 0,
      denominator: 0,
      value: null,
      low: null,
      high: null,
      definition: '还没有可数的点单。',
    },
    {
      rate: 'resolution',
      numerator: 480,
      denominator: 500,
      value: 0.96,
      low: 0.939,
      high: 0.974,
      definition: '有效回访或评价中，点单人说“解决了”的占比。',
    },
  ],
}
