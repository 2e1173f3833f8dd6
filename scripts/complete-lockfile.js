// Adds to package-lock.json the optional packages for other systems that the registry in use does not carry.
//
// Run it with plain Node after every change of packages: node scripts/complete-lockfile.js
// Tools like oxlint name one optional package per system. A registry that mirrors only some of them makes npm write a
// lockfile without the others, and "npm ci" then refuses that lockfile. The name of such a package says which system
// it is for, and its parent says which version; its integrity stays open until npm runs against a full registry.
import { readFileSync, writeFileSync } from 'node:fs'

const LOCKFILE = new URL('../package-lock.json', import.meta.url)
const NAME = /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(.+))?$/

const lockfile = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
const { packages } = lockfile

/** Where Node would find this version of a dependency of the package at `path`, or undefined. */
function findDependency(path, name, version) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[place]?.version === version) return place
    if (folder === '') return undefined
  }
}

/** Beside its siblings for other systems, which npm has placed: at the top, or below the parent's own folder. */
function placeBeside(path, siblings, name) {
  const places = Object.entries(siblings).map(([sibling, version]) => findDependency(path, sibling, version))
  const found = places.find((place) => place !== undefined)
  const beside = found === undefined ? undefined : found.slice(0, found.lastIndexOf('node_modules/'))
  const place = `${beside ?? `${path}/`}node_modules/${name}`
  // Taken by the version that another package wants.
  return packages[place] === undefined ? place : `${path}/node_modules/${name}`
}

let added = 0
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (findDependency(path, name, version) !== undefined || !/^\d/.test(version)) continue
    const [, os, cpu, abi = ''] = NAME.exec(name) ?? []
    if (os === undefined) {
      throw new Error(`${path} wants ${name}@${version}; its system cannot be read from that.`)
    }
    const libc =
      os !== 'linux' ? undefined : abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined
    packages[placeBeside(path, entry.optionalDependencies, name)] = {
      version,
      cpu: [cpu],
      ...(entry.dev === true ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc }),
      optional: true,
      os: [os],
    }
    added += 1
  }
}
const [root, ...others] = Object.entries(packages)
others.sort(([a], [b]) => a.localeCompare(b, 'en'))
lockfile.packages = Object.fromEntries([root, ...others])
writeFileSync(LOCKFILE, `${JSON.stringify(lockfile, null, 2)}\n`)
console.log(`package-lock.json: ${added} packages added`)
