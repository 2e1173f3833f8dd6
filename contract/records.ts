import * as z from 'zod/mini'
import { date, idParams, instant, line, page, pageQuery, phone, route, text, uuid, whole } from './kit.ts'

// 10 MB of image as base64.
const SEAL_CHARACTERS_MAX = 14_000_000
const PHONES_MAX = 200

export const certificateStates = [
  'requested',
  'on-notice',
  'objected',
  'ready',
  'issued',
  'superseded',
  'revoked',
  'refused',
  'withdrawn',
] as const
export type CertificateState = (typeof certificateStates)[number]

export const idTypes = ['resident-id', 'passport', 'hk-macau-permit', 'taiwan-permit', 'permanent-residence'] as const

const hoursClass = z.enum(['verified', 'claimed'])
const reason = text(200).check(z.minLength(2))

export const certificate = z.object({
  id: uuid,
  unitId: uuid,
  unitName: z.string(),
  issuerUnitId: uuid,
  issuerName: z.string(),
  fromDay: z.string(),
  untilDay: z.string(),
  purpose: z.string(),
  state: z.enum(certificateStates),
  nextStep: z.nullable(z.enum(['prepare', 'wait-notice', 'answer-objection', 'sign-off'])),
  dueAt: z.nullable(instant),
  responsibleUnitName: z.nullable(z.string()),
  holderName: z.string(),
  idType: z.enum(idTypes),
  idNumberMasked: z.nullable(z.string()),
  volunteerNumber: z.nullable(z.string()),
  requestedAt: instant,
  verifiedMinutes: z.int(),
  claimedMinutes: z.int(),
  handlerName: z.nullable(z.string()),
  contact: z.nullable(z.string()),
  remarks: z.string(),
  noticeUntil: z.nullable(instant),
  inChargeName: z.nullable(z.string()),
  issuedAt: z.nullable(instant),
  serial: z.nullable(z.string()),
  hasSeal: z.boolean(),
  endedReason: z.nullable(z.string()),
  endedAt: z.nullable(instant),
})
export type CertificateView = z.input<typeof certificate>

const objection = z.object({
  id: uuid,
  reason: z.string(),
  madeAt: instant,
  isUpheld: z.nullable(z.boolean()),
  answer: z.nullable(z.string()),
  answeredAt: z.nullable(instant),
})

const entry = z.object({
  id: uuid,
  kind: z.enum(['training', 'commendation']),
  name: z.string(),
  content: z.string(),
  minutes: z.nullable(z.int()),
  giver: z.string(),
  day: z.string(),
  unitId: uuid,
  unitName: z.string(),
  enteredAt: instant,
  isCorrection: z.boolean(),
  demand: z.nullable(
    z.object({
      id: uuid,
      reason: z.string(),
      state: z.enum(['open', 'corrected', 'declined']),
      madeAt: instant,
      answer: z.nullable(z.string()),
    }),
  ),
})
export type RecordEntryView = z.input<typeof entry>

const entryFacts = {
  name: line(60),
  content: z.prefault(text(400), ''),
  minutes: z.prefault(z.nullable(whole(1, 100_000)), null),
  giver: line(60),
  day: date,
}
/** What an entry should say; null when it should not be there. */
const correction = z.prefault(z.nullable(z.strictObject(entryFacts)), null)

const recordBook = z.object({
  basic: z.object({
    name: z.nullable(z.string()),
    phoneMasked: z.nullable(z.string()),
    volunteerNumber: z.nullable(z.string()),
    registeredAt: z.nullable(instant),
    skills: z.array(z.string()),
    teams: z.array(z.string()),
  }),
  service: z.object({
    byUnit: z.array(
      z.object({
        unitId: uuid,
        unitName: z.string(),
        records: z.int(),
        verifiedMinutes: z.int(),
        claimedMinutes: z.int(),
        firstDay: z.string(),
        lastDay: z.string(),
      }),
    ),
    newest: z.array(
      z.object({
        id: uuid,
        day: z.string(),
        title: z.string(),
        unitName: z.string(),
        minutes: z.int(),
        class: hoursClass,
        state: z.string(),
        bookedMinutes: z.int(),
      }),
    ),
  }),
  training: z.array(entry),
  commendation: z.array(entry),
  evaluation: z.array(
    z.object({ orderId: uuid, orderNumber: z.string(), stars: z.int(), solved: z.boolean(), at: instant }),
  ),
})
export type RecordBookView = z.input<typeof recordBook>

