export const attendance = {
  'refusal.checked-in-already': '此人已经签到。',
  'refusal.not-checked-in': '此人还没有签到。',
  'refusal.checked-out-already': '此人已经签退。时间有误请负责人更正。',
  'refusal.elsewhere-now': '此人此刻正在另一处服务，不能同时在两个地方签到。',
  'refusal.own-co-sign': '负责人不能为自己联签。',
  'refusal.not-a-volunteer': '此人还没有注册为志愿者。',
} as const
