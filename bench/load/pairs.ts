// Two things compared by turns: absolute figures move twofold within a minute, their ratio much less.

export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
  /** Medians of what was compared, a second. */
  readonly ours: number
  readonly baseline: number
  /** Largest baseline of the pairs over the smallest: how nervous the machine was. */
  readonly baselineSpread: number
  readonly pairs: number
}

/** When the ratios of the pairs differ by more, further pairs are measured. */
const SPREAD_CALM = 1.4
const TRIES_MAX = 3

export type Say = (text: string) => void

/** Measures pairs (A B A B …) after one of each that does not count. A nervous machine gets half as many pairs again. */
export async function ratioOf(
  pairs: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<Ratio> {
  await ours()
  await baseline()
  const measured: { ours: number; baseline: number }[] = []
  const ratios = () => measured.map((pair) => pair.ours / pair.baseline)
  const isNervous = () => Math.max(...ratios()) / Math.min(...ratios()) > SPREAD_CALM
  for (let n = 0; n < pairs || (n < pairs * 1.5 && isNervous()); n++)
    measured.push({ baseline: await baseline(), ours: await ours() })
  const baselines = measured.map((pair) => pair.baseline)
  return {
    median: median(ratios()),
    min: Math.min(...ratios()),
    max: Math.max(...ratios()),
    ours: median(measured.map((pair) => pair.ours)),
    baseline: median(baselines),
    baselineSpread: Math.max(...baselines) / Math.min(...baselines),
    pairs: measured.length,
  }
}

/** Takes a measurement again that a moment of the machine spoilt; the third failure is one of ours. */
export async function again<T>(say: Say, act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (tries === TRIES_MAX) throw error
      say(`measured again, because: ${(error as Error).message}`)
    }
  }
}

export function describe({ median, min, max, ours, baseline, baselineSpread }: Ratio): string {
  return (
    `ratio ${median.toFixed(3)} (${min.toFixed(3)} to ${max.toFixed(3)}): ${ours.toFixed(0)}/s against ` +
    `${baseline.toFixed(0)}/s, which moved ${baselineSpread.toFixed(2)}-fold`
  )
}

export function rounded(ratio: Ratio): Ratio {
  return Object.fromEntries(Object.entries(ratio).map(([key, value]) => [key, round(value as number)])) as never
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function percentile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * share) - 1]!
}

export function round(number: number): number {
  return Math.round(number * 1000) / 1000
}

/** The figures of a result as a table for people. */
export function tableOf(result: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(result).filter(([, value]) => typeof value === 'number')
  return `${rows.map(([name, value]) => `${name.padEnd(20)} ${String(value).padStart(10)}`).join('\n')}\n`
}
