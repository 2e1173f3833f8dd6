export const hours = {
  'refusal.kind-unknown': '没有这个服务类型，或者它现在不在有效期内。',
  'refusal.kind-does-not-count': '“{kind}”不计入志愿服务时长，不能作为志愿活动的类型。',
  'refusal.not-yours-to-approve': '这条时长不由您审核。',
  'refusal.own-hours': '不能审核自己的时长，请由其他人审核。',
  'refusal.own-record': '这条时长是您记录的，请由其他人审核。',
  'refusal.household-hours': '不能审核同住家人的时长，请由其他人审核。',
  'refusal.not-waiting': '这条时长不在等待审核，可能已有人处理。',
  'refusal.more-than-recorded': '批准的时长不能多于记录的时长。',
  'refusal.reason-needed': '请写明理由。',
} as const
