/** PostgreSQL's manifest of a base backup, and the comparison of an archive with it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { BASE_FILE, POSTGRES_MANIFEST_FILE } from './backup-folder.ts'
import { readTar, type TarEntry, type TarSink } from './tar.ts'

interface ManifestFile {
  readonly bytes: number
  readonly sha256: string
}

export interface BackupFault {
  /** Path below the backup's folder; a file in the archive is `base.tar.zst/<path>`. */
  readonly path: string
  readonly fault: 'damaged' | 'missing' | 'unexpected' | 'unreadable'
}

interface WrittenManifest {
  readonly Files: readonly {
    readonly Path?: string
    readonly 'Encoded-Path'?: string
    readonly Size: number
    readonly 'Checksum-Algorithm'?: string
    readonly Checksum?: string
  }[]
  readonly 'Manifest-Checksum': string
}

// Segments of the log are not listed: PostgreSQL checks each of its records when it reads them.
const LOG_FOLDER = 'pg_wal/'

/** @throws Error when it is damaged, by its own checksum */
export async function readPostgresManifest(folder: string): Promise<Map<string, ManifestFile>> {
  const bytes = await readFile(join(folder, POSTGRES_MANIFEST_FILE))
  const manifest = JSON.parse(bytes.toString('utf8')) as WrittenManifest
  // The checksum covers everything before the line that holds it.
  const end = bytes.lastIndexOf('\n"Manifest-Checksum"') + 1
  const sum = createHash('sha256').update(bytes.subarray(0, end)).digest('hex')
  if (end === 0 || sum !== manifest['Manifest-Checksum']) throw new Error(`${POSTGRES_MANIFEST_FILE} is damaged.`)
  return new Map(
    manifest.Files.map((file) => {
      if (file['Checksum-Algorithm'] !== 'SHA256' || file.Checksum === undefined)
        throw new Error(`${POSTGRES_MANIFEST_FILE} has a file without SHA-256.`)
      const path = file.Path ?? Buffer.from(file['Encoded-Path'] ?? '', 'hex').toString('utf8')
      return [path, { bytes: file.Size, sha256: file.Checksum }]
    }),
  )
}

/**
 * Reads the archive to its end, hashes each file against PostgreSQL's manifest, and passes the entries on.
 * @returns every fault; the archive's own sum is compared by the caller, with `onBytes`
 */
export async function readBase(
  folder: string,
  {
    open = () => undefined,
    onBytes,
  }: {
    open?: (entry: TarEntry) => TarSink | undefined | Promise<TarSink | undefined>
    /** Sees the bytes of the compressed archive, in order. */
    onBytes: (chunk: Buffer) => void
  },
): Promise<BackupFault[]> {
  const expected = await readPostgresManifest(folder)
  const faults: BackupFault[] = []
  const seen = new Set<string>()
  const inArchive = (path: string) => `${BASE_FILE}/${path}`
  const check = async (entry: TarEntry): Promise<TarSink | undefined> => {
    const sink = await open(entry)
    const listed = expected.get(entry.path)
    if (entry.kind !== 'file' || (listed === undefined && entry.path.startsWith(LOG_FOLDER))) return sink
    if (listed === undefined || seen.has(entry.path)) {
      faults.push({ path: inArchive(entry.path), fault: 'unexpected' })
      return sink
    }
    seen.add(entry.path)
    const hash = createHash('sha256')
    return {
      write(chunk) {
        hash.update(chunk)
        return sink?.write(chunk)
      },
      async end() {
        await sink?.end()
        if (listed.bytes !== entry.bytes || hash.digest('hex') !== listed.sha256)
          faults.push({ path: inArchive(entry.path), fault: 'damaged' })
      },
    }
  }
  const source = createReadStream(join(folder, BASE_FILE), { highWaterMark: 1024 * 1024 })
  source.on('data', (chunk) => onBytes(chunk as Buffer))
  await pipeline(source, createZstdDecompress(), (chunks) => readTar(chunks as AsyncIterable<Buffer>, check))
  for (const path of expected.keys()) if (!seen.has(path)) faults.push({ path: inArchive(path), fault: 'missing' })
  return faults
}
