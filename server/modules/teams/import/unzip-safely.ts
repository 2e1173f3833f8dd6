import { inflateRawSync } from 'node:zlib'

/**
 * Looks into a zip file before anybody else opens it: few entries, none larger than it says, all together no larger than the limit.
 * A bomb is found by inflating each entry up to the limit and no further; nothing is kept.
 */
export const UNZIPPED_BYTES_MAX = 64 * 1024 * 1024
const ENTRIES_MAX = 200

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_ENTRY = 0x04034b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const COMMENT_BYTES_MAX = 65_535
const STORED = 0
const DEFLATED = 8

export type ZipFault = 'not-a-zip' | 'too-large'

export function zipFault(file: Buffer): ZipFault | null {
  const end = endOfDirectory(file)
  if (end === -1) return 'not-a-zip'
  const count = file.readUInt16LE(end + 10)
  if (count > ENTRIES_MAX) return 'too-large'
  let at = file.readUInt32LE(end + 16)
  let bytes = 0
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > file.length || file.readUInt32LE(at) !== DIRECTORY_ENTRY) return 'not-a-zip'
    const size = inflatedBytes(file, at, UNZIPPED_BYTES_MAX - bytes)
    if (typeof size !== 'number') return size
    bytes += size
    at += ENTRY_BYTES + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return null
}

function endOfDirectory(file: Buffer): number {
  for (let at = file.length - END_BYTES; at >= Math.max(0, file.length - END_BYTES - COMMENT_BYTES_MAX); at--)
    if (file.readUInt32LE(at) === END_OF_DIRECTORY) return at
  return -1
}

function inflatedBytes(file: Buffer, entry: number, bytesMax: number): number | ZipFault {
  const method = file.readUInt16LE(entry + 10)
  const packed = file.readUInt32LE(entry + 20)
  const local = file.readUInt32LE(entry + 42)
  if (local + 30 > file.length || file.readUInt32LE(local) !== LOCAL_ENTRY) return 'not-a-zip'
  const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  if (from + packed > file.length) return 'not-a-zip'
  if (method === STORED) return packed > bytesMax ? 'too-large' : packed
  if (method !== DEFLATED) return 'not-a-zip'
  try {
    return inflateRawSync(file.subarray(from, from + packed), { maxOutputLength: Math.max(1, bytesMax) }).length
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'not-a-zip'
  }
}
