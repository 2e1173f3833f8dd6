import { FileError, type FileStore, readImage, recordFile, storeImage } from '#platform/files.ts'
import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { lockFor } from './move-order.ts'
import { visibleOrder } from './read-order.ts'
import { refuse } from './refusals.ts'

/** Adds a photo: re-encoded, without place or camera data, published only with separate consent (promise 8). */
export async function addPhoto(
  work: Work,
  files: FileStore,
  orderId: string,
  given: { kind: 'request' | 'delivery' | 'paper-card'; dataBase64: string; publishConsent: boolean },
): Promise<string> {
  const order = await lockFor(work, orderId, 'add-photo')
  const image = await storeImage(files, Buffer.from(given.dataBase64, 'base64')).catch((error: unknown) => {
    if (error instanceof FileError) throw refuse('photo-unreadable', {}, { field: 'dataBase64' })
    throw error
  })
  const fileId = newUuid7(work.now)
  await recordFile(work.tx, fileId, image, work.actor.personId)
  await work.tx.run(sql`
    insert into order_photo (district_id, order_id, file_id, kind, publish_consent, added_by, added_at)
    values (${work.tx.districtId}, ${order.id}, ${fileId}, ${given.kind}, ${given.publishConsent}, ${work.actor.personId}, ${work.now})`)
  work.audit({ action: 'orders.add-photo', subject: { kind: 'order', id: order.id }, details: { kind: given.kind } })
  return fileId
}

/** A photo of an order, for whoever may see the order. */
export async function readPhoto(
  read: Read,
  files: FileStore,
  orderId: string,
  fileId: string,
): Promise<{ mediaType: string; dataBase64: string }> {
  const order = await visibleOrder(read, orderId)
  const file = await read.tx.maybe<{ key: string; mediaType: string }>(sql`
    select f.key, f.media_type from order_photo p join stored_file f on f.district_id = p.district_id and f.id = p.file_id
     where p.district_id = ${read.tx.districtId} and p.order_id = ${order.id} and p.file_id = ${fileId}`)
  if (file === undefined) throw new Refusal('platform.not-found', 404, {})
  return { mediaType: file.mediaType, dataBase64: (await readImage(files, file.key)).toString('base64') }
}
