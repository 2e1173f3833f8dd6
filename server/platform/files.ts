/**
 * Images that people upload, in a folder of the server.
 *
 * Nothing of the original file is kept: it is decoded, turned upright, made smaller and encoded anew as WebP, which
 * drops every kind of metadata (a phone writes the place and its serial number) and whatever hides behind the pixels.
 * The name is random, so a key tells nothing and cannot be guessed.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { limitConcurrency } from './concurrency.ts'
import { sql, type Tx } from './db.ts'

export const IMAGE_BYTES_MAX = 10 * 1024 * 1024
export const IMAGE_PIXELS_MAX = 40_000_000
export const IMAGE_EDGE_PIXELS_MAX = 1600

export type FileFault =
  | 'empty'
  /** Over IMAGE_BYTES_MAX. */
  | 'too-large'
  /** Over IMAGE_PIXELS_MAX, whatever the size in bytes. */
  | 'too-many-pixels'
  /** Neither JPEG, PNG nor WebP by its first bytes; what the sender called it does not matter. */
  | 'type-refused'
  /** It begins as an image but does not decode to its end. */
  | 'damaged'
  /** Not a key that `storeImage` can have made. */
  | 'key-malformed'
  | 'not-found'

/** The typed failure of this file. @throws nothing else but failures of the disk and `QueueFullError` */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly fault: FileFault
  constructor(fault: FileFault, options?: ErrorOptions) {
    super(`file: ${fault}`, options)
    this.fault = fault
  }
}

export interface FileStore {
  /** Absolute path. */
  readonly folder: string
}

export interface StoredImage {
  /** Place below the store's folder, such as `3f/a0/3fa0….webp`; safe in a URL. */
  readonly key: string
  readonly width: number
  readonly height: number
  /** Size of the stored file. */
  readonly bytes: number
  readonly mediaType: 'image/webp'
}

const WEBP_QUALITY = 80
const NAME_BYTES = 16
// Two levels of 256 folders: a million images are 15 to a folder.
const KEY_SHAPE = /^(?<first>[0-9a-f]{2})\/(?<second>[0-9a-f]{2})\/\k<first>\k<second>[0-9a-f]{28}\.webp$/
// An image of 40 million pixels takes up to 160 MB while it is decoded, so two at a time.
const queue = limitConcurrency({ runningMax: 2, waitingMax: 50 })

/** Opens the store, making its folder (0700) when it is missing. */
export async function openFileStore(folder: string): Promise<FileStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { folder: resolve(folder) }
}

/**
 * Stores an image of at most 1600 pixels on its longer edge. The bytes are synced before the file gets its name.
 * @throws FileError `empty`, `too-large`, `too-many-pixels`, `type-refused`, `damaged`
 * @throws QueueFullError
 */
export async function storeImage(store: FileStore, bytes: Uint8Array): Promise<StoredImage> {
  if (bytes.length === 0) throw new FileError('empty')
  if (bytes.length > IMAGE_BYTES_MAX) throw new FileError('too-large')
  const format = formatOf(bytes)
  if (format === null) throw new FileError('type-refused')
  const { data, info } = await queue(() => reencode(bytes, format))
  const key = await writeNew(store, data)
  return { key, width: info.width, height: info.height, bytes: data.length, mediaType: 'image/webp' }
}

/** Enters a stored image in the table of files, in the transaction of the operation that received it. */
export async function recordFile(tx: Tx, id: string, image: StoredImage, uploadedBy: string | null): Promise<void> {
  await tx.run(sql`
    insert into stored_file (district_id, id, key, media_type, bytes, width, height, uploaded_by)
    values (${tx.districtId}, ${id}, ${image.key}, ${image.mediaType}, ${image.bytes}, ${image.width}, ${image.height}, ${uploadedBy})`)
}

/** The stored bytes of `key`, which may come from anywhere. @throws FileError `key-malformed`, `not-found` */
export async function readImage(store: FileStore, key: string): Promise<Buffer> {
  // The shape allows neither dots nor a leading slash, so no key leads out of the folder.
  if (!KEY_SHAPE.test(key)) throw new FileError('key-malformed')
  try {
    return await readFile(join(store.folder, key))
  } catch (cause) {
    if (isMissing(cause)) throw new FileError('not-found', { cause })
    throw cause
  }
}

type ImageFormat = 'jpeg' | 'png' | 'webp'

/** By the first bytes, before any decoder sees the file: SVG, PDF and the rest never reach their parsers. */
function formatOf(bytes: Uint8Array): ImageFormat | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp'
  return null
}

async function reencode(bytes: Uint8Array, format: ImageFormat) {
  const image = sharp(bytes, { limitInputPixels: IMAGE_PIXELS_MAX, failOn: 'error' })
  await checkHeader(image, format)
  try {
    return await image
      .autoOrient()
      .resize({
        width: IMAGE_EDGE_PIXELS_MAX,
        height: IMAGE_EDGE_PIXELS_MAX,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .webp({ quality: WEBP_QUALITY })
      .toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new FileError('damaged', { cause })
  }
}

/** The decoder's own reading of the header: pixels are counted before any is decoded. */
async function checkHeader(image: Sharp, format: ImageFormat): Promise<void> {
  const header = await image.metadata().catch((cause: unknown) => {
    const oversize = cause instanceof Error && cause.message.includes('pixel limit')
    throw new FileError(oversize ? 'too-many-pixels' : 'damaged', { cause })
  })
  if (header.format !== format) throw new FileError('type-refused')
  if (header.width * header.height > IMAGE_PIXELS_MAX) throw new FileError('too-many-pixels')
}

/** Written and synced under another name, then renamed: a crash leaves no half image under a key. */
async function writeNew(store: FileStore, data: Buffer): Promise<string> {
  const name = randomBytes(NAME_BYTES).toString('hex')
  const key = `${name.slice(0, 2)}/${name.slice(2, 4)}/${name}.webp`
  const path = join(store.folder, key)
  const partial = `${path}.partial`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await unlink(partial).catch(() => undefined)
    throw error
  }
  return key
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
