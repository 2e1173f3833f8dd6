import { PAGE_ROWS } from '#contract/kit.ts'
import type { recordsRoutes } from '#contract/records.ts'
import { type Actor, holdsAt, unitsHeld } from '#platform/actor.ts'
import type { FileStore } from '#platform/files.ts'
import type { Read } from '#platform/work.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { identitiesOf } from '#modules/people/index.ts'
import { Refusal } from '#platform/refusal.ts'
import { type CertificateState, OPEN_STATES } from './certificate.ts'
import { linesOf } from './certificate-rows.ts'
import {
  certificatesOf,
  type CertificateView,
  findCertificateView,
  listCertificates,
  listNotices,
  objectionsOf,
  objectionsTo,
} from './certificate-views.ts'
import { findCertificate } from './certificate-rows.ts'
import { checkCertificate } from './check-certificate.ts'
import { answerDemand, correctRecord, demandCorrection } from './correct-record.ts'
import { downloadCertificate, keepDigest, shareLink } from './download-certificate.ts'
import { refuseCertificate, revokeCertificate, withdrawCertificate } from './end-certificate.ts'
import { enterRecords } from './enter-record.ts'
import { answerObjection, objectToCertificate } from './object-to-certificate.ts'
import { identityCheckOf } from './holder-identity.ts'
import { barredFor } from './impartial.ts'
import { isOwn } from './own.ts'
import { HANDLING_ROLES, SIGNING_ROLES } from './permissions.ts'
import { prepareCertificate } from './prepare-certificate.ts'
import { listEntries, recordBookOf } from './record-book.ts'
import { requestCertificate } from './request-certificate.ts'
import { readSeal, saveSeal } from './seal.ts'
import { signOffCertificate } from './sign-off-certificate.ts'

interface Tools {
  readonly files: FileStore
  /** Under which people reach this server. */
  readonly origin: string
}

const BOXES: Readonly<Record<'open' | 'notice' | 'issued' | 'ended', readonly CertificateState[]>> = {
  open: ['requested', 'objected', 'ready'],
  notice: ['on-notice', 'objected'],
  issued: ['issued'],
  ended: ['superseded', 'revoked', 'refused', 'withdrawn'],
}

export function recordsHandlers({ files, origin }: Tools): Handlers<typeof recordsRoutes> {
  return {
    ...entryHandlers,
    ...lifeHandlers,
    async downloadCertificate(read, { params, query }) {
      const locale = query.locale ?? 'zh-CN'
      const { name, bytes, digest } = await downloadCertificate(read, files, origin, { id: params.id, locale })
      return {
        answer: {
          name,
          mediaType: 'application/pdf',
          dataBase64: bytes.toString('base64'),
          digest: digest.toString('hex'),
        },
        afterwards: (work) => keepDigest(work, params.id, locale, digest),
      }
    },
    async readCertificate(read, { params }) {
      const { tx, actor } = read
      const view = await findCertificateView(tx, params.id)
      const isHolder = view !== undefined && (await isOwn(read, view))
      if (view === undefined || !(isHolder || isAt(actor, view))) throw new Refusal('platform.not-found', 404, {})
      const certificate = (await findCertificate(tx, params.id))!
      return {
        answer: {
          certificate: { ...view, identity: await identityCheckOf(tx, certificate) },
          lines: await linesOf(tx, params.id),
          objections: await objectionsTo(tx, params.id),
          shareLink: isHolder ? await shareLink(tx, origin, params.id) : null,
          acts: isHolder ? actsOfHolder(view) : await actsOfStaff(read, view, certificate.handlerId),
        },
      }
    },
    async saveSeal(work, { params, body }) {
      await saveSeal(work, files, params.id, body.dataBase64)
      return { answer: {} }
    },
    async readSeal(read, { params }) {
      return { answer: { mediaType: 'image/webp', dataBase64: await readSeal(read, files, params.id) } }
    },
  }
}

const isAt = (actor: Actor, view: CertificateView) =>
  holdsAt(actor, SIGNING_ROLES, view.issuerUnitId) || holdsAt(actor, SIGNING_ROLES, view.unitId)

type Act = 'prepare' | 'refuse' | 'sign-off' | 'revoke' | 'answer-objection' | 'withdraw' | 'download'

const isOpen = (view: CertificateView) => (OPEN_STATES as readonly string[]).includes(view.state)

function actsOfHolder(view: CertificateView): Act[] {
  return [...(isOpen(view) ? ['withdraw' as const] : []), ...(view.state === 'issued' ? ['download' as const] : [])]
}

