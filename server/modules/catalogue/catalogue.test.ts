import { beforeAll, describe, expect, test } from 'vitest'
import categories from '../../../db/seed/yanqing/categories.json' with { type: 'json' }
import offerings from '../../../db/seed/yanqing/offerings.json' with { type: 'json' }
import vocabularies from '../../../db/seed/yanqing/vocabularies.json' with { type: 'json' }
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { actorOf, registerResident } from '../../../test/support/residents.ts'
import { english } from '#i18n/en.ts'
import { catalogue } from '#i18n/messages/catalogue.ts'
import { listUnits, type Unit, unitsBelow } from '#modules/orgs/index.ts'
import { createTeam, giveTeamRole, joinTeam, registerVolunteer } from '#modules/teams/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { sql, violatedConstraint } from '#platform/db.ts'
import { dateIn, monthIn } from '#platform/dates.ts'
import { runRead } from '#platform/work.ts'
import {
  bookMonth,
  type CatalogueSeed,
  confirmOffering,
  createOffering,
  endOffering,
  findOffering,
  listCategories,
  type OfferingFields,
  releaseMonth,
  saveCategory,
  seedCatalogue,
  updateOffering,
} from './index.ts'
import { catalogueHandlers } from './routes.ts'

const database = useDatabase()
const input = { params: {}, query: {}, body: {}, version: 0, address: '', token: null }
const visitor: Actor = { ...systemActor(YANQING), kind: 'public' }
let editor: Actor
let agency: Unit
let otherAgency: Unit
let institute: Unit
let station: Unit
let farStation: Unit
let categoryId: string
let teamId: string
let leader: Actor
let provider: Actor

const staff = async (role: string, unitId: string, personId: string) => {
  const below = await database.work(({ tx }) => unitsBelow(tx, [unitId]))
  return actorOf('staff', personId, [{ role, unitId, unitIds: new Set(below.map((unit) => unit.id)) }])
}

beforeAll(async () => {
  const resident = await registerResident(database, 401)
  leader = await registerResident(database, 402)
  const centre = await database.work(async (work) => {
    const on = dateIn(work.now)
    const seed: CatalogueSeed = { categories, offerings }
    expect(await seedCatalogue(work, seed)).toEqual({ categories: 7, offerings: offerings.length })
    const agencies = await listUnits(work.tx, { kind: 'agency', on, limit: 2 })
    agency = agencies[0]!
    otherAgency = agencies[1]!
    const institutes = await listUnits(work.tx, { kind: 'institute', on, limit: 2 })
    institute = institutes[0]!
    station = (await listUnits(work.tx, { parentId: institute.id, on, limit: 1 }))[0]!
    farStation = (await listUnits(work.tx, { parentId: institutes[1]!.id, on, limit: 1 }))[0]!
    categoryId = (await listCategories(work.tx, work.now, on)).find(({ slug }) => slug === 'health-and-care')!.id
    const team = {
      name: '理发志愿队',
      tier: 'squad',
      unitId: station.id,
      categorySlugs: [],
      foundedOn: '2020-01-01',
    } as const
    teamId = await createTeam(work, team)
    return (await listUnits(work.tx, { kind: 'centre', on, limit: 1 }))[0]!
  })
  await database.work(async (work) => {
    await registerVolunteer(work, [])
    await joinTeam(work, teamId, leader.personId!)
    await giveTeamRole(work, teamId, leader.personId!, 'leader')
  }, leader)
  editor = await staff('catalogue-editor', centre.id, resident.personId!)
  provider = await staff('provider', agency.id, resident.personId!)
})

const fields = (more: Partial<OfferingFields> = {}): OfferingFields => ({
  categoryId,
  provider: { kind: 'agency', id: agency.id },
  title: '上门理发',
  titleEn: 'Haircuts at home',
  summary: '行动不便的老人，志愿者带工具上门。',
  summaryEn: null,
  targetGroups: ['elderly'],
  areaUnitIds: [],
  durationMinutes: 60,
  headcountMin: 1,
  headcountMax: 5,
  leadWorkingDays: 2,
  monthlyQuota: null,
  venueNeeds: ['home'],
  licenceNeeds: ['health-certificate'],
  openHours: [{ weekday: 1, fromMinute: 540, untilMinute: 720 }],
  blackoutDays: ['2026-12-25'],
  isRisky: false,
  ...more,
})
const create = (more: Partial<OfferingFields> = {}, actor = editor) =>
  database.work((work) => createOffering(work, fields(more)), actor)