const checked = z.object({
  serial: z.string(),
  state: z.enum(['issued', 'superseded', 'revoked']),
  issuerName: z.string(),
  holderMasked: z.string(),
  fromDay: z.string(),
  untilDay: z.string(),
  verifiedMinutes: z.int(),
  claimedMinutes: z.int(),
  issuedAt: instant,
  endedAt: z.nullable(instant),
})
export type CheckedCertificate = z.input<typeof checked>

export const recordsRoutes = {
  readMyRecord: route('GET /api/v1/me/record', {
    permission: 'resident',
    summary: 'My record book: basic data, service, trainings, commendations, evaluations',
    answer: recordBook,
  }),
  demandRecordCorrection: route('POST /api/v1/record-entries/:id/demands', {
    permission: 'resident',
    summary: 'Ask that a training or commendation of mine be corrected',
    params: idParams,
    body: z.strictObject({ reason }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  requestCertificate: route('POST /api/v1/me/certificates', {
    permission: 'resident',
    summary: 'Ask an organisation that recorded my hours for a certificate',
    body: z.strictObject({
      unitId: uuid,
      fromDay: date,
      untilDay: date,
      purpose: line(60, 2),
      holderName: line(40),
      idType: z.enum(idTypes),
      idNumber: line(30, 5),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
    budget: { calls: 20, seconds: 86_400 },
  }),
  listMyCertificates: route('GET /api/v1/me/certificates', {
    permission: 'resident',
    summary: 'My certificates and requests, newest first',
    answer: z.object({ rows: z.array(certificate) }),
  }),
  downloadCertificate: route('GET /api/v1/me/certificates/:id/file', {
    permission: 'resident',
    summary: 'My certificate as a PDF, with the number of the document in full',
    params: idParams,
    query: z.strictObject({ locale: z.optional(z.enum(['zh-CN', 'en'])) }),
    answer: z.object({ name: z.string(), mediaType: z.string(), dataBase64: z.string(), digest: z.string() }),
    budget: { calls: 20, seconds: 600 },
  }),
  withdrawCertificate: route('POST /api/v1/certificates/:id/withdraw', {
    permission: 'resident',
    summary: 'Take a request of mine back',
    params: idParams,
    status: 204,
  }),
  readCertificate: route('GET /api/v1/certificates/:id', {
    permission: 'signed-in',
    summary: 'A certificate with the services that it counts, for its holder and for the organisation',
    params: idParams,
    answer: z.object({
      certificate: z.extend(certificate, {
        /** How name and document stand to the identity that the holder's account has saved; null once the number is gone. */
        identity: z.nullable(z.enum(['same', 'differs', 'unchecked'])),
      }),
      lines: z.array(
        z.object({ recordId: uuid, day: z.string(), title: z.string(), minutes: z.int(), class: hoursClass }),
      ),
      objections: z.array(objection),
      /** Where anybody can check it; for its holder only. */
      shareLink: z.nullable(z.string()),
      acts: z.array(z.enum(['prepare', 'refuse', 'sign-off', 'revoke', 'answer-objection', 'withdraw', 'download'])),
    }),
  }),
  checkCertificate: route('GET /api/v1/certificate-checks/:serial', {
    permission: 'public',
    summary: 'Whether a certificate is valid: the minimum, for whoever has number and code',
    params: z.strictObject({ serial: line(80) }),
    query: z.strictObject({ code: line(40) }),
    answer: checked,
    budget: { calls: 20, seconds: 60 },
  }),
  listCertificateNotices: route('GET /api/v1/certificate-notices', {
    permission: 'public',
    summary: 'Certificates on public notice, names masked',
    query: z.strictObject({ unitId: z.optional(uuid) }),
    answer: z.object({
      rows: z.array(
        z.object({
          id: uuid,
          issuerName: z.string(),
          holderMasked: z.string(),
          fromDay: z.string(),
          untilDay: z.string(),
          verifiedMinutes: z.int(),
          claimedMinutes: z.int(),
          noticeUntil: instant,
        }),
      ),
    }),
  }),
  listMyObjections: route('GET /api/v1/me/certificate-objections', {
    permission: 'signed-in',
    summary: 'What I objected to and what came of it, newest first',
    answer: z.object({
      rows: z.array(
        z.extend(objection, { issuerName: z.string(), holderMasked: z.string(), mootAt: z.nullable(instant) }),
      ),
    }),
  }),
  objectToCertificate: route('POST /api/v1/certificates/:id/objections', {
    permission: 'signed-in',
    summary: 'Object to a certificate that is on notice; it stands still until that is answered',
    params: idParams,
    body: z.strictObject({ reason }),
    status: 201,
    answer: z.object({ id: uuid }),
    budget: { calls: 10, seconds: 86_400 },
  }),
  listCertificates: route('GET /api/v1/certificates', {
    permission: 'records.sign',
    summary: 'Requests and certificates of the organisations I work for',
    query: z.strictObject({
      ...pageQuery,
      box: z.optional(z.enum(['open', 'notice', 'issued', 'ended'])),
      q: z.optional(line(60)),
    }),
    answer: page(certificate),
  }),
  prepareCertificate: route('POST /api/v1/certificates/:id/prepare', {
    permission: 'records.handle',
    summary: 'Check a request and put it on notice with the hours that are booked now',
    params: idParams,
    body: z.strictObject({
      contact: line(60, 5),
      remarks: z.prefault(text(120), ''),
      issuerUnitId: z.prefault(z.nullable(uuid), null),
    }),
    status: 204,
  }),
  refuseCertificate: route('POST /api/v1/certificates/:id/refuse', {
    permission: 'records.handle',
    summary: 'Issue no certificate, with the reason',
    params: idParams,
    body: z.strictObject({ reason }),
    status: 204,
  }),
  answerObjection: route('POST /api/v1/certificate-objections/:id/answer', {
    permission: 'records.sign',
    summary: 'Answer an objection: upheld, nothing is issued; dismissed, the notice goes on',
    params: idParams,
    body: z.strictObject({ isUpheld: z.boolean(), answer: reason }),
    status: 204,
  }),
  signOffCertificate: route('POST /api/v1/certificates/:id/sign-off', {
    permission: 'records.sign',
    summary: 'Sign off after the notice: the certificate gets its number',
    params: idParams,
    status: 201,
    answer: z.object({ serial: z.string() }),
  }),
  revokeCertificate: route('POST /api/v1/certificates/:id/revoke', {
    permission: 'records.sign',
    summary: 'Take an issued certificate back, with the reason',
    params: idParams,
    body: z.strictObject({ reason }),
    status: 204,
  }),
  saveSeal: route('PUT /api/v1/units/:id/seal', {
    permission: 'records.sign',
    summary: 'Put an image in the place of an organisation’s seal',
    params: idParams,
    body: z.strictObject({
      dataBase64: z.string().check(z.maxLength(SEAL_CHARACTERS_MAX), z.regex(/^[A-Za-z0-9+/=\r\n]*$/u)),
    }),
    bodyBytesMax: SEAL_CHARACTERS_MAX + 500_000,
    budget: { calls: 30, seconds: 3600 },
    status: 204,
  }),
  readSeal: route('GET /api/v1/units/:id/seal', {
    permission: 'records.sign',
    summary: 'The seal that an organisation uses now',
    params: idParams,
    answer: z.object({ mediaType: z.string(), dataBase64: z.string() }),
  }),
  enterRecords: route('POST /api/v1/record-entries', {
    permission: 'records.handle',
    summary: 'Enter a training or a commendation of volunteers of the organisation, by their phones',
    body: z.strictObject({
      unitId: uuid,
      kind: z.enum(['training', 'commendation']),
      ...entryFacts,
      phones: z.array(phone).check(z.minLength(1), z.maxLength(PHONES_MAX)),
    }),
    status: 201,
    answer: z.object({ entered: z.int(), unknown: z.array(z.int()) }),
  }),
  listRecordEntries: route('GET /api/v1/record-entries', {
    permission: 'records.handle',
    summary: 'Trainings and commendations that my organisations entered',
    query: z.strictObject({ ...pageQuery, demanded: z.optional(z.enum(['true'])) }),
    answer: page(z.object({ ...entry.shape, personName: z.nullable(z.string()) })),
  }),
  correctRecordEntry: route('POST /api/v1/record-entries/:id/correction', {
    permission: 'records.handle',
    summary: 'Correct an entry, or strike it; the old one stays in the books',
    params: idParams,
    body: z.strictObject({ correction }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  answerRecordDemand: route('POST /api/v1/record-demands/:id/answer', {
    permission: 'records.handle',
    summary: 'Answer a demand with a correction, or with the reason why there is none',
    params: idParams,
    body: z.strictObject({ outcome: z.enum(['corrected', 'declined']), answer: reason, correction }),
    status: 204,
  }),
}
