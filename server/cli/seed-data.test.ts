import { describe, expect, test } from 'vitest'
import divisions from '../../db/seed/divisions/110119.json' with { type: 'json' }
import agencies from '../../db/seed/yanqing/agencies.json' with { type: 'json' }
import categories from '../../db/seed/yanqing/categories.json' with { type: 'json' }
import coordinates from '../../db/seed/yanqing/coordinates.json' with { type: 'json' }
import offerings from '../../db/seed/yanqing/offerings.json' with { type: 'json' }
import vocabularies from '../../db/seed/yanqing/vocabularies.json' with { type: 'json' }

const HAN = /\p{Script=Han}/u
const EMOJI = /\p{Extended_Pictographic}/u
const townshipCodes = divisions.townships.map((township) => township.code12)

/** Every {zh, en} pair below a value, with the path to it. */
function pairsBelow(value: unknown, path = ''): { path: string; zh: string; en: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const own =
    'zh' in value && 'en' in value && typeof value.zh === 'string' && typeof value.en === 'string'
      ? [{ path, zh: value.zh, en: value.en }]
      : []
  return [...own, ...Object.entries(value).flatMap(([key, child]) => pairsBelow(child, `${path}.${key}`))]
}

describe('texts', () => {
  test.each(Object.entries({ agencies, categories, offerings, vocabularies }))(
    '%s are whole in zh and en',
    (_, file) => {
      const pairs = pairsBelow(file)
      expect(pairs.length).toBeGreaterThan(6)
      for (const { path, zh, en } of pairs) {
        expect(zh, path).toMatch(HAN)
        expect(en, path).toMatch(/[A-Za-z]/)
        expect(en, path).not.toMatch(HAN)
        expect(zh + en, path).not.toMatch(EMOJI)
      }
    },
  )
})

test('slugs are unique and fit for addresses', () => {
  for (const file of [agencies, categories, offerings]) {
    const slugs = file.map((row) => row.slug)
    expect(new Set(slugs).size).toBe(slugs.length)
    for (const slug of slugs) expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/)
  }
})

test('there are the seven categories of the seed, each with offerings', () => {
  const names = ['理论政策宣讲', '法律咨询', '科技科普', '教育培训', '文化活动', '医疗养老', '体育健身']
  expect(categories.map((category) => category.zh)).toEqual(names)
  for (const category of categories) {
    expect(category.validFrom).toBe('2018-10-26')
    expect(offerings.filter((offering) => offering.category === category.slug).length).toBeGreaterThanOrEqual(5)
  }
})

test('six agencies lead the six professional teams, marked as assumptions; nobody has an invented code', () => {
  const leads = agencies.filter((agency) => agency.leadsProfessionalTeam !== undefined)
  const teams = leads.map((agency) => agency.leadsProfessionalTeam)
  expect(new Set(teams)).toEqual(new Set(['理论政策宣讲', '科技', '教育', '文化', '卫生', '体育']))
  expect(leads.every((agency) => agency.leadIsAssumption)).toBe(true)
  expect(agencies.every((agency) => agency.uscc === null)).toBe(true)
  expect(agencies.filter((agency) => !agency.inSeed).map((agency) => agency.slug)).toEqual(['justice-bureau'])
  for (const agency of agencies) {
    expect(
      offerings.some((offering) => offering.agency === agency.slug),
      agency.slug,
    ).toBe(true)
  }
})

test.each(offerings.map((offering) => [offering.slug, offering] as const))(
  'the offering %s can be ordered',
  (_, offering) => {
    expect(categories.map((category) => category.slug)).toContain(offering.category)
    expect(agencies.map((agency) => agency.slug)).toContain(offering.agency)
    expect(offering.targetGroups.length).toBeGreaterThan(0)
    for (const group of offering.targetGroups) expect(vocabularies.targetGroups).toHaveProperty(group)
    for (const licence of offering.needs.licences) expect(vocabularies.licences).toHaveProperty(licence)
    expect(vocabularies.venues).toHaveProperty(offering.needs.venue)
    expect(offering.headcountMin).toBeGreaterThanOrEqual(1)
    expect(offering.headcountMax).toBeGreaterThanOrEqual(offering.headcountMin)
    expect(offering.durationMinutes).toBeGreaterThanOrEqual(30)
    expect(offering.durationMinutes).toBeLessThanOrEqual(240)
    expect(offering.leadTimeWorkingDays).toBeGreaterThanOrEqual(1)
    expect(offering.monthlyQuota).toBeGreaterThanOrEqual(1)
    if (typeof offering.serviceArea === 'string') {
      expect(offering.serviceArea).toBe('district')
    } else {
      expect(offering.serviceArea.length).toBeGreaterThan(0)
      for (const code of offering.serviceArea) expect(townshipCodes).toContain(code)
    }
  },
)

test('every township has its point, in the same order and with three decimals', () => {
  expect(coordinates.townships.map((place) => [place.code12, place.name])).toEqual(
    divisions.townships.map((township) => [township.code12, township.name]),
  )
  expect(coordinates).toMatchObject({ datum: 'WGS-84', quality: 'estimated' })
  for (const { latitude, longitude } of coordinates.townships) {
    expect([latitude, longitude].every((degrees) => Number(degrees.toFixed(3)) === degrees)).toBe(true)
  }
})
