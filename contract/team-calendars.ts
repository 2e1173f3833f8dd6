import * as z from 'zod/mini'
import { date, idParams, line, route, text, uuid, whole } from './kit.ts'

const owner = { kind: z.enum(['team', 'agency']), id: uuid }
const hours = z.object({ weekday: whole(1, 7), fromMinute: whole(0, 1439), untilMinute: whole(1, 1440) })
const optionalMinute = (min: number, max: number) => z.prefault(z.nullable(whole(min, max)), null)
const capacity = {
  crews: z.nullable(whole(1, 50)),
  crewSize: z.nullable(whole(1, 200)),
  visitsPerDayMax: z.nullable(whole(1, 200)),
  minutesPerDayMax: z.nullable(whole(15, 1440)),
  minutesPerWeekMax: z.nullable(whole(15, 100_000)),
  speedClass: z.nullable(z.enum(['walk', 'cycle', 'drive'])),
  vehicle: z.nullable(line(40)),
}
const exceptionKind = z.enum(['closed', 'open', 'leave'])
export const calendarException = z.object({
  id: uuid,
  kind: exceptionKind,
  fromOn: z.string(),
  untilOn: z.string(),
  fromMinute: z.nullable(z.int()),
  untilMinute: z.nullable(z.int()),
  note: z.string(),
})
const licence = { licence: line(40), validUntil: z.nullable(date) }

export const providerCalendar = z.object({
  version: z.int(),
  mayEdit: z.boolean(),
  hours: z.array(hours),
  exceptions: z.array(calendarException),
  capacity: z.object(capacity),
  days: z.array(
    z.object({
      date: z.string(),
      open: z.array(z.object({ fromMinute: z.int(), untilMinute: z.int() })),
      isStated: z.boolean(),
    }),
  ),
})
export type ProviderCalendar = z.input<typeof providerCalendar>

export const teamCalendarRoutes = {
  readProviderCalendar: route('GET /api/v1/providers/:kind/:id/calendar', {
    permission: 'signed-in',
    summary: 'When a team or an agency can come and how much it can take; for its members and for staff',
    params: z.strictObject(owner),
    query: z.strictObject({ from: z.optional(date), until: z.optional(date) }),
    answer: providerCalendar,
  }),
  setProviderHours: route('PUT /api/v1/providers/:kind/:id/hours', {
    permission: 'signed-in',
    summary: 'Write the usual week of a team or an agency anew',
    params: z.strictObject(owner),
    body: z.strictObject({ hours: z.array(z.strictObject(hours.shape)).check(z.maxLength(42)) }),
    ifMatch: true,
    answer: z.object({ version: z.int() }),
  }),
  setProviderCapacity: route('PUT /api/v1/providers/:kind/:id/capacity', {
    permission: 'signed-in',
    summary: 'Say how much a team or an agency can take',
    params: z.strictObject(owner),
    body: z.strictObject(capacity),
    ifMatch: true,
    answer: z.object({ version: z.int() }),
  }),
  addProviderException: route('POST /api/v1/providers/:kind/:id/exceptions', {
    permission: 'signed-in',
    summary: 'Close days, open days beside the usual week, or go on leave',
    params: z.strictObject(owner),
    body: z.strictObject({
      kind: exceptionKind,
      fromOn: date,
      untilOn: date,
      fromMinute: optionalMinute(0, 1439),
      untilMinute: optionalMinute(1, 1440),
      note: z.prefault(text(80), ''),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  removeProviderException: route('DELETE /api/v1/providers/:kind/:id/exceptions/:exceptionId', {
    permission: 'signed-in',
    summary: 'Take an exception of a calendar back',
    params: z.strictObject({ ...owner, exceptionId: uuid }),
    status: 204,
  }),
  listTeamLicences: route('GET /api/v1/teams/:id/licences', {
    permission: 'public',
    summary: 'What a team may do by law, and until when',
    params: idParams,
    answer: z.object({ rows: z.array(z.object(licence)) }),
  }),
  saveTeamLicences: route('PUT /api/v1/teams/:id/licences', {
    permission: 'staff',
    summary: 'Record the licences of a team, as seen on paper',
    params: idParams,
    body: z.strictObject({ licences: z.array(z.strictObject(licence)).check(z.maxLength(20)) }),
    status: 204,
  }),
}
