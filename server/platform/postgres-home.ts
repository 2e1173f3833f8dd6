// PostgreSQL refuses to run as root, and a service that needs no root should have none. This file decides, before the
// first start, under which identity the server runs and where its files lie:
//
// - `self`: we are not root, or the system has no such identities (Windows). Files lie in the data folder.
// - `dropped`: we are root and the unprivileged uid can reach programs and data. Files lie in the data folder.
// - `namespace`: we are root below a folder which that uid cannot cross (mktemp -d makes mode 0700). The server runs in
//   a user namespace: without root's capabilities, and seeing itself as the unprivileged uid. Files lie in the data folder.
// - `copied`: as before, but the kernel refuses user namespaces. Programs and cluster lie under SYSTEM_FOLDER.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, lchown, lstat, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findPostgresPackage, linkPostgresLibraries } from './postgres-binaries.ts'

export type Log = (message: string, details?: object) => void

interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface PostgresHome {
  readonly mode: 'self' | 'dropped' | 'namespace' | 'copied'
  /** The folder that holds the cluster, the password, the server's log and the lock. */
  readonly folder: string
  readonly programs: string
  /** Who must own the server's files; undefined where the system has no numeric owners. */
  readonly owner: Identity | undefined
}

// Not the temporary folder: what lies there may be gone after a restart, and with it the district's records.
const SYSTEM_FOLDER = '/var/lib/huiyin'
// Written into the data folder when the cluster lies elsewhere; it decides every later start.
export const LOCATION_FILE = 'location'

/** How to run one of the PostgreSQL programs under the home's identity. */
export function commandIn(
  home: PostgresHome,
  program: 'initdb' | 'postgres' | 'pg_ctl',
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[]; readonly identity: Identity | undefined } {
  const file = join(home.programs, program)
  switch (home.mode) {
    case 'self':
      return { file, args, identity: undefined }
    case 'dropped':
    case 'copied':
      return { file, args, identity: home.owner }
    case 'namespace':
      return { file: 'unshare', args: [...namespaceArguments(), file, ...args], identity: undefined }
    default:
      return home.mode satisfies never
  }
}

/**
 * Chooses the mode, makes the folder and hands existing files to the chosen identity. Only one process at a time may
 * call this for a data folder. `userNamespaces: false` leaves out the mode `namespace`.
 * Throws when no mode works, with what the operator can do.
 */
export async function preparePostgresHome(
  dataDir: string,
  log: Log,
  { userNamespaces = true }: { userNamespaces?: boolean } = {},
): Promise<PostgresHome> {
  const folder = resolve(dataDir)
  await mkdir(folder, { recursive: true })
  const packageFolder = findPostgresPackage()
  await linkPostgresLibraries(packageFolder)
  const programs = join(packageFolder, 'native', 'bin')

  if (process.getuid === undefined || process.getgid === undefined) {
    return { mode: 'self', folder, programs, owner: undefined }
  }
  const ourselves = { uid: process.getuid(), gid: process.getgid() }
  if (existsSync(join(folder, LOCATION_FILE))) {
    if (ourselves.uid === 0) return await copiedHome(folder, packageFolder, log)
    throw new Error(`The database of ${folder} was made by root under ${SYSTEM_FOLDER}: start as root again.`)
  }
  if (ourselves.uid !== 0) return { mode: 'self', folder, programs, owner: ourselves }

  const unprivileged = unprivilegedIdentity()
  if (runs(join(programs, 'postgres'), ['--version'], unprivileged) && canEnter(folder, unprivileged)) {
    return await ownedHome({ mode: 'dropped', folder, programs, owner: unprivileged })
  }
  if (userNamespaces && runs('unshare', [...namespaceArguments(), join(programs, 'postgres'), '--version'])) {
    return await ownedHome({ mode: 'namespace', folder, programs, owner: ourselves })
  }
  return await copiedHome(folder, packageFolder, log)
}

