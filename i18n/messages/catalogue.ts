export const catalogue = {
  'target.all': '全体居民',
  'target.elderly': '老年人',
  'target.children': '少年儿童',
  'target.women': '妇女',
  'target.disabled': '残疾人',
  'target.farmers': '农民',
  'target.veterans': '退役军人',
  'target.party-members': '党员',
  'target.jobseekers': '求职者',
} as const
