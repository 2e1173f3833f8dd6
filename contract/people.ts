import * as z from 'zod/mini'
import { idParams, instant, line, page, pageQuery, phone, route, uuid } from './kit.ts'

export const roleNames = [
  'district-admin',
  'centre-leader',
  'dispatcher',
  'station-keeper',
  'phone-agent',
  'provider',
  'caller',
  'catalogue-editor',
  'points-officer',
  'auditor',
] as const
export const roleName = z.enum(roleNames)
export type RoleName = (typeof roleNames)[number]

export const me = z.object({
  id: uuid,
  kind: z.enum(['resident', 'staff']),
  name: z.nullable(z.string()),
  phoneMasked: z.nullable(z.string()),
  locale: z.enum(['zh-CN', 'en']),
  elderMode: z.boolean(),
  district: z.object({ id: z.int(), name: z.string(), nameEn: z.string(), zone: z.string() }),
  roles: z.array(z.object({ role: roleName, unitId: uuid, unitName: z.string() })),
  teams: z.array(z.object({ id: uuid, name: z.string(), role: z.string() })),
  permissions: z.array(z.string()),
})
export type Me = z.input<typeof me>

const staffMember = z.object({
  id: uuid,
  name: z.nullable(z.string()),
  login: z.string(),
  disabled: z.boolean(),
  pending: z.boolean(),
  roles: z.array(z.object({ grantId: uuid, role: roleName, unitId: uuid, unitName: z.string() })),
})

export const peopleRoutes = {
  requestCode: route('POST /api/v1/login-codes', {
    permission: 'public',
    summary: 'Send a login code to a phone',
    body: z.strictObject({ phone }),
    answer: z.object({ secondsToWait: z.int(), minutesValid: z.int() }),
    withoutClientId: true,
  }),
  residentLogin: route('POST /api/v1/resident-sessions', {
    permission: 'public',
    summary: 'Sign in as a resident with phone and code; the first time this registers the person',
    body: z.strictObject({
      phone,
      code: z.string().check(z.regex(/^\d{6}$/u, { error: 'code' })),
      name: z.optional(line(40)),
    }),
    status: 201,
    answer: me,
    withoutClientId: true,
  }),
  staffLogin: route('POST /api/v1/staff-sessions', {
    permission: 'public',
    summary: 'Sign in as staff with login, password and one-time password',
    body: z.strictObject({
      login: line(64),
      password: z.string().check(z.minLength(1), z.maxLength(128)),
      totp: z.string().check(z.regex(/^\d{6}$/u, { error: 'code' })),
    }),
    status: 201,
    answer: me,
    withoutClientId: true,
  }),
  openInvitation: route('POST /api/v1/staff-invitations/open', {
    permission: 'public',
    summary: 'What an invitation link is for, and the secret for the authenticator app',
    body: z.strictObject({ token: z.string().check(z.minLength(20), z.maxLength(120)) }),
    answer: z.object({ login: z.string(), name: z.nullable(z.string()), totpUri: z.string(), totpQrSvg: z.string() }),
    withoutClientId: true,
  }),
  acceptInvitation: route('POST /api/v1/staff-invitations/accept', {
    permission: 'public',
    summary: 'Set the password and confirm the authenticator; the invitation is used up',
    body: z.strictObject({
      token: z.string().check(z.minLength(20), z.maxLength(120)),
      password: z.string().check(z.minLength(1), z.maxLength(128)),
      totp: z.string().check(z.regex(/^\d{6}$/u, { error: 'code' })),
    }),
    status: 201,
    answer: me,
    withoutClientId: true,
  }),
  checkSession: route('GET /api/v1/session', {
    permission: 'signed-in',
    summary: 'Whether I am still signed in, and as whom',
    answer: z.object({ personId: uuid, kind: z.enum(['resident', 'staff']), locale: z.enum(['zh-CN', 'en']) }),
    fromSession: true,
  }),
  logout: route('DELETE /api/v1/session', {
    permission: 'signed-in',
    summary: 'Sign out',
    status: 204,
    withoutClientId: true,
  }),
  readMe: route('GET /api/v1/me', { permission: 'signed-in', summary: 'Who I am and what I may do', answer: me }),
  updateMe: route('PUT /api/v1/me', {
    permission: 'signed-in',
    summary: 'Change my name, language or elder mode',
    body: z.strictObject({
      name: z.optional(line(40)),
      locale: z.optional(z.enum(['zh-CN', 'en'])),
      elderMode: z.optional(z.boolean()),
    }),
    answer: me,
  }),
  listMyLooks: route('GET /api/v1/me/looks', {
    permission: 'signed-in',
    summary: 'Who looked at my personal data, when and for what purpose',
    query: z.strictObject(pageQuery),
    answer: page(
      z.object({
        at: instant,
        by: z.string(),
        purpose: z.string(),
        fields: z.array(z.string()),
        orderNumber: z.nullable(z.string()),
      }),
    ),
  }),
  readMyStaffPhone: route('GET /api/v1/me/own-phone', {
    permission: 'staff',
    summary: 'The phone that I proved to be my own, by which my resident account is known',
    answer: z.object({ phoneMasked: z.nullable(z.string()), provedAt: z.nullable(instant) }),
  }),
  proveMyStaffPhone: route('POST /api/v1/me/own-phone', {
    permission: 'staff',
    summary: 'Prove my own phone by the code sent to it; needed before I approve or confirm hours',
    body: z.strictObject({ phone, code: z.string().check(z.regex(/^\d{6}$/u, { error: 'code' })) }),
    status: 204,
    budget: { calls: 10, seconds: 3_600 },
  }),
  listStaff: route('GET /api/v1/staff', {
    permission: 'staff.manage',
    summary: 'Staff of the units I administer',
    query: z.strictObject({ ...pageQuery, unitId: z.optional(uuid) }),
    answer: page(staffMember),
  }),
  appointStaff: route('POST /api/v1/staff', {
    permission: 'staff.manage',
    summary: 'Appoint a person: an invitation link that only that person can use',
    body: z.strictObject({ name: line(40), login: line(64, 3), role: roleName, unitId: uuid }),
    status: 201,
    answer: z.object({ personId: uuid, invitationLink: z.string(), expiresAt: instant }),
  }),
  grantRole: route('POST /api/v1/staff/:id/grants', {
    permission: 'staff.manage',
    summary: 'Give a role at a unit',
    params: idParams,
    body: z.strictObject({ role: roleName, unitId: uuid }),
    status: 201,
    answer: z.object({ grantId: uuid }),
  }),
  endGrant: route('DELETE /api/v1/grants/:id', {
    permission: 'staff.manage',
    summary: 'End a role; its holder loses it at once',
    params: idParams,
    status: 204,
  }),
  disableStaff: route('POST /api/v1/staff/:id/disable', {
    permission: 'staff.manage',
    summary: 'Disable an account and end its sessions',
    params: idParams,
    status: 204,
  }),
}