const find = (id: string) => database.work(({ tx, now }) => findOffering(tx, id, now))
const age = (id: string, days: number) =>
  database.owner((client) =>
    client.query(`update offering set confirmed_at = confirmed_at - make_interval(days => $2) where id = $1`, [
      id,
      days,
    ]),
  )

type Query = Parameters<typeof catalogueHandlers.listOfferings>[1]['query']
const list = async (query: Query, actor = visitor) =>
  (await runRead(database.db, actor, (read) => catalogueHandlers.listOfferings(read, { ...input, query }))).answer
const titles = async (query: Query, actor = visitor) =>
  (await list({ limit: 100, ...query }, actor)).rows.map((row) => row.title)

describe('the seed', () => {
  test('fills seven categories and every offering; a second run adds nothing', async () => {
    const again = await database.work((work) => seedCatalogue(work, { categories, offerings }))
    expect(again).toEqual({ categories: 7, offerings: 0 })
    const rows = await database.work(({ tx, now }) => listCategories(tx, now, dateIn(now)))
    expect(rows.map((row) => row.name)).toEqual(categories.map((category) => category.zh))
    expect(rows.reduce((sum, row) => sum + row.offerings, 0)).toBe(offerings.length)
  })

  test('a seed that names an unknown township is a fault of the seed', async () => {
    const broken = offerings.map((offering) => ({
      ...offering,
      title: { zh: '新', en: 'new' },
      serviceArea: ['110119999000'],
    }))
    await expect(database.work((work) => seedCatalogue(work, { categories, offerings: broken }))).rejects.toThrow(
      '110119999000',
    )
  })

  test('every need and licence of it has its text in both languages, the same as in the vocabularies', () => {
    const zh: Record<string, string> = catalogue
    const en: Record<string, string> = english.catalogue
    for (const [kind, words] of [
      ['need', vocabularies.venues],
      ['licence', vocabularies.licences],
    ] as const) {
      for (const [code, word] of Object.entries(words)) {
        expect([zh[`${kind}.${code}`], en[`${kind}.${code}`]]).toEqual([word.zh, word.en])
      }
    }
    for (const equipment of offerings.flatMap((offering) => offering.needs.equipment)) {
      const key = Object.keys(en).find((name) => name.startsWith('need.') && en[name] === equipment.en)
      expect(zh[key ?? '']).toBe(equipment.zh)
    }
  })

  test('stores codes, not words', async () => {
    const { rows } = await list({ q: '煤改电', limit: 1 })
    expect(rows[0]?.venueNeeds).toEqual(['meeting-room', 'projector-or-large-screen', 'public-address-system'])
    expect(rows[0]?.areaNames).toHaveLength(15)
  })
})

