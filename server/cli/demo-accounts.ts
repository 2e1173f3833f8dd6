import { TOTP } from 'otpauth'
import type { Role } from '#modules/people/index.ts'

/** An invented account of the demonstration. Its secrets are public on purpose; they exist in no other district. */
export interface DemoStaff {
  readonly login: string
  readonly password: string
  /** Base32 secret of the authenticator. */
  readonly totpSecret: string
  readonly name: string
  readonly what: string
  readonly role: Role
  /** Where the role is held: the centre, an agency by slug, or a unit by its 12-digit code. */
  readonly at: 'centre' | { readonly agency: string } | { readonly code: string }
}

export interface DemoResident {
  readonly phone: string
  readonly name: string
  readonly what: string
}

const PASSWORD = 'huiyin-demo-2026'

function staff(
  login: string,
  name: string,
  role: Role,
  at: DemoStaff['at'],
  what: string,
  totpSecret: string,
): DemoStaff {
  return { login, password: PASSWORD, totpSecret, name, what, role, at }
}

export const DEMO_STAFF: readonly DemoStaff[] = [
  staff('admin', '安若溪', 'district-admin', 'centre', '区级管理员', 'JBSWY3DPEHPK3PXPAAAAAAAAAAAAAAAA'),
  staff('leader', '方知远', 'centre-leader', 'centre', '中心负责人', 'JBSWY3DPEHPK3PXPBBBBBBBBBBBBBBBB'),
  staff('dispatcher', '柳承安', 'dispatcher', 'centre', '中心派单员', 'JBSWY3DPEHPK3PXPCCCCCCCCCCCCCCCC'),
  staff(
    'institute',
    '田禾',
    'dispatcher',
    { code: '110119103000' },
    '永宁镇实践所派单员',
    'JBSWY3DPEHPK3PXPDDDDDDDDDDDDDDDD',
  ),
  staff(
    'keeper',
    '江小满',
    'station-keeper',
    { code: '110119103001' },
    '永宁镇一个站的专管员',
    'JBSWY3DPEHPK3PXPEEEEEEEEEEEEEEEE',
  ),
  staff('agent', '沈听雨', 'phone-agent', 'centre', '电话坐席', 'JBSWY3DPEHPK3PXPFFFFFFFFFFFFFFFF'),
  staff(
    'health',
    '白术',
    'provider',
    { agency: 'health-commission' },
    '区卫健委承办人',
    'JBSWY3DPEHPK3PXPGGGGGGGGGGGGGGGG',
  ),
  staff(
    'justice',
    '韩正言',
    'provider',
    { agency: 'justice-bureau' },
    '区司法局承办人',
    'JBSWY3DPEHPK3PXPHHHHHHHHHHHHHHHH',
  ),
  staff('caller', '叶回声', 'caller', 'centre', '回访员', 'JBSWY3DPEHPK3PXPIIIIIIIIIIIIIIII'),
  staff('editor', '宋清单', 'catalogue-editor', 'centre', '服务目录编辑', 'JBSWY3DPEHPK3PXPJJJJJJJJJJJJJJJJ'),
  staff('points', '米粒', 'points-officer', 'centre', '积分专员', 'JBSWY3DPEHPK3PXPKKKKKKKKKKKKKKKK'),
  staff('auditor', '石砚', 'auditor', 'centre', '审计员', 'JBSWY3DPEHPK3PXPLLLLLLLLLLLLLLLL'),
]

export const DEMO_RESIDENTS: readonly DemoResident[] = [
  { phone: '13900000001', name: '陈桂兰', what: '居民，75 岁，常用电话' },
  { phone: '13900000002', name: '赵长河', what: '居民' },
  { phone: '13900000011', name: '林守望', what: '永宁“橄榄枝”队负责人（志愿者）' },
  { phone: '13900000012', name: '周小舟', what: '永宁“橄榄枝”队队员（志愿者）' },
  { phone: '13900000013', name: '顾春山', what: '儒林“送菜”小队负责人（志愿者）' },
]

/** The accounts with the one-time passwords of this moment, for the screen of a demonstration. */
export function demoAccountRows(at: Date) {
  const staffRows = DEMO_STAFF.map(({ login, password, totpSecret, name, what }) => {
    const totp = new TOTP({ secret: totpSecret }).generate({ timestamp: at.getTime() })
    return { kind: 'staff' as const, login, password, totp, name, what }
  })
  const residents = DEMO_RESIDENTS.map(({ phone, name, what }) => ({
    kind: 'resident' as const,
    login: phone,
    password: null,
    totp: null,
    name,
    what,
  }))
  return [...staffRows, ...residents]
}
