// What the optimiser asks of a linear and integer programming engine. The engine is passed in, so that this folder stays pure; the
// worker and the command line bring HiGHS.

/** Columns to append: sparse, column by column, `starts` one longer than the number of columns. */
export interface LpColumns {
  readonly costs: readonly number[]
  readonly uppers: readonly number[]
  readonly starts: readonly number[]
  readonly rows: readonly number[]
  readonly values: readonly number[]
}

/** A minimisation over columns from 0 to their upper bounds, with rows given by bounds (`±Infinity` for none). */
export interface LpRows {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface LpSolution {
  readonly objective: number
  readonly columnValues: Float64Array
  /** By how much the objective grows for each unit that a row's bound rises. */
  readonly rowDuals: Float64Array
}

/** A linear programme that grows by columns; each solve starts from the last basis. Must be disposed of. */
export interface GrowingLp {
  addColumns(columns: LpColumns): void
  /** Takes columns out; those behind them move up. */
  removeColumns(indices: readonly number[]): void
  solve(): LpSolution
  dispose(): void
}

export interface MipLimits {
  /** Branch-and-bound nodes: the repeatable limit. */
  readonly nodesMax: number
  /** A limit by the engine's own clock; the result then depends on the machine. */
  readonly secondsMax?: number
  /** Ends when incumbent and bound are this near, as a share of the incumbent. */
  readonly gapShare: number
}

interface MipSolution {
  /** Null when no integer solution was found within the limits. */
  readonly columnValues: Float64Array | null
  readonly objective: number
  readonly bound: number
}

export interface LpSolver {
  readonly name: string
  /** @param isInterior finds an interior point from the first solve on, instead of the next corner: for a degenerate programme */
  growingLp(rows: LpRows, isInterior?: boolean): GrowingLp
  /** Solves once, for good values; its prices are rough. */
  solveOnce(rows: LpRows, columns: LpColumns): LpSolution
  /** Solves with the flagged columns integer; `start` is a feasible solution to begin with. */
  solveMip(
    rows: LpRows,
    columns: LpColumns,
    isInteger: Uint8Array,
    limits: MipLimits,
    start?: Float64Array,
  ): MipSolution
}

/** The engine failed: with its status, without its output. */
export class LpError extends Error {}