describe('searching', () => {
  test.each([
    ['two characters', '煤改'],
    ['the whole title', '煤改电政策解读'],
    ['pinyin', 'meigaidian'],
    ['pinyin in syllables', 'mei gai dian'],
    ['initials', 'mgd'],
    ['full-width capitals', 'ＭＧＤ'],
    ['the English title', 'coal'],
    ['the summary', '报修'],
    ['several words', '煤改电 补贴'],
  ])('by %s', async (_, q) => {
    expect(await titles({ q })).toContain('煤改电政策解读')
  })

  test('by category and provider; what is in the title comes first', async () => {
    const { rows } = await list({ q: '政策', limit: 100 })
    const inTitle = rows.map((row) => row.title.includes('政策'))
    expect(inTitle[0]).toBe(true)
    expect(inTitle.lastIndexOf(true)).toBeLessThan(
      inTitle.indexOf(false) === -1 ? inTitle.length : inTitle.indexOf(false),
    )
    expect((await list({ q: '法律咨询', limit: 100 })).rows.some((row) => row.category.slug === 'legal-advice')).toBe(
      true,
    )
  })

  test('finds nothing for nonsense, hostile patterns and punctuation only', async () => {
    for (const q of ['龘龘龘', '%', '_', "'; drop table offering; --", '！？', 'zzzzz'])
      expect(await titles({ q }), q).toEqual([])
    expect((await titles({ q: '   ' })).length).toBe((await titles({})).length)
  })

  test('rare characters and emoji are found and shown unchanged', async () => {
    await create({ title: '𠮷祥🎎剪纸', titleEn: null })
    for (const q of ['𠮷', '🎎', '𠮷祥']) expect(await titles({ q }), q).toEqual(['𠮷祥🎎剪纸'])
  })

  test('page by page gives the same as at once', async () => {
    const all = await list({ limit: 100 })
    const paged: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await list({ limit: 7, cursor })
      paged.push(...page.rows.map((row) => row.id))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(paged).toEqual(all.rows.map((row) => row.id))
    expect(new Set(paged).size).toBe(paged.length)
    await expect(list({ cursor: 'bm8' })).rejects.toMatchObject({ status: 400 })
  })

  test('filters: category, target group with what is for all, provider, place with all above it', async () => {
    const mine = await create({ title: '只在本镇', targetGroups: ['veterans'], areaUnitIds: [institute.id] })
    expect((await list({ category: 'sports', limit: 100 })).rows.every((row) => row.category.slug === 'sports')).toBe(
      true,
    )
    expect(await titles({ targetGroup: 'veterans' })).toContain('只在本镇')
    expect(await titles({ targetGroup: 'women' })).not.toContain('只在本镇')
    expect(
      (await list({ targetGroup: 'women', limit: 100 })).rows.some((row) => row.targetGroups.includes('all')),
    ).toBe(true)
    expect((await list({ providerId: agency.id, limit: 100 })).rows.every((row) => row.provider.id === agency.id)).toBe(
      true,
    )
    expect(await titles({ unitId: station.id })).toContain('只在本镇')
    expect(await titles({ unitId: institute.id })).toContain('只在本镇')
    expect(await titles({ unitId: farStation.id })).not.toContain('只在本镇')
    await expect(list({ unitId: mine })).rejects.toMatchObject({ code: 'catalogue.place-unknown' })
  })
})

describe('freshness', () => {
  test('unconfirmed for a quarter an offering is hidden, and shown again once confirmed', async () => {
    const id = await create({ title: '一季未确认' })
    await age(id, 89)
    expect(await titles({ q: '一季' })).toEqual(['一季未确认'])
    await age(id, 1)
    expect(await titles({ q: '一季' })).toEqual([])
    expect(await find(id)).toMatchObject({ isHidden: true })
    expect(await titles({ q: '一季', hidden: 'include' })).toEqual([])
    expect(await titles({ q: '一季', hidden: 'include' }, leader)).toEqual([])
    expect(await titles({ q: '一季', hidden: 'include' }, provider)).toEqual(['一季未确认'])
    expect(await titles({ q: '一季', hidden: 'include' }, editor)).toEqual(['一季未确认'])
    await database.work((work) => confirmOffering(work, id), provider)
    expect(await titles({ q: '一季' })).toEqual(['一季未确认'])
  })

  test('an ended offering is read but neither listed, changed nor confirmed', async () => {
    const id = await create({ title: '已下架的' })
    await database.work((work) => endOffering(work, id), editor)
    await database.work((work) => endOffering(work, id), editor)
    expect(await titles({ q: '已下架' })).toEqual([])
    expect(await find(id)).toMatchObject({ isHidden: true, version: 2 })
    for (const act of [
      (work: Parameters<typeof confirmOffering>[0]) => confirmOffering(work, id),
      (work: Parameters<typeof confirmOffering>[0]) => updateOffering(work, id, 2, fields()),
    ]) {
      await expect(database.work(act, editor)).rejects.toMatchObject({ code: 'catalogue.offering-ended', status: 409 })
    }
  })

  test('offerings of a category that has ended are hidden with it', async () => {
    const category = {
      slug: 'short-lived',
      name: '临时类别',
      nameEn: 'Short-lived',
      summary: '',
      summaryEn: '',
      sort: 900,
    }
    const save = (validUntil: string | null) =>
      database.work((work) => saveCategory(work, { ...category, validFrom: '2020-01-01', validUntil }), editor)
    const id = await save(null)
    await create({ title: '临时服务', categoryId: id })
    expect(await titles({ q: '临时服务' })).toHaveLength(1)
    expect(await save('2021-01-01')).toBe(id)
    expect(await titles({ q: '临时服务' })).toEqual([])
    await expect(create({ categoryId: id })).rejects.toMatchObject({ code: 'catalogue.category-unknown' })
    await expect(save('2020-01-01')).rejects.toMatchObject({ code: 'catalogue.category-dates' })
  })
})

