/** A file that is not of its format; `line` counts from 1, 0 when the fault has no single line. */
export class FormatError extends Error {
  readonly line: number
  constructor(what: string, line: number) {
    super(line > 0 ? `line ${line}: ${what}` : what)
    this.name = 'FormatError'
    this.line = line
  }
}

export function numbersOf(line: string): number[] {
  const words = line.trim().split(/\s+/)
  return words[0] === '' ? [] : words.map(Number)
}

/** The table of rounded straight-line distances between points. */
export function euclidean(
  points: readonly (readonly [number, number])[],
  round: (distance: number) => number,
): Float64Array {
  const table = new Float64Array(points.length * points.length)
  points.forEach(([x1, y1], i) =>
    points.forEach(([x2, y2], j) => (table[i * points.length + j] = round(Math.hypot(x1 - x2, y1 - y2)))),
  )
  return table
}
