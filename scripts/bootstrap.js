// The door of every npm script: makes sure that packages, the right Node and what else a command needs are there, then
// runs the command. Plain JavaScript without packages, because it runs first, on whatever Node 20 or newer there is.
//
//   node scripts/bootstrap.js start [args]      build the web if its sources changed, then run the server
//   node scripts/bootstrap.js test [args]       the same, then the tests: vitest run [args]
//   node scripts/bootstrap.js huiyin [args]     the administrator's command line
//   node scripts/bootstrap.js bench NAME [args] a measurement, with the programs it needs
//   node scripts/bootstrap.js run FILE [args]   any other TypeScript program of ours
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { holdProcessLock } from '../server/platform/process-lock.js'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE_MAJOR = 24
const NODE_MINOR_MIN = 21
const NODE_PINNED = '24.21.0'
const INSTALL_WAIT_MILLISECONDS_MAX = 15 * 60_000
// Ctrl-C reaches us from the terminal and once more from npm, which passes on what it gets.
const SIGNAL_ECHO_MILLISECONDS = 1_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const WEB_BUILD = 'scripts/build-web.ts'
// What the built web depends on; a folder stands for all files in it.
const WEB_SOURCES = ['web', 'contract', 'i18n', WEB_BUILD, 'package-lock.json']
const WEB_STAMP = 'dist/.sources'
const CHROMIUM = '/usr/bin/chromium'
// These send requests to a server of their own.
const LOADING_BENCHES = ['http', 'checkin']

const fromRoot = (...path) => join(ROOT, ...path)

// What V8 compiled is kept beside the packages, which halves the start; Node 20 does not know it.
nodeModule.enableCompileCache?.(fromRoot('node_modules', '.compile-cache'))

/** Ends the process with a message for the person at the keyboard instead of a stack. */
function fail(message) {
  console.error(message)
  process.exit(1)
}

/**
 * Runs a program on our terminal. Signals sent to us go to it, and we stay until it has ended.
 * @returns {Promise<{ code: number | null, signal: string | null }>}
 */
function runChild(file, args, options = {}) {
  return new Promise((settle, reject) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', ...options })
    const forward = (signal) => child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, forward)
    const done = () => {
      for (const signal of SIGNALS) process.off(signal, forward)
    }
    child.on('error', (error) => {
      done()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      done()
      settle({ code, signal })
    })
  })
}

/** Ends this process the way its child ended, so that our caller sees the same. */
function endLike({ code, signal }) {
  if (signal === null) process.exit(code)
  process.kill(process.pid, signal)
  // The signal may need a moment to arrive; an exit here would overtake it.
  setInterval(() => undefined, SIGNAL_ECHO_MILLISECONDS)
}

/** Runs a step that must succeed before we go on. */
async function runStep(file, args, options) {
  const end = await runChild(file, args, options)
  if (end.code === 0) return
  endLike(end)
  await new Promise(() => undefined)
}

/** Lets a program see one signal where npm and the terminal deliver the same one twice. */
function swallowSignalEchoes() {
  const emit = process.emit
  const seen = new Map()
  process.emit = function emitOnce(name, ...rest) {
    if (SIGNALS.includes(name)) {
      const before = seen.get(name)
      seen.set(name, performance.now())
      if (before !== undefined && performance.now() - before < SIGNAL_ECHO_MILLISECONDS) return true
    }
    return emit.call(this, name, ...rest)
  }
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Whether npm's own record of what it installed says the same as the lockfile. */
function isInstalled() {
  const record = fromRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = readJson(record).packages
  return Object.entries(readJson(fromRoot('package-lock.json')).packages).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true && !isForThisSystem(wanted)
    const sameContent = wanted.integrity === undefined || found.integrity === wanted.integrity
    return found.version === wanted.version && sameContent
  })
}

/** Whether npm would install an optional package here; those that name no system may be left out for other reasons. */
function isForThisSystem({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined) return false
  return libc === undefined && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch)
}

async function installPackages() {
  if (isInstalled()) return
  mkdirSync(fromRoot('data'), { recursive: true })
  const lock = await holdProcessLock(fromRoot('data', 'install.lock'), {
    waitMilliseconds: INSTALL_WAIT_MILLISECONDS_MAX,
    onWait: (pid) => console.error(`Waiting for process ${pid}, which is installing the packages …`),
  })
  try {
    if (isInstalled()) return
    console.error('Installing the packages of package-lock.json …')
    const npm = process.env.npm_execpath
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
    const quiet = ['--loglevel=error']
    if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) {
      await runStep(process.env.npm_node_execpath ?? process.execPath, [npm, ...args, ...quiet])
    } else {
      await runStep('npm', [...args, ...quiet], { shell: process.platform === 'win32' })
    }
    if (!isInstalled()) {
      fail('npm finished, but node_modules does not hold what package-lock.json lists. Try "npm ci --ignore-scripts".')
    }
  } finally {
    lock.release()
  }
}

function isRightNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major === NODE_MAJOR && minor >= NODE_MINOR_MIN
}

/** The Node that npm installs for this system, or undefined where it has none (macOS). */
function pinnedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform
  if (!['linux-x64', 'linux-arm64', 'win-x64'].includes(`${system}-${process.arch}`)) return undefined
  return fromRoot('node_modules', `node-${system}-${process.arch}`, 'bin', system === 'win' ? 'node.exe' : 'node')
}

