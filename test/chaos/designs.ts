/** The designs, by the numbers they have in docs/subsystems/faults.md, and how much of each is smoke and how much is soak. */
import { jumpClocks } from './clocks.ts'
import type { Context, Print, Size } from './context.ts'
import { cutConnections } from './cuts.ts'
import { cutDatabase } from './database-cuts.ts'
import { sendTwice } from './duplicates.ts'
import { drawFreezes, freezeUnderLoad } from './freezes.ts'
import { fillDisk } from './full-disk.ts'
import { checkIsolation } from './isolation.ts'
import { stormJobs } from './job-storm.ts'
import { killUnderLoad } from './kills.ts'
import { randomOf } from './random.ts'
import { restoreAfterLoss } from './restore-drill.ts'
import { restartUnderLoad } from './restarts.ts'
import { openStage, type Stage } from './stage.ts'
import { type Findings, report } from './verify.ts'

export interface Design {
  readonly number: string
  readonly name: string
  /** How many of what it is made of, for each size. */
  readonly counts: Readonly<Record<Size, number>>
  run(context: Context, count: number): Promise<Findings>
}

/** In this order: what shifts clocks or fills disks has a server of its own. */
export const designs: readonly Design[] = [
  {
    number: 'R4',
    name: 'cuts',
    counts: { smoke: 11, soak: 11 },
    run: async ({ stage, random, print }) => cutConnections(await stage(), random, print),
  },
  { number: 'R4', name: 'database-cuts', counts: { smoke: 100, soak: 10_000 }, run: cutDatabase },
  { number: 'R5', name: 'duplicates', counts: { smoke: 160, soak: 15_000 }, run: sendTwice },
  {
    number: 'R15',
    name: 'restarts',
    counts: { smoke: 2, soak: 100 },
    run: async ({ stage, random, print }, count) => restartUnderLoad(await stage(), random, count, print),
  },
  {
    number: 'R2',
    name: 'freezes',
    counts: { smoke: 3, soak: 50 },
    run: async ({ stage, random, print }, count) =>
      freezeUnderLoad(await stage(), random, drawFreezes(random, count), print),
  },
  {
    number: 'R1',
    name: 'kills',
    counts: { smoke: 20, soak: 300 },
    run: async ({ stage, random, print }, count) => killUnderLoad(await stage(), random, count, print),
  },
  {
    number: 'R3',
    name: 'full-disk',
    counts: { smoke: 2, soak: 10 },
    run: fillDisk,
  },
  { number: 'R10', name: 'isolation', counts: { smoke: 1_500, soak: 1_000_000 }, run: checkIsolation },
  { number: 'R14', name: 'job-storm', counts: { smoke: 5_000, soak: 100_000 }, run: stormJobs },
  { number: 'R6', name: 'clocks', counts: { smoke: 6, soak: 200 }, run: jumpClocks },
  { number: 'R11', name: 'restore-drill', counts: { smoke: 2, soak: 60 }, run: restoreAfterLoss },
]

export interface Options {
  readonly size: Size
  readonly seed: number
  /** Names of designs; all when empty. */
  readonly names: readonly string[]
  readonly print: Print
}

export interface Tally {
  passed: number
  failed: number
}

export interface Play {
  readonly tally: Tally
  /** Settles when all have been played and nothing is left running. */
  readonly ended: Promise<Tally>
  /** Ends the servers, whatever is being played. */
  readonly stop: () => Promise<void>
}

/** Plays the designs one after the other. A design that throws has failed; the next ones play on a fresh server. */
export function playDesigns({ size, seed, names, print }: Options): Play {
  const unknown = names.find((name) => !designs.some((design) => design.name === name))
  if (unknown !== undefined) throw new Error(`No design is called ${unknown}; there are ${namesOf(designs)}.`)
  const tally: Tally = { passed: 0, failed: 0 }
  const open = new Set<() => Promise<unknown>>()
  let shared: Promise<Stage> | undefined
  const stop = async () => {
    shared = undefined
    const ends = [...open].toReversed()
    open.clear()
    for (const end of ends) await end().catch((error: unknown) => print(`  while closing: ${String(error)}`))
  }
  const atEnd = (end: () => Promise<unknown>) => void open.add(end)
  const share = async () => {
    const stage = await openStage()
    atEnd(() => stage.close())
    return stage
  }
  const playAll = async () => {
    for (const design of designs.filter(({ name }) => names.length === 0 || names.includes(name))) {
      // Numbers of its own, so that a design alone plays as it does among the others.
      const context: Context = { size, print, random: randomOf(seed), atEnd, stage: () => (shared ??= share()) }
      const begun = performance.now()
      try {
        const { passed, failed } = report(design.name, await design.run(context, design.counts[size]), print)
        tally.passed += passed
        tally.failed += failed
        if (failed > 0) await tellLog(shared, print)
      } catch (error) {
        tally.failed++
        print(`✗ ${design.name}: ${error instanceof Error ? error.stack : String(error)}`)
        await tellLog(shared, print)
        await stop()
      }
      print(`  ${design.number} ${design.name} took ${Math.round((performance.now() - begun) / 1000)} s`)
    }
    await stop()
    return tally
  }
  return { tally, ended: playAll(), stop }
}

/** Leaves nothing running behind when it takes too long or is told to stop in between. */
export function endWith({ tally, ended, stop }: Play, secondsMax: number, print: Print): void {
  const end = async (why: string) => {
    print(`✗ stopped: ${why}\n\n${tally.passed} passed, ${tally.failed + 1} failed`)
    await stop()
    process.exit(1)
  }
  const watchdog = setTimeout(() => void end(`nothing may take longer than ${secondsMax} s`), secondsMax * 1000)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal))
  void ended.finally(() => clearTimeout(watchdog))
}

function namesOf(list: readonly Design[]): string {
  return list.map(({ name }) => name).join(', ')
}

/** What the shared server logged last, for whoever looks for the cause. */
async function tellLog(shared: Promise<Stage> | undefined, print: Print): Promise<void> {
  const stage = await shared?.catch(() => undefined)
  const errors = stage?.server.lines.filter((line) => line.level === 'error' || line.level === 'fatal') ?? []
  for (const line of errors.slice(-10)) print(`  log: ${line.text.slice(0, 1_000)}`)
}