describe('who may publish and change', () => {
  const cases = () =>
    [
      ['an editor over the district', editor, { kind: 'agency', id: agency.id }, true],
      ['an editor over the district, for a team', editor, { kind: 'team', id: teamId }, true],
      ['a provider for the own agency', provider, { kind: 'agency', id: agency.id }, true],
      ['a provider for another agency', provider, { kind: 'agency', id: otherAgency.id }, false],
      ['a provider for a team', provider, { kind: 'team', id: teamId }, false],
      ['a leader for the own team', leader, { kind: 'team', id: teamId }, true],
      ['a leader for an agency', leader, { kind: 'agency', id: agency.id }, false],
      ['the public', visitor, { kind: 'team', id: teamId }, false],
    ] as const

  test('by object, for each kind of person', async () => {
    for (const [who, actor, of, may] of cases()) {
      const result = await create({ provider: of, title: '权限试验' }, actor).then(
        () => 'may',
        (error: { code: string }) => error.code,
      )
      expect(result, who).toBe(may ? 'may' : 'catalogue.not-your-provider')
    }
  })

  test('an editor of one township reaches its teams and no agency', async () => {
    const local = await staff('catalogue-editor', institute.id, editor.personId!)
    await create({ provider: { kind: 'team', id: teamId } }, local)
    await expect(create({}, local)).rejects.toMatchObject({ code: 'catalogue.not-your-provider', status: 403 })
    const category = {
      slug: 'x-y',
      name: '甲',
      nameEn: 'X',
      summary: '',
      summaryEn: '',
      sort: 1,
      validFrom: '2020-01-01',
      validUntil: null,
    }
    for (const actor of [local, provider, leader]) {
      const save = database.work((work) => saveCategory(work, category), actor)
      await expect(save).rejects.toMatchObject({ code: 'catalogue.categories-are-central', status: 403 })
    }
  })

  test('nobody hands an offering to a provider, or takes one from it, without being its editor', async () => {
    const id = await create({ provider: { kind: 'agency', id: otherAgency.id } })
    const take = database.work((work) => updateOffering(work, id, 1, fields()), provider)
    await expect(take).rejects.toMatchObject({ code: 'catalogue.not-your-provider' })
    const own = await create({}, provider)
    const give = database.work(
      (work) => updateOffering(work, own, 1, fields({ provider: { kind: 'agency', id: otherAgency.id } })),
      provider,
    )
    await expect(give).rejects.toMatchObject({ code: 'catalogue.not-your-provider' })
  })

  test.each([
    ['a range that is empty', { headcountMin: 6 }, 'headcount-range'],
    [
      'hours that end before they begin',
      { openHours: [{ weekday: 1, fromMinute: 700, untilMinute: 600 }] },
      'open-hours-empty',
    ],
    ['an unknown category', { categoryId: '01890000-0000-7000-8000-000000000000' }, 'category-unknown'],
    [
      'an unknown agency',
      { provider: { kind: 'agency', id: '01890000-0000-7000-8000-000000000000' } },
      'provider-unknown',
    ],
    ['an unknown team', { provider: { kind: 'team', id: '01890000-0000-7000-8000-000000000000' } }, 'provider-unknown'],
    ['an unknown area', { areaUnitIds: ['01890000-0000-7000-8000-000000000000'] }, 'area-unknown'],
  ] as [string, Partial<OfferingFields>, string][])('%s is refused with its field', async (_, more, code) => {
    await expect(create(more)).rejects.toMatchObject({
      code: `catalogue.${code}`,
      status: 422,
      field: expect.any(String),
    })
  })

  test('a station is no agency', async () => {
    await expect(create({ provider: { kind: 'agency', id: station.id } })).rejects.toMatchObject({
      code: 'catalogue.provider-unknown',
    })
  })
})

