/** Reads the tar archives that PostgreSQL writes (ustar): files, folders and links, nothing else. */

export interface TarEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  readonly bytes: number
}

export interface TarSink {
  write(chunk: Buffer): void | Promise<void>
  end(): void | Promise<void>
}

const BLOCK_BYTES = 512
const KINDS: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '\0': 'file', '5': 'folder', '2': 'link' }
const CHECKSUM_AT = 148
const CHECKSUM_BYTES = 8
const SPACE = 32

/**
 * Calls `open` for each entry in order and writes the bytes of files into what it returns; undefined skips them.
 * @throws Error when the archive is cut short or is no archive
 */
export async function readTar(
  source: AsyncIterable<Buffer>,
  open: (entry: TarEntry) => TarSink | undefined | Promise<TarSink | undefined>,
): Promise<void> {
  let pending: Buffer = Buffer.alloc(0)
  let sink: TarSink | undefined
  // Bytes of the open file that are still to come, and of the padding behind them.
  let left = 0
  let padding = 0
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (;;) {
      if (left > 0) {
        const part = pending.subarray(0, left)
        if (part.length === 0) break
        await sink?.write(part)
        left -= part.length
        pending = pending.subarray(part.length)
        if (left > 0) break
        await sink?.end()
      }
      if (pending.length < padding) break
      pending = pending.subarray(padding)
      padding = 0
      if (pending.length < BLOCK_BYTES) break
      const header = pending.subarray(0, BLOCK_BYTES)
      pending = pending.subarray(BLOCK_BYTES)
      if (header.every((byte) => byte === 0)) continue
      const entry = readHeader(header)
      sink = await open(entry)
      left = entry.kind === 'file' ? entry.bytes : 0
      padding = (BLOCK_BYTES - (left % BLOCK_BYTES)) % BLOCK_BYTES
      if (left === 0 && entry.kind === 'file') await sink?.end()
    }
  }
  if (left > 0 || pending.length > 0) throw new Error('The archive is cut short.')
}

function readHeader(header: Buffer): TarEntry {
  const sum = header.reduce(
    (total, byte, at) => total + (at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM_BYTES ? SPACE : byte),
    0,
  )
  if (octal(header, CHECKSUM_AT, CHECKSUM_BYTES) !== sum) throw new Error('The archive has a damaged header.')
  const kind = KINDS[String.fromCharCode(header[156]!)]
  if (kind === undefined) throw new Error(`The archive has an entry of the unknown kind ${header[156]}.`)
  const [prefix, name] = [text(header, 345, 155), text(header, 0, 100)]
  const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/^\.\/+|\/+$/gu, '')
  if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`The archive leaves its folder: ${path}`)
  return { path, kind, bytes: octal(header, 124, 12) }
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString('utf8')
}

function octal(header: Buffer, at: number, length: number): number {
  const digits = text(header, at, length).trim()
  if (!/^[0-7]*$/u.test(digits)) throw new Error('The archive has a damaged header.')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}
