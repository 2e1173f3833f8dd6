import { holdsAt } from '#platform/actor.ts'
import { sql, type Tx } from '#platform/db.ts'
import { FileError, type FileStore, readImage, recordFile, storeImage } from '#platform/files.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Read, Work } from '#platform/work.ts'
import { SIGNING_ROLES } from './permissions.ts'
import { refuse } from './refusals.ts'

/** The seal that an organisation uses now. */
export function sealOf(tx: Tx, unitId: string): Promise<{ fileId: string } | undefined> {
  return tx.maybe(sql`
    select file_id from unit_seal where district_id = ${tx.districtId} and unit_id = ${unitId} and replaced_at is null`)
}

/** Puts an image in the place of an organisation's seal; certificates that were issued keep theirs. */
export async function saveSeal(work: Work, files: FileStore, unitId: string, dataBase64: string): Promise<void> {
  const { tx, now, actor } = work
  if (!holdsAt(actor, SIGNING_ROLES, unitId)) throw refuse('not-your-organisation')
  const image = await storeImage(files, Buffer.from(dataBase64, 'base64')).catch((error: unknown) => {
    if (error instanceof FileError) throw refuse('seal-unreadable', {}, { field: 'dataBase64' })
    throw error
  })
  const fileId = newUuid7(now)
  await recordFile(tx, fileId, image, actor.personId)
  // One after the other, so that two uploads at once leave one seal.
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended('seal ' || ${unitId}::text, ${tx.districtId}))`)
  await tx.run(sql`
    update unit_seal set replaced_at = ${now} where district_id = ${tx.districtId} and unit_id = ${unitId} and replaced_at is null`)
  await tx.run(sql`
    insert into unit_seal (district_id, id, unit_id, file_id, uploaded_by, uploaded_at)
    values (${tx.districtId}, ${newUuid7(now)}, ${unitId}, ${fileId}, ${actor.personId}, ${now})`)
  work.audit({ action: 'records.save-seal', subject: { kind: 'unit', id: unitId } })
}

/** The seal of an organisation, for whoever may sign in its name. */
export async function readSeal(read: Read, files: FileStore, unitId: string): Promise<string> {
  if (!holdsAt(read.actor, SIGNING_ROLES, unitId)) throw refuse('not-your-organisation')
  const seal = await sealOf(read.tx, unitId)
  if (seal === undefined) throw new Refusal('platform.not-found', 404, {})
  return (await fileBytes(read.tx, files, seal.fileId)).toString('base64')
}

export async function fileBytes(tx: Tx, files: FileStore, fileId: string): Promise<Buffer> {
  const { key } = await tx.one<{ key: string }>(
    sql`select key from stored_file where district_id = ${tx.districtId} and id = ${fileId}`,
  )
  return readImage(files, key)
}
