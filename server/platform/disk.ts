import { statfs } from 'node:fs/promises'

/** Two segments of PostgreSQL's log: with less, the next write may be the one that does not fit. */
const FREE_BYTES_MIN = 32 * 1024 * 1024

/** `disk-full` when there is hardly room below the folder; nothing where the system does not tell. */
export async function faultsOfDisk(folder: string): Promise<string[]> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize < FREE_BYTES_MIN ? ['disk-full'] : []
  } catch {
    return []
  }
}
