// Every instance of a folder as cases, with the best costs known: those of a JSON file (name → cost, or → { bks }), or of a solution
// in VRPLIB's form that lies beside its instance.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { FAMILIES, type Family } from '../../server/dispatch/index.ts'
import type { PublicCase } from './cases.ts'
import { rounded } from './figures.ts'

const SECONDS_USUAL = 10
const GAP_MAX = 0.03
const INSTANCE = /\.(?:txt|vrp|json)$/iu

interface Wish {
  readonly best?: string | undefined
  readonly seconds?: string | undefined
}

/** @param folder FAMILY=PATH */
export async function folderCases(folder: string, { best, seconds }: Wish): Promise<PublicCase[]> {
  const [family = '', path = ''] = folder.split('=')
  if (!Object.hasOwn(FAMILIES, family)) throw new Error(`--folder: one of ${Object.keys(FAMILIES).join(', ')}=PATH`)
  const known = best === undefined ? {} : (JSON.parse(await readFile(best, 'utf8')) as Record<string, unknown>)
  const names = (await readdir(path)).filter((name) => INSTANCE.test(name)).sort()
  const cases = await Promise.all(
    names.map(async (file) => {
      const name = basename(file, extname(file))
      const cost = costIn(known[name]) ?? (await costBeside(join(path, `${name}.sol`)))
      const one: PublicCase = {
        name,
        family: family as Family,
        file: resolve(path, file),
        best: cost ?? NaN,
        seconds: Number(seconds ?? SECONDS_USUAL),
        gapMax: GAP_MAX,
      }
      return cost === undefined ? [] : [one]
    }),
  )
  return cases.flat()
}

function costIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const { bks } = (value ?? {}) as { bks?: unknown }
  return typeof bks === 'number' ? bks : undefined
}

async function costBeside(path: string): Promise<number | undefined> {
  if (!existsSync(path)) return undefined
  const [, cost] = /^Cost:?\s*(\d+(?:\.\d+)?)/mu.exec(await readFile(path, 'utf8')) ?? []
  return cost === undefined ? undefined : Number(cost)
}

/** The mean and the worst gap of all instances. */
export function summaryOf(results: Readonly<Record<string, unknown>>): Record<string, number> {
  const gaps = Object.values(results).map((one) => (one as { gap: number }).gap)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  return { instances: gaps.length, meanGap: rounded(mean, 5), worstGap: rounded(Math.max(...gaps), 5) }
}
