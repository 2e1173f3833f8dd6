import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type DispatchProblem, readAnyProblem } from '../../dispatch/index.ts'

/** A problem as it is kept: the JSON that `huiyin dispatch solve` reads, gzipped, and its SHA-256. */
export function packProblem(problem: DispatchProblem): { input: Buffer; inputHash: Buffer } {
  const travel = problem.travel.map(({ name, placeCount, minutes }) => ({
    name,
    minutes: Array.from({ length: placeCount }, (_, i) =>
      Array.from(minutes.subarray(i * placeCount, (i + 1) * placeCount), (one) => Math.round(one * 100) / 100),
    ),
  }))
  const json = JSON.stringify({ ...problem, travel })
  return { input: gzipSync(json), inputHash: createHash('sha256').update(json).digest() }
}

export function unpackProblem(input: Uint8Array): DispatchProblem {
  return readAnyProblem(gunzipSync(input).toString('utf8'))
}
