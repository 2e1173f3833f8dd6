import * as z from 'zod/mini'
import { date, idParams, instant, line, page, pageQuery, route, text, uuid, whole } from './kit.ts'

export const targetGroups = [
  'all',
  'elderly',
  'children',
  'women',
  'disabled',
  'farmers',
  'veterans',
  'party-members',
  'jobseekers',
] as const
export const targetGroup = z.enum(targetGroups)

export const provider = z.object({
  kind: z.enum(['agency', 'team']),
  id: uuid,
  name: z.string(),
  nameEn: z.nullable(z.string()),
})

export const category = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  nameEn: z.string(),
  summary: z.string(),
  summaryEn: z.string(),
  sort: z.int(),
  validFrom: date,
  validUntil: z.nullable(date),
  offerings: z.int(),
})

const openHours = z.object({ weekday: whole(1, 7), fromMinute: whole(0, 1439), untilMinute: whole(1, 1440) })

export const offering = z.object({
  id: uuid,
  category: z.object({ id: uuid, slug: z.string(), name: z.string(), nameEn: z.string() }),
  provider,
  title: z.string(),
  titleEn: z.nullable(z.string()),
  summary: z.string(),
  summaryEn: z.nullable(z.string()),
  targetGroups: z.array(targetGroup),
  areaUnitIds: z.array(uuid),
  areaNames: z.array(z.string()),
  durationMinutes: z.int(),
  headcountMin: z.int(),
  headcountMax: z.int(),
  leadWorkingDays: z.int(),
  monthlyQuota: z.nullable(z.int()),
  takenThisMonth: z.int(),
  venueNeeds: z.array(z.string()),
  licenceNeeds: z.array(z.string()),
  openHours: z.array(openHours),
  blackoutDays: z.array(date),
  isRisky: z.boolean(),
  confirmedAt: instant,
  freshUntil: instant,
  isHidden: z.boolean(),
  endedAt: z.nullable(instant),
  version: z.int(),
})
export type Offering = z.input<typeof offering>

const offeringFields = {
  categoryId: uuid,
  provider: z.strictObject({ kind: z.enum(['agency', 'team']), id: uuid }),
  title: line(60),
  titleEn: z.nullable(line(120)),
  summary: text(1000),
  summaryEn: z.nullable(text(2000)),
  targetGroups: z.array(targetGroup).check(z.minLength(1), z.maxLength(9)),
  areaUnitIds: z.array(uuid).check(z.maxLength(50)),
  durationMinutes: whole(5, 1440),
  headcountMin: whole(1, 5000),
  headcountMax: whole(1, 5000),
  leadWorkingDays: whole(0, 60),
  monthlyQuota: z.nullable(whole(1, 10_000)),
  venueNeeds: z.array(line(40)).check(z.maxLength(20)),
  licenceNeeds: z.array(line(40)).check(z.maxLength(20)),
  openHours: z.array(z.strictObject(openHours.shape)).check(z.maxLength(21)),
  blackoutDays: z.array(date).check(z.maxLength(200)),
  isRisky: z.boolean(),
}

export const catalogueRoutes = {
  listCategories: route('GET /api/v1/categories', {
    permission: 'public',
    summary: 'Service categories valid today, with how many offerings each has',
    answer: z.object({ rows: z.array(category) }),
  }),
  saveCategory: route('POST /api/v1/categories', {
    permission: 'catalogue.edit',
    summary: 'Add a category, or give the one with this slug new texts or an end',
    body: z.strictObject({
      slug: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,39}$/u)),
      name: line(20),
      nameEn: line(60),
      summary: text(200),
      summaryEn: text(400),
      sort: whole(0, 999),
      validFrom: date,
      validUntil: z.nullable(date),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  listOfferings: route('GET /api/v1/offerings', {
    permission: 'public',
    summary: 'Search the catalogue by words, pinyin, category, place or provider',
    query: z.strictObject({
      ...pageQuery,
      q: z.optional(line(40, 0)),
      category: z.optional(line(40, 0)),
      unitId: z.optional(uuid),
      targetGroup: z.optional(targetGroup),
      providerId: z.optional(uuid),
      hidden: z.optional(z.enum(['include'])),
    }),
    answer: page(offering),
  }),
  readOffering: route('GET /api/v1/offerings/:id', {
    permission: 'public',
    summary: 'One offering',
    params: idParams,
    answer: offering,
  }),
  createOffering: route('POST /api/v1/offerings', {
    permission: 'catalogue.edit',
    summary: 'Publish an offering of my agency or team',
    body: z.strictObject(offeringFields),
    status: 201,
    answer: offering,
  }),
  updateOffering: route('PUT /api/v1/offerings/:id', {
    permission: 'catalogue.edit',
    summary: 'Change an offering; names the version that was seen',
    params: idParams,
    body: z.strictObject(offeringFields),
    answer: offering,
    ifMatch: true,
  }),
  confirmOffering: route('POST /api/v1/offerings/:id/confirm', {
    permission: 'catalogue.edit',
    summary: 'Confirm that the offering still stands; unconfirmed for a quarter it is hidden',
    params: idParams,
    answer: offering,
  }),
  endOffering: route('POST /api/v1/offerings/:id/end', {
    permission: 'catalogue.edit',
    summary: 'Take the offering out of the catalogue',
    params: idParams,
    answer: offering,
  }),
}
