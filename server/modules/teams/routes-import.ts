import type { teamImportRoutes } from '#contract/team-imports.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskIdNumber } from '#platform/masking.ts'
import { claimInvitation, declineInvitation, myInvitations } from './import/claim-invitation.ts'
import { importVolunteers, previewImport } from './import/import-volunteers.ts'

export const teamImportHandlers: Handlers<typeof teamImportRoutes> = {
  async previewImport(work, { body }) {
    return { answer: await previewImport(work, { ...body, file: Buffer.from(body.file, 'base64') }) }
  },
  async importVolunteers(work, { body }) {
    const { faultyFile, ...done } = await importVolunteers(work, { ...body, file: Buffer.from(body.file, 'base64') })
    return {
      answer: {
        ...done,
        faultyFile:
          faultyFile === null
            ? null
            : {
                name: faultyFile.name,
                mediaType: faultyFile.mediaType,
                base64: faultyFile.bytes.toString('base64'),
              },
      },
    }
  },
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