/** Gives a folder and all in it to the owner that the home asks for; does nothing when its owner is right already. */
export async function handOver(path: string, owner: Identity | undefined): Promise<void> {
  const found = await lstat(path)
  if (owner === undefined || found.uid === owner.uid) return
  // The top folder last: its owner tells that all below it is done, also after a crash halfway.
  const below = found.isDirectory() ? await readdir(path, { recursive: true }) : []
  for (const entry of below) await lchown(join(path, entry), owner.uid, owner.gid)
  await lchown(path, owner.uid, owner.gid)
}

/** Whether the server, under the home's identity, can pass through a folder. */
export function canServerEnter(home: PostgresHome, folder: string): boolean {
  return home.mode === 'self' || home.mode === 'namespace' || canEnter(folder, home.owner)
}

async function ownedHome(home: PostgresHome): Promise<PostgresHome> {
  const cluster = join(home.folder, 'cluster')
  if (existsSync(cluster)) await handOver(cluster, home.owner)
  return home
}

async function copiedHome(dataDir: string, packageFolder: string, log: Log): Promise<PostgresHome> {
  const location = join(dataDir, LOCATION_FILE)
  try {
    const programs = await copyPrograms(packageFolder)
    if (!existsSync(location)) {
      const folder = join(SYSTEM_FOLDER, randomBytes(6).toString('hex'))
      await mkdir(folder, { recursive: true })
      for (const name of ['cluster', 'password']) {
        if (!existsSync(join(dataDir, name))) continue
        await cp(join(dataDir, name), join(folder, name), { recursive: true, preserveTimestamps: true })
      }
      await writeFile(location, `${folder}\n`)
      for (const name of ['cluster', 'password']) await rm(join(dataDir, name), { recursive: true, force: true })
    }
    const folder = (await readFile(location, 'utf8')).trim()
    if (!existsSync(folder)) {
      throw new Error(
        `${location} says that the database lies in ${folder}, which does not exist. Restore that folder.`,
      )
    }
    await chmod(folder, 0o755)
    log(`PostgreSQL cannot reach ${dataDir} without root; its programs and data lie in ${SYSTEM_FOLDER}`, { folder })
    return await ownedHome({ mode: 'copied', folder, programs, owner: unprivilegedIdentity() })
  } catch (cause) {
    throw new Error(
      `PostgreSQL refuses to run as root, and ${dataDir} cannot be reached without root. Start as an ordinary user, ` +
        `move the folder, allow user namespaces, make ${SYSTEM_FOLDER} writable, or set DATABASE_URL.`,
      { cause },
    )
  }
}

/** Copies the programs once per version, readable for everybody, and returns their folder. */
async function copyPrograms(packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const copy = join(SYSTEM_FOLDER, `postgres-${version}`)
  if (!existsSync(copy)) {
    await mkdir(SYSTEM_FOLDER, { recursive: true })
    await chmod(SYSTEM_FOLDER, 0o755)
    const unfinished = `${copy}.${randomBytes(6).toString('hex')}`
    await cp(join(packageFolder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true })
    for (const entry of ['.', ...(await readdir(unfinished, { recursive: true }))]) {
      const path = join(unfinished, entry)
      const found = await lstat(path)
      if (found.isSymbolicLink()) continue
      await chmod(path, (found.mode & 0o111) === 0 ? 0o644 : 0o755)
    }
    await rename(unfinished, copy).catch(async (error: NodeJS.ErrnoException) => {
      await rm(unfinished, { recursive: true })
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  }
  await stat(join(copy, 'bin', 'postgres'))
  return join(copy, 'bin')
}

/** `nobody`, looked up by name: initdb needs an identity that the system's user list knows. */
function unprivilegedIdentity(): Identity {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'PostgreSQL refuses to run as root, and this system has no user "nobody". Start as an ordinary user.',
    )
  }
  return { uid: Number(uid), gid: Number(gid) }
}

function namespaceArguments(): readonly string[] {
  const { uid, gid } = unprivilegedIdentity()
  return ['--user', `--map-user=${uid}`, `--map-group=${gid}`]
}

function runs(file: string, args: readonly string[], identity?: Identity): boolean {
  return spawnSync(file, args, { stdio: 'ignore', cwd: '/', ...identity }).status === 0
}

function canEnter(folder: string, identity: Identity | undefined): boolean {
  return runs('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], identity)
}
