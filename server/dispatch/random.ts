/** A seeded stream of random numbers (xoshiro128**, Blackman and Vigna), the only source of chance in the engine. */
export interface Random {
  /** A whole number in [0, 2^32). */
  next(): number
  /** A real number in [0, 1). */
  real(): number
  /** A whole number in [0, bound); bound at least 1. */
  below(bound: number): number
  /** A stream of its own: what it yields does not depend on how far this one has run since. */
  split(): Random
}

/** The stream of a seed; equal seeds give equal streams. */
export function randomOf(seed: number): Random {
  // SplitMix32 spreads a small seed over the whole state, as the authors of xoshiro advise.
  let z = (seed ^ 0x9e3779b9) | 0
  const mix = (): number => {
    z = (z + 0x9e3779b9) | 0
    let t = z ^ (z >>> 16)
    t = Math.imul(t, 0x21f0aaad)
    t ^= t >>> 15
    t = Math.imul(t, 0x735a2d97)
    return (t ^ (t >>> 15)) | 0
  }
  return streamOf(mix(), mix(), mix(), mix() | 1)
}

function streamOf(s0: number, s1: number, s2: number, s3: number): Random {
  let a = s0
  let b = s1
  let c = s2
  let d = s3
  const next = (): number => {
    const five = Math.imul(b, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  return {
    next,
    real: () => next() / 4294967296,
    below: (bound) => Math.floor((next() / 4294967296) * bound),
    split: () => randomOf(next()),
  }
}
