export const orgs = {
  'refusal.period-not-after-last': '新名称须从当前名称开始日期之后起用。',
  'refusal.code-taken': '该日期起，代码 {code} 已属于别的单位。',
  'refusal.phone-invalid': '这不是一个可用的电话号码，请填 11 位手机号或带区号的座机号。',
  'refusal.wrong-parent': '实践站设在实践所下，实践所和机构设在中心下。',
  'refusal.code-elsewhere': '请填 12 位统计代码：前几位与上级一致，实践所以 000 结尾，实践站不以 000 结尾；机构不填。',
  'refusal.unit-ended': '这个单位已经撤销，历史不再改动。',
  'refusal.centre-stays': '实践中心不能撤销。',
  'refusal.end-not-yet': '撤销日期不能晚于今天。到了那一天再办，手上的事才交接得清。',
  'refusal.wrong-successor': '请选一个今天仍在的同类单位，或它的上级，来接手。',
  'refusal.units-below': '它下面还有单位，请先逐个撤销。',
  'refusal.still-holds':
    '还有事没有了结：在岗 {staff} 人、服务项目 {offerings} 项、手上的点单 {orders} 张、待办 {matters} 件、将办的活动 {activities} 场。',
  'kind.centre': '实践中心',
  'kind.institute': '实践所',
  'kind.station': '实践站',
  'kind.agency': '机构',
} as const