/** What somebody at an organisation may do with a certificate now: nothing with one of their own or of their household. */
async function actsOfStaff(read: Read, view: CertificateView, handlerId: string | null): Promise<Act[]> {
  const { actor } = read
  const barred = await barredFor(read, view.requestedAt)
  if (barred.has(view.personId)) return []
  const handles = holdsAt(actor, HANDLING_ROLES, view.issuerUnitId) || holdsAt(actor, HANDLING_ROLES, view.unitId)
  const isOther = handlerId === null || !barred.has(handlerId)
  const acts: [Act, boolean][] = [
    ['prepare', handles && isOpen(view) && view.state !== 'objected'],
    ['refuse', handles && isOpen(view)],
    ['sign-off', view.state === 'ready' && isOther],
    ['answer-objection', view.state === 'objected' && isOther],
    ['revoke', view.state === 'issued' || view.state === 'superseded'],
  ]
  return acts.filter(([, may]) => may).map(([act]) => act)
}

const lifeHandlers: Pick<
  Handlers<typeof recordsRoutes>,
  | 'requestCertificate'
  | 'listMyCertificates'
  | 'withdrawCertificate'
  | 'checkCertificate'
  | 'listCertificateNotices'
  | 'listMyObjections'
  | 'objectToCertificate'
  | 'listCertificates'
  | 'prepareCertificate'
  | 'refuseCertificate'
  | 'answerObjection'
  | 'signOffCertificate'
  | 'revokeCertificate'
> = {
  async requestCertificate(work, { body }) {
    return { answer: { id: await requestCertificate(work, body) } }
  },
  async listMyCertificates({ tx, actor }) {
    return { answer: { rows: await certificatesOf(tx, await identitiesOf(tx, actor.personId!)) } }
  },
  async withdrawCertificate(work, { params }) {
    await withdrawCertificate(work, params.id)
    return { answer: {} }
  },
  async checkCertificate({ tx }, { params, query }) {
    return { answer: await checkCertificate(tx, params.serial, query.code) }
  },
  async listCertificateNotices({ tx }, { query }) {
    return { answer: { rows: await listNotices(tx, query.unitId) } }
  },
  async listMyObjections({ tx, actor }) {
    return { answer: { rows: await objectionsOf(tx, await identitiesOf(tx, actor.personId!)) } }
  },
  async objectToCertificate(work, { params, body }) {
    return { answer: { id: await objectToCertificate(work, params.id, body.reason) } }
  },
  async listCertificates({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [beforeId] = cursorOf(query.cursor, ['id'])
    const unitIds = [...unitsHeld(actor, SIGNING_ROLES)]
    const states = query.box === undefined ? undefined : BOXES[query.box]
    const rows = await listCertificates(tx, { unitIds, states, q: query.q, beforeId, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.id]) }
  },
  async prepareCertificate(work, { params, body }) {
    await prepareCertificate(work, params.id, body)
    return { answer: {} }
  },
  async refuseCertificate(work, { params, body }) {
    await refuseCertificate(work, params.id, body.reason)
    return { answer: {} }
  },
  async answerObjection(work, { params, body }) {
    await answerObjection(work, params.id, body)
    return { answer: {} }
  },
  async signOffCertificate(work, { params }) {
    return { answer: { serial: await signOffCertificate(work, params.id) } }
  },
  async revokeCertificate(work, { params, body }) {
    await revokeCertificate(work, params.id, body.reason)
    return { answer: {} }
  },
}

const entryHandlers: Pick<
  Handlers<typeof recordsRoutes>,
  | 'readMyRecord'
  | 'demandRecordCorrection'
  | 'enterRecords'
  | 'listRecordEntries'
  | 'correctRecordEntry'
  | 'answerRecordDemand'
> = {
  async readMyRecord({ tx, actor }) {
    return { answer: await recordBookOf(tx, actor.personId!) }
  },
  async demandRecordCorrection(work, { params, body }) {
    return { answer: { id: await demandCorrection(work, params.id, body.reason) } }
  },
  async enterRecords(work, { body }) {
    const { unitId, kind, phones, ...facts } = body
    return { answer: await enterRecords(work, { unitId, kind, phones, facts }) }
  },
  async listRecordEntries({ tx, actor }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [beforeId] = cursorOf(query.cursor, ['id'])
    const unitIds = [...unitsHeld(actor, HANDLING_ROLES)]
    const rows = await listEntries(tx, {
      unitIds,
      onlyDemanded: query.demanded === 'true',
      beforeId,
      limit: limit + 1,
    })
    return { answer: pageOf(rows, limit, (row) => [row.id]) }
  },
  async correctRecordEntry(work, { params, body }) {
    return { answer: { id: await correctRecord(work, params.id, body.correction) } }
  },
  async answerRecordDemand(work, { params, body }) {
    await answerDemand(work, params.id, body)
    return { answer: {} }
  },
}
