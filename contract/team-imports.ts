import * as z from 'zod/mini'
import { idParams, instant, line, route, uuid, whole } from './kit.ts'

const importField = z.enum([
  'name',
  'phone',
  'id-number',
  'skills',
  'village',
  'team',
  'beijing-number',
  'national-number',
])
const COLUMNS_MAX = 60
const BASE64_MAX = 11_200_000
const BODY_BYTES_MAX = 12_000_000

const request = z.strictObject({
  unitId: uuid,
  teamId: z.prefault(z.nullable(uuid), null),
  fileName: line(120),
  /** The file itself, in base 64. */
  file: z.base64().check(z.maxLength(BASE64_MAX)),
  /** For each column the field that stands in it; left out, it is guessed. */
  mapping: z.prefault(z.nullable(z.array(z.nullable(importField)).check(z.maxLength(COLUMNS_MAX))), null),
  /** The row in which the columns are named, counted from 0; left out, it is guessed. */
  headerRow: z.prefault(z.nullable(whole(0, 1000)), null),
})

const invitation = z.object({
  id: uuid,
  unitName: z.nullable(z.string()),
  teamId: z.nullable(uuid),
  teamName: z.nullable(z.string()),
  expiresAt: instant,
  facts: z.object({
    name: z.string(),
    idNumberMasked: z.nullable(z.string()),
    skills: z.array(z.string()),
    beijingNumber: z.nullable(z.string()),
    nationalNumber: z.nullable(z.string()),
  }),
})

export const teamImportRoutes = {
  previewImport: route('POST /api/v1/volunteer-imports/preview', {
    permission: 'teams.import',
    summary: 'Show what an import of volunteers would do; nothing is kept',
    body: request,
    answer: z.object({
      row: z.int(),
      mapping: z.array(z.nullable(importField)),
      columns: z.array(z.string()),
      rowsTotal: z.int(),
      rowsFaulty: z.int(),
      sample: z.array(z.object({ line: z.int(), cells: z.array(z.string()), faults: z.array(z.string()) })),
      faults: z.array(z.object({ fault: z.string(), count: z.int() })),
    }),
    bodyBytesMax: BODY_BYTES_MAX,
    withoutClientId: true,
    budget: { calls: 60, seconds: 3600 },
  }),
  importVolunteers: route('POST /api/v1/volunteer-imports', {
    permission: 'teams.import',
    summary: 'Invite the people of a list; nobody becomes a person or a member by it',
    body: request,
    status: 201,
    answer: z.object({
      importId: uuid,
      rowsTotal: z.int(),
      rowsTaken: z.int(),
      faultyFile: z.nullable(z.object({ name: z.string(), mediaType: z.string(), base64: z.string() })),
    }),
    bodyBytesMax: BODY_BYTES_MAX,
    budget: { calls: 30, seconds: 3600 },
  }),
  listMyInvitations: route('GET /api/v1/me/invitations', {
    permission: 'resident',
    summary: 'Invitations to volunteer that somebody made for my phone, with all that they hold',
    answer: z.object({ rows: z.array(invitation) }),
  }),
  claimInvitation: route('POST /api/v1/me/invitations/:id/claim', {
    permission: 'resident',
    summary: 'Accept an invitation; what it held is erased',
    params: idParams,
    body: z.strictObject({ consent: z.literal(true) }),
    answer: z.object({ teamId: z.nullable(uuid) }),
  }),
  declineInvitation: route('DELETE /api/v1/me/invitations/:id', {
    permission: 'resident',
    summary: 'Decline an invitation; what it held is erased',
    params: idParams,
    status: 204,
  }),
}
