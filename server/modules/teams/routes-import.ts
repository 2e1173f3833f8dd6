import type { teamImportRoutes } from '#contract/team-imports.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskIdNumber } from '#platform/masking.ts'
import { claimInvitation, declineInvitation, myInvitations } from './import/claim-invitation.ts'
import { importVolunteers, previewImport } from './import/import-volunteers.ts'
import type { WithListReader } from './import/read-in-thread.ts'
import type { WrittenFile } from './import/read-table.ts'

/** @param withReader what reads a list while others are served */
export function teamImportHandlers(withReader: WithListReader): Handlers<typeof teamImportRoutes> {
  return {
    async previewImport(work, { body }) {
      return { answer: await previewImport(work, requestOf(body), withReader) }
    },
    async importVolunteers(work, { body }) {
      const { faultyFile, ...done } = await importVolunteers(work, requestOf(body), withReader)
      return { answer: { ...done, faultyFile: faultyFile && inBase64(faultyFile) } }
    },
    ...invitationHandlers,
  }
}

function requestOf<Body extends { readonly file: string }>(body: Body) {
  return { ...body, file: Buffer.from(body.file, 'base64') }
}

function inBase64({ name, mediaType, bytes }: WrittenFile) {
  return { name, mediaType, base64: bytes.toString('base64') }
}

const invitationHandlers: Pick<
  Handlers<typeof teamImportRoutes>,
  'listMyInvitations' | 'claimInvitation' | 'declineInvitation'
> = {
  async listMyInvitations(read) {
    const rows = (await myInvitations(read)).map(({ facts, ...row }) => {
      const { name, idNumber, skills, beijingNumber, nationalNumber } = facts
      const idNumberMasked = idNumber === null ? null : maskIdNumber(idNumber)
      return { ...row, facts: { name, idNumberMasked, skills, beijingNumber, nationalNumber } }
    })
    return { answer: { rows } }
  },
  async claimInvitation(work, { params }) {
    return { answer: await claimInvitation(work, params.id) }
  },
  async declineInvitation(work, { params }) {
    await declineInvitation(work, params.id)
    return { answer: {} }
  },
}
