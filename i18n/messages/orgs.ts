export const orgs = {
  'refusal.period-not-after-last': '新名称须从当前名称开始日期之后起用。',
  'refusal.code-taken': '该日期起，代码 {code} 已属于别的单位。',
  'refusal.phone-invalid': '这不是一个可用的电话号码，请填 11 位手机号或带区号的座机号。',
  'kind.centre': '实践中心',
  'kind.institute': '实践所',
  'kind.station': '实践站',
  'kind.agency': '机构',
} as const
