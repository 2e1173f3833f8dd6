import * as z from 'zod/mini'
import { date, idParams, line, page, pageQuery, phone, route, uuid } from './kit.ts'

export const unitKind = z.enum(['centre', 'institute', 'station', 'agency'])

export const unit = z.object({
  id: uuid,
  kind: unitKind,
  code: z.nullable(z.string()),
  name: z.string(),
  nameEn: z.nullable(z.string()),
  parentId: z.nullable(uuid),
  path: z.array(z.object({ id: uuid, name: z.string() })),
  isPlaceholder: z.boolean(),
  phone: z.nullable(z.string()),
  latitude: z.nullable(z.number()),
  longitude: z.nullable(z.number()),
  coordinateQuality: z.nullable(z.enum(['surveyed', 'geocoded', 'estimated'])),
})
export type Unit = z.input<typeof unit>

/** Of the official statistical divisions; null for an agency, which has none. */
const code = z.nullable(z.string().check(z.regex(/^\d{12}$/u)))

export const orgsRoutes = {
  listUnits: route('GET /api/v1/units', {
    permission: 'public',
    summary: 'Units of the district: centre, institutes, stations, agencies; as they stood on a date',
    query: z.strictObject({
      ...pageQuery,
      kind: z.optional(unitKind),
      parentId: z.optional(uuid),
      q: z.optional(line(40)),
      on: z.optional(date),
    }),
    answer: page(unit),
  }),
  readUnit: route('GET /api/v1/units/:id', {
    permission: 'public',
    summary: 'One unit with the history of its code and name',
    params: idParams,
    answer: z.object({
      unit,
      periods: z.array(
        z.object({ code: z.nullable(z.string()), name: z.string(), validFrom: date, validUntil: z.nullable(date) }),
      ),
    }),
  }),
  updateUnitContact: route('PUT /api/v1/units/:id/contact', {
    permission: 'staff.manage',
    summary: 'The phone number at which a unit answers residents',
    params: idParams,
    body: z.strictObject({ phone: z.nullable(phone) }),
    answer: z.object({ unit }),
  }),
  renameUnit: route('POST /api/v1/units/:id/periods', {
    permission: 'staff.manage',
    summary: 'Give a unit a new name or code from a date on; history stays',
    params: idParams,
    body: z.strictObject({ name: line(60), nameEn: z.optional(z.nullable(line(120))), code, validFrom: date }),
    status: 201,
    answer: z.object({ unit }),
  }),
  openUnit: route('POST /api/v1/units', {
    permission: 'staff.manage',
    summary: 'Let an agency, an institute or a station begin on a date',
    body: z.strictObject({
      kind: z.enum(['institute', 'station', 'agency']),
      parentId: uuid,
      name: line(60),
      nameEn: z.nullable(line(120)),
      code,
      validFrom: date,
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  endUnit: route('POST /api/v1/units/:id/end', {
    permission: 'staff.manage',
    summary: 'End a unit on a date; open orders and teams go to the one that takes over',
    params: idParams,
    body: z.strictObject({ validUntil: date, successorId: uuid }),
    answer: z.object({ validUntil: date }),
  }),
}