describe('versions', () => {
  test('an edit names the version it saw; of two at once one is stale', async () => {
    const id = await create({ title: '版本试验' })
    const edit = (version: number, title: string) =>
      database.work((work) => updateOffering(work, id, version, fields({ title })), editor)
    const results = await Promise.allSettled([edit(1, '甲'), edit(1, '乙')])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
      code: 'platform.version-stale',
      status: 409,
    })
    await expect(edit(1, '丙')).rejects.toMatchObject({ code: 'platform.version-stale' })
    await edit(2, '丁')
    expect(await find(id)).toMatchObject({ title: '丁', version: 3 })
    expect(await titles({ q: '版本' })).toEqual([])
  })

  test('everything that was said is kept and given back', async () => {
    const more: Partial<OfferingFields> = {
      areaUnitIds: [station.id, institute.id],
      monthlyQuota: 3,
      isRisky: true,
      targetGroups: ['elderly', 'disabled'],
    }
    const reply = await database.work(
      (work) =>
        catalogueHandlers.createOffering(work, {
          ...input,
          body: fields(more) as Parameters<typeof catalogueHandlers.createOffering>[1]['body'],
        }),
      editor,
    )
    expect(reply.version).toBe(1)
    const { categoryId: _category, provider: _provider, ...rest } = fields(more)
    expect(reply.answer).toMatchObject({
      ...rest,
      areaNames: [station.name, institute.name],
      takenThisMonth: 0,
      isHidden: false,
    })
    expect(reply.answer.provider).toEqual({ kind: 'agency', id: agency.id, name: agency.name, nameEn: agency.nameEn })
  })
})

describe('places of a month', () => {
  const book = (id: string, month: string) =>
    database.work(async (work) => bookMonth(work, (await findOffering(work.tx, id, work.now))!, month))
  const release = (id: string, month: string) => database.work((work) => releaseMonth(work, id, month))

  test('as many as the quota, whoever comes at once; the refusal names the next free month', async () => {
    const id = await create({ monthlyQuota: 3 })
    const month = await database.work(({ now }) => Promise.resolve(monthIn(now)))
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => book(id, month)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3)
    expect((await find(id))?.takenThisMonth).toBe(3)
    await release(id, month)
    expect(await book(id, month)).toBe(true)
  })

  test('the next free month is the first that is not full, within a year', async () => {
    const id = await create({ monthlyQuota: 1 })
    for (const month of ['2027-11-01', '2027-12-01', '2028-02-01']) await book(id, month)
    const refused = { code: 'catalogue.quota-used-up', status: 409, params: { month: '2027-11', nextMonth: '2028-01' } }
    await expect(book(id, '2027-11-01')).rejects.toMatchObject(refused)
    for (let month = 1; month <= 12; month++)
      if (month !== 2) await book(id, `2028-${String(month).padStart(2, '0')}-01`)
    await expect(book(id, '2027-12-01')).rejects.toMatchObject({ code: 'catalogue.quota-used-up-for-long' })
  })

  test('a lowered quota holds for the next place, a raised one at once; nothing taken is lost', async () => {
    const id = await create({ monthlyQuota: 3 })
    const setQuota = async (version: number, monthlyQuota: number | null) =>
      database.work((work) => updateOffering(work, id, version, fields({ monthlyQuota })), editor)
    await book(id, '2027-05-01')
    await book(id, '2027-05-01')
    await setQuota(1, 1)
    await expect(book(id, '2027-05-01')).rejects.toMatchObject({ code: 'catalogue.quota-used-up' })
    await release(id, '2027-05-01')
    await expect(book(id, '2027-05-01')).rejects.toMatchObject({ code: 'catalogue.quota-used-up' })
    await setQuota(2, 2)
    expect(await book(id, '2027-05-01')).toBe(true)
    await setQuota(3, null)
    expect(await book(id, '2027-05-01')).toBe(false)
    await release(id, '2027-05-01')
    await release(id, '2027-05-01')
    await expect(release(id, '2027-05-01')).rejects.toThrow('No place')
  })

  test('the constraint is the last guard', async () => {
    const id = await create({ monthlyQuota: 1 })
    await book(id, '2027-05-01')
    const more = database.work(({ tx }) =>
      tx.run(sql`update offering_month set taken = taken + 1 where offering_id = ${id}`),
    )
    await expect(more).rejects.toSatisfy((error) => violatedConstraint(error) === 'monthly_quota_is_not_exceeded')
  })
})

test('another district sees none of it', async () => {
  expect(await titles({}, { ...visitor, districtId: 110_108 })).toEqual([])
})
