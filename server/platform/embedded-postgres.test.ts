import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { assertChineseTrigrams, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { findPostgresPackage } from './postgres-binaries.ts'

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
const QUICK = { fsync: 'off', synchronous_commit: 'off' }

const started: EmbeddedPostgres[] = []
const folders: string[] = []

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A folder as `mktemp -d` makes it: nobody but its owner may cross it. */
async function makeFolder(mode = 0o700): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'huiyin-test-'))
  folders.push(folder)
  await chmod(folder, mode)
  return folder
}

async function start(
  dataDir: string,
  options: { settings?: Record<string, string>; userNamespaces?: boolean; messages?: string[] } = {},
): Promise<EmbeddedPostgres> {
  const { messages, ...rest } = options
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: QUICK,
    ...rest,
    log: (message) => messages?.push(message),
  })
  started.push(postgres)
  return postgres
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

async function queryWhenBack(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const deadline = Date.now() + 15_000
  for (;;) {
    try {
      return await query(url, text)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
    }
  }
}

async function postmasterPid(cluster: string): Promise<number> {
  return Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** The processes that work in a cluster; every process of a PostgreSQL server does. */
async function processesIn(cluster: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    const cwd = /^\d+$/.test(name) ? await readlink(`/proc/${name}/cwd`).catch(() => '') : ''
    if (cwd === cluster) found.push(Number(name))
  }
  return found
}

/** A process of its own that runs PostgreSQL on the folder, so that it can be killed. */
async function spawnSupervisor(dataDir: string): Promise<{ supervisor: ChildProcess; url: string }> {
  const program = join(await makeFolder(), 'supervisor.ts')
  const source = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url))
  await writeFile(
    program,
    `import { startEmbeddedPostgres } from ${JSON.stringify(source)}
     const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined })
     process.stdout.write(url)`,
  )
  const supervisor = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = (await once(supervisor.stdout, 'data')) as [Buffer]
  return { supervisor, url: output.toString() }
}

