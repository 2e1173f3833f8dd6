import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  BASE_FILE,
  type BackupManifest,
  filePaths,
  MANIFEST_FILE,
  POSTGRES_MANIFEST_FILE,
  readManifest,
  readSums,
  sha256Of,
  SUMS_FILE,
} from './backup-folder.ts'
import { type BackupFault, readBase } from './postgres-manifest.ts'

export interface Verification {
  /** Undefined when it cannot be read. */
  readonly manifest: BackupManifest | undefined
  readonly files: number
  readonly faults: readonly BackupFault[]
}

/**
 * Reads every byte of a backup and compares it with our sums, and each file in PostgreSQL's archive with PostgreSQL's manifest.
 * Nothing is started and nothing written.
 */
export async function verifyBackup(folder: string): Promise<Verification> {
  const faults: BackupFault[] = []
  const manifest = await readManifest(folder).catch(() => undefined)
  if (manifest === undefined) faults.push({ path: MANIFEST_FILE, fault: 'unreadable' })
  const sums = await readSums(folder).catch(() => undefined)
  if (sums === undefined) return { manifest, files: 0, faults: [...faults, { path: SUMS_FILE, fault: 'unreadable' }] }
  const there = new Set(await filePaths(folder))
  there.delete(SUMS_FILE)
  for (const path of [BASE_FILE, POSTGRES_MANIFEST_FILE, MANIFEST_FILE])
    if (!sums.has(path)) faults.push({ path, fault: 'missing' })
  for (const path of there) if (!sums.has(path)) faults.push({ path, fault: 'unexpected' })
  for (const [path, sum] of sums) {
    if (!there.has(path)) faults.push({ path, fault: 'missing' })
    // The archive is hashed while it is read below.
    else if (path !== BASE_FILE && (await sha256Of(join(folder, path))) !== sum) faults.push({ path, fault: 'damaged' })
  }
  if (there.has(BASE_FILE) && there.has(POSTGRES_MANIFEST_FILE)) {
    const hash = createHash('sha256')
    const inBase = await readBase(folder, { onBytes: (chunk) => hash.update(chunk) }).catch(() => undefined)
    // An archive that cannot be read to its end has no sum of its own.
    const sum = inBase === undefined ? await sha256Of(join(folder, BASE_FILE)) : hash.digest('hex')
    if (sum !== sums.get(BASE_FILE)) faults.push({ path: BASE_FILE, fault: 'damaged' })
    else if (inBase === undefined && !faults.some((one) => one.path === POSTGRES_MANIFEST_FILE))
      faults.push({ path: BASE_FILE, fault: 'unreadable' })
    faults.push(...(inBase ?? []))
  }
  return { manifest, files: sums.size, faults }
}
