/**
 * Builds what browsers get into dist/: the resident pages (client and server part) and the staff console. Prints the sizes
 * and fails when a first load of the resident pages is over its budget.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RESIDENT_CONFIG = join(ROOT, 'web/resident/vite.config.ts')
const STAFF_CONFIG = join(ROOT, 'web/staff/vite.config.ts')
const RESIDENT_ASSETS = join(ROOT, 'dist/resident/client/assets')

// Bytes after gzip of everything a resident's first page loads, and what browsers of 2021 do not understand.
const SCRIPT_BYTES_MAX = 60_000
const STYLE_BYTES_MAX = 15_000
const TOO_NEW = /:has\(|oklch\(|@layer|\bpopover\b|@container/u

async function main(): Promise<void> {
  const quiet = { logLevel: 'warn' } as const
  await build({ ...quiet, configFile: RESIDENT_CONFIG })
  await build({ ...quiet, configFile: RESIDENT_CONFIG, build: { ssr: true } })
  if (existsSync(STAFF_CONFIG)) await build({ ...quiet, configFile: STAFF_CONFIG })
  checkResident()
}

function checkResident(): void {
  const faults: string[] = []
  for (const [ending, bytesMax] of [
    ['.js', SCRIPT_BYTES_MAX],
    ['.css', STYLE_BYTES_MAX],
  ] as const) {
    const files = readdirSync(RESIDENT_ASSETS).filter((name) => name.endsWith(ending))
    if (files.length === 0) faults.push(`no ${ending} file was built`)
    let bytes = 0
    for (const name of files) {
      const text = readFileSync(join(RESIDENT_ASSETS, name))
      bytes += gzipSync(text).length
      const found = TOO_NEW.exec(text.toString())
      if (found !== null) faults.push(`${name} holds "${found[0]}", which the oldest phones do not understand`)
    }
    console.log(`resident ${ending}: ${(bytes / 1000).toFixed(1)} kB gzip of ${bytesMax / 1000} kB`)
    if (bytes > bytesMax) faults.push(`${ending} is over its budget of ${bytesMax} bytes`)
  }
  if (faults.length > 0) throw new Error(faults.join('; '))
}

await main()