describe('a cluster of the embedded PostgreSQL', () => {
  test('finds Chinese text, sorts by pinyin, keeps data over a restart and leaves no process', async () => {
    const dataDir = join(await makeFolder(), 'data')
    const first = await start(dataDir)
    expect(await query(first.url, `select cardinality(show_trgm('延庆区')) as trigrams`)).toEqual([{ trigrams: 4 }])
    const sorted = await query(
      first.url,
      `select name from unnest(array['张三', '李四', '安庆', '王五']) name order by name`,
    )
    expect(sorted.map(({ name }) => name)).toEqual(['安庆', '李四', '王五', '张三'])
    await query(first.url, 'create table kept as select 7 as n')
    if (isLinux) expect(await processesIn(join(dataDir, 'cluster'))).not.toEqual([])
    await Promise.all([first.stop(), first.stop()])
    if (isLinux) expect(await processesIn(join(dataDir, 'cluster'))).toEqual([])
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false)

    const second = await start(dataDir)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('lets nobody in without the password, which only its owner can read', async () => {
    const dataDir = await makeFolder(0o755)
    const postgres = await start(dataDir)
    const wrong = new URL(postgres.url)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
    expect(await query(postgres.url, `select current_setting('listen_addresses') as tcp`)).toEqual([{ tcp: '' }])
  })

  test('takes settings over its defaults', async () => {
    const postgres = await start(await makeFolder(), { settings: { ...QUICK, max_connections: '17' } })
    expect(await query(postgres.url, 'show max_connections')).toEqual([{ max_connections: '17' }])
    expect(await query(postgres.url, 'show shared_buffers')).toEqual([{ shared_buffers: '128MB' }])
  })

  test('opens its socket elsewhere when the folder name is too long for one', async () => {
    const dataDir = join(await makeFolder(), 'long'.repeat(30))
    const postgres = await start(dataDir)
    const socketFolder = decodeURIComponent(new URL(postgres.url).hostname)
    expect(socketFolder.startsWith(dataDir)).toBe(false)
    expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }])
    await postgres.stop()
    expect(existsSync(socketFolder)).toBe(false)
  })

  test('refuses a second supervisor on the same folder, and leaves the first alone', async () => {
    const dataDir = await makeFolder()
    const postgres = await start(dataDir)
    await expect(start(dataDir)).rejects.toThrow('Another process is running PostgreSQL')
    expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('says why it does not start', async () => {
    await expect(start(await makeFolder(), { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /shared_buffers/,
    )
  })
})

describe('a database for Chinese text', () => {
  test('is refused when its character type is C', async () => {
    const postgres = await start(await makeFolder())
    await query(postgres.url, `create database ascii lc_ctype 'C' locale_provider libc template template0`)
    const client = new Client({ connectionString: postgres.url.replace(/huiyin$/, 'ascii') })
    await client.connect()
    await expect(assertChineseTrigrams(client)).rejects.toThrow('cannot search Chinese text')
    await client.end()
  })
})

describe.runIf(isRoot && isLinux)('as root', () => {
  const ownerOf = async (path: string): Promise<number> => (await stat(path)).uid
  const serverUid = async (cluster: string): Promise<number> => await ownerOf(`/proc/${await postmasterPid(cluster)}`)
  const nobody = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout)

  test('drops to an unprivileged uid, and follows when the folder is closed to that uid later', async () => {
    const parent = await makeFolder(0o755)
    const cluster = join(parent, 'data', 'cluster')
    const open = await start(join(parent, 'data'))
    // In a clone that is itself closed to the uid, the programs are out of its reach, wherever the data lies.
    const enter = ['-c', 'cd "$1"', 'sh', findPostgresPackage()]
    const reachable = spawnSync('/bin/sh', enter, { uid: nobody, cwd: '/' }).status === 0
    expect(await serverUid(cluster)).toBe(reachable ? nobody : 0)
    await query(open.url, 'create table kept as select 7 as n')
    await open.stop()

    await chmod(parent, 0o700)
    const closed = await start(join(parent, 'data'))
    expect(await ownerOf(cluster)).toBe(0)
    const status = await readFile(`/proc/${await postmasterPid(cluster)}/status`, 'utf8')
    expect(status).toMatch(/CapEff:\s*0+\n/)
    expect(await query(closed.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('moves to a system folder when the kernel has no user namespaces, and stays there', async () => {
    const dataDir = join(await makeFolder(), 'data')
    const before = await start(dataDir)
    await query(before.url, 'create table kept as select 7 as n')
    await before.stop()

    const systemFolder = '/var/lib/huiyin'
    if (!existsSync(systemFolder)) folders.push(systemFolder)
    const messages: string[] = []
    const moved = await start(dataDir, { userNamespaces: false, messages })
    const folder = (await readFile(join(dataDir, 'location'), 'utf8')).trim()
    folders.push(folder)
    expect(messages.join()).toContain(systemFolder)
    expect(await serverUid(join(folder, 'cluster'))).toBe(nobody)
    expect(await query(moved.url, 'select n from kept')).toEqual([{ n: 7 }])
    await moved.stop()
    expect(await processesIn(join(folder, 'cluster'))).toEqual([])

    const again = await start(dataDir)
    expect(await query(again.url, 'select n from kept')).toEqual([{ n: 7 }])
  })
})

describe('after a hard kill', () => {
  test('of the server, a supervisor starts it again, also past a session that is too busy to notice', async () => {
    const dataDir = await makeFolder()
    const messages: string[] = []
    const postgres = await start(dataDir, { messages })
    await query(postgres.url, 'create table kept as select 7 as n')
    await query(postgres.url, 'checkpoint')
    const busy = query(postgres.url, 'select count(*) from generate_series(1, 300000000) n where n % 7 = 3').catch(
      (error: unknown) => error,
    )
    await sleep(300)
    process.kill(await postmasterPid(join(dataDir, 'cluster')), 'SIGKILL')
    expect(await queryWhenBack(postgres.url, 'select n from kept')).toEqual([{ n: 7 }])
    expect(await busy).toBeInstanceOf(Error)
    expect(messages).toContain('PostgreSQL ended by itself; starting it again')
  })

  test('of the supervisor, the next one stops the server left running and starts its own', async () => {
    const dataDir = await makeFolder()
    const { supervisor, url } = await spawnSupervisor(dataDir)
    await query(url, 'create table kept as select 7 as n')
    const orphan = await postmasterPid(join(dataDir, 'cluster'))
    supervisor.kill('SIGKILL')
    await once(supervisor, 'exit')

    const messages: string[] = []
    const postgres = await start(dataDir, { messages })
    expect(messages).toContain('stopping the PostgreSQL of a process that was killed')
    expect(await postmasterPid(join(dataDir, 'cluster'))).not.toBe(orphan)
    expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('of supervisor and server together, the next supervisor recovers what was committed', async () => {
    const dataDir = await makeFolder()
    const { supervisor, url } = await spawnSupervisor(dataDir)
    await query(url, 'create table kept as select 7 as n')
    supervisor.kill('SIGKILL')
    process.kill(await postmasterPid(join(dataDir, 'cluster')), 'SIGKILL')
    const postgres = await start(dataDir)
    expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 7 }])
  })
})
