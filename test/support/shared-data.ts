import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Public instances and reference results live outside the project; where they are absent their tests are skipped and say so. */
export interface SharedFolder {
  readonly path: string
  readonly isThere: boolean
  /** For the title of a group of tests. */
  readonly title: string
  read(file: string): string
}

/** A folder below the shared data, as `dispatch/solomon`. */
export function sharedFolder(name: string): SharedFolder {
  const path = join(process.env['HUIYIN_SHARED'] ?? '../shared', 'data', name)
  const isThere = existsSync(path)
  return {
    path,
    isThere,
    title: isThere ? 'public instances' : `public instances (skipped: ${path} is not there)`,
    read: (file) => readFileSync(join(path, file), 'utf8'),
  }
}
