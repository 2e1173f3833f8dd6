/** Chance that is the same in every run: a throw is decided by the plan's seed and by what it is thrown for. */
import { createHash } from 'node:crypto'

export interface Dice {
  readonly seed: number
  /** A number from 0 up to 1, always the same for the same keys. */
  roll(...keys: readonly (string | number)[]): number
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number, ...keys: readonly (string | number)[]): number
  pick<T>(list: readonly T[], ...keys: readonly (string | number)[]): T
}

export function diceOf(seed: number): Dice {
  const roll = (...keys: readonly (string | number)[]) => shareOf(`${seed} ${keys.join(' ')}`)
  return {
    seed,
    roll,
    whole: (min, max, ...keys) => min + Math.floor(roll(...keys) * (max - min + 1)),
    pick: (list, ...keys) => list[Math.floor(roll(...keys) * list.length)]!,
  }
}

/** The index at which a running sum of weights first exceeds the share of the whole that was thrown. */
export function weighted(sums: readonly number[], share: number): number {
  const wanted = share * sums.at(-1)!
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return low
}

export function runningSums(weights: readonly number[]): number[] {
  let sum = 0
  return weights.map((weight) => (sum += weight))
}

/** The client id of one write of the plan: the same plan asks under the same id, so a repetition is a replay. */
export function clientIdOf(seed: number, key: string): string {
  const bytes = createHash('sha256').update(`huiyin year ${seed} ${key}`).digest().subarray(0, 16)
  // UUID version 8 of RFC 9562: custom bits, here a digest of the plan's key.
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')
}

// FNV-1a over the text's code units, then MurmurHash3's finaliser, which spreads neighbouring keys apart.
function shareOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