/** A hash over names and contents of files and folders below the root. */
function hashFiles(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    const found = existsSync(fromRoot(path)) ? [path] : []
    while (found.length > 0) {
      const next = found.shift()
      const below = readFolder(next)
      if (below !== undefined) found.unshift(...below)
      else
        hash
          .update(`${next}\0`)
          .update(readFileSync(fromRoot(next)))
          .update('\0')
    }
  }
  return hash.digest('hex')
}

function readFolder(path) {
  try {
    return readdirSync(fromRoot(path))
      .sort()
      .map((name) => `${path}/${name}`)
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}

async function buildWeb({ force }) {
  if (!existsSync(fromRoot(WEB_BUILD))) return
  const sources = hashFiles(WEB_SOURCES)
  const isBuilt = () => existsSync(fromRoot(WEB_STAMP)) && readFileSync(fromRoot(WEB_STAMP), 'utf8') === sources
  if (isBuilt() && !force) return
  mkdirSync(fromRoot('data'), { recursive: true })
  const lock = await holdProcessLock(fromRoot('data', 'build.lock'), {
    waitMilliseconds: INSTALL_WAIT_MILLISECONDS_MAX,
  })
  try {
    if (isBuilt() && !force) return
    console.error('Building the web …')
    rmSync(fromRoot(WEB_STAMP), { force: true })
    // Its lines are for people: the output of a bench is one JSON object.
    await runStep(process.execPath, [fromRoot(WEB_BUILD)], { stdio: ['ignore', 2, 'inherit'] })
    mkdirSync(fromRoot('dist'), { recursive: true })
    writeFileSync(fromRoot(WEB_STAMP), sources)
  } finally {
    lock.release()
  }
}

/**
 * Packages of the system that npm does not have. As root on Debian they are installed; elsewhere the person at the keyboard
 * is told the command.
 * @param {string} whose what needs them, as a subject with its verb: "The tests need"
 * @param {() => string[]} findMissing names of Debian packages that are not there
 */
async function installSystemPackages(whose, findMissing) {
  const missing = findMissing()
  if (missing.length === 0) return
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
  if (!isDebian || process.getuid?.() !== 0) {
    fail(`${whose} ${missing.join(', ')}. On Debian run as root:\n\n  ${command}\n`)
  }
  console.error(`Installing ${missing.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const end = await runChild('sh', ['-c', command], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  if (end.signal !== null) endLike(end)
  if (end.code !== 0 || findMissing().length > 0) fail(`This failed:\n\n  ${command}\n`)
}

/** The tests use a real browser that shows Chinese. */
function missingForTests() {
  const fonts = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' })
  return [
    ...(existsSync(CHROMIUM) ? [] : ['chromium']),
    ...(fonts.status === 0 ? [] : ['fontconfig']),
    ...(fonts.status === 0 && /Noto (Sans|Serif) CJK/.test(fonts.stdout) ? [] : ['fonts-noto-cjk']),
  ]
}

/** Runs a program of ours in this process, as if Node had been started with it. */
async function runHere(file, args) {
  swallowSignalEchoes()
  process.argv = [process.execPath, file, ...args]
  await import(pathToFileURL(file).href)
}

const VERBS = {
  async start(args) {
    await buildWeb({ force: false })
    const demo = process.env.HUIYIN_DEMO === '0' || args.includes('--demo-clock') ? [] : ['--demo-clock']
    await runHere(fromRoot('server', 'main.ts'), [...args, ...demo])
  },
  async test(args) {
    await installSystemPackages('The tests need', missingForTests)
    await buildWeb({ force: false })
    await runHere(fromRoot('node_modules', 'vitest', 'vitest.mjs'), ['run', ...args])
  },
  async huiyin(args) {
    await runHere(fromRoot('server', 'cli', 'huiyin.ts'), args)
  },
  async bench([name, ...args]) {
    if (LOADING_BENCHES.includes(name)) {
      const { missingPrograms } = await import('../bench/load/programs.ts')
      await installSystemPackages('The bench needs', missingPrograms)
      await buildWeb({ force: false })
    }
    await runHere(fromRoot('bench', 'bench.ts'), name === undefined ? [] : [name, ...args])
  },
  async run([file, ...args]) {
    if (file === undefined) fail('Which file? node scripts/bootstrap.js run FILE [args]')
    if (resolve(file) === fromRoot(WEB_BUILD)) await buildWeb({ force: true })
    else await runHere(resolve(file), args)
  },
}

async function main([verb, ...args]) {
  if (verb === undefined || !Object.hasOwn(VERBS, verb)) {
    fail(`Usage: node scripts/bootstrap.js ${Object.keys(VERBS).join('|')} [args]`)
  }
  const node = isRightNode() ? process.execPath : pinnedNode()
  if (node === undefined) {
    fail(
      `Huiyin runs on Node ${NODE_MAJOR}, from ${NODE_PINNED}; this is ${process.version}, and npm has no Node for this ` +
        `system. Run:\n\n  nvm install ${NODE_PINNED} && nvm use ${NODE_PINNED}\n`,
    )
  }
  await installPackages()
  if (node !== process.execPath) {
    return endLike(await runChild(node, [fileURLToPath(import.meta.url), verb, ...args], { cwd: process.cwd() }))
  }
  const { linkPostgresLibraries } = await import('../server/platform/postgres-binaries.ts')
  await linkPostgresLibraries()
  await VERBS[verb](args)
}

await main(process.argv.slice(2))
