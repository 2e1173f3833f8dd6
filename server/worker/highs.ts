import highsModule, { type Highs } from 'highs'
import {
  LpError,
  type GrowingLp,
  type LpColumns,
  type LpRows,
  type LpSolution,
  type LpSolver,
} from '../dispatch/index.ts'

/** Primal simplex: after columns were added the last basis is still primal feasible. */
const PRIMAL_SIMPLEX = 4
/**
 * A tight week is so degenerate that the simplex method takes ever more steps from round to round. Once it takes more than that for each
 * row, an interior point is found instead: it takes the same time each round, and its prices lie in the middle of all that are optimal.
 */
const STEPS_PER_ROW_MAX = 1
/** The interior point as it is found: a corner beside it would take as long again. */
const INTERIOR = { solver: 'ipm', run_crossover: 'off' } as const
/** By so much, relative to it, the two objectives of a solution may differ that is found once. */
const ONCE_TOLERANCE = 1e-6

type HighsModel = ReturnType<Highs['createModel']>

// The package's types describe its CommonJS form, where the loader is a property; its ES module is the loader itself.
const loadHighs = highsModule as unknown as typeof highsModule.default

/** Loads HiGHS (WebAssembly) as the optimiser's engine. Its calls block the thread that makes them. */
export async function highsSolver(): Promise<LpSolver> {
  const highs = await loadHighs()
  return {
    name: 'highs',
    growingLp: (rows, isInterior = false) => growingLpOf(highs, rows, isInterior),
    solveOnce: (rows, columns) => wrapped(() => solveOnce(highs, rows, columns)),
    solveMip: (rows, columns, isInteger, limits, start) =>
      wrapped(() => {
        const integrality = Int32Array.from(isInteger)
        const model = highs.createModel({ ...programmeOf(highs, rows, columns), integrality })
        try {
          model.options.set({
            output_flag: false,
            mip_max_nodes: limits.nodesMax,
            mip_rel_gap: limits.gapShare,
            ...(limits.secondsMax === undefined ? {} : { time_limit: limits.secondsMax }),
          })
          if (start) model.setSolution({ colValue: start })
          model.run()
          const isFound = model.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible
          return {
            columnValues: isFound ? model.getSolution().colValue : null,
            objective: isFound ? model.getObjectiveValue() : Infinity,
            bound: Number(model.info.get('mip_dual_bound')),
          }
        } finally {
          model.dispose()
        }
      }),
  }
}

const finite = (highs: Highs, value: number): number =>
  value === Infinity ? highs.infinity : value === -Infinity ? -highs.infinity : value

const matrixOf = (numRows: number, columns: LpColumns) => ({
  format: 'csc' as const,
  numRows,
  numCols: columns.costs.length,
  starts: Int32Array.from(columns.starts),
  indices: Int32Array.from(columns.rows),
  values: Float64Array.from(columns.values),
})

const programmeOf = (highs: Highs, rows: LpRows, columns: LpColumns) => ({
  numCols: columns.costs.length,
  numRows: rows.lower.length,
  colCost: Float64Array.from(columns.costs),
  colLower: new Float64Array(columns.costs.length),
  colUpper: Float64Array.from(columns.uppers, (upper) => finite(highs, upper)),
  rowLower: rows.lower.map((bound) => finite(highs, bound)),
  rowUpper: rows.upper.map((bound) => finite(highs, bound)),
  matrix: matrixOf(rows.lower.length, columns),
})

/** Rows that are used up and what stands in them alone go before; after that, without crossover, the prices may be off. */
function solveOnce(highs: Highs, rows: LpRows, columns: LpColumns): LpSolution {
  const model = highs.createModel(programmeOf(highs, rows, columns))
  try {
    model.options.set({ output_flag: false, presolve: 'on', ...INTERIOR })
    model.run()
    const { solutionStatus } = highs.constants
    const isFeasible = model.info.get('primal_solution_status') === solutionStatus.feasible
    if (!isFeasible || Number(model.info.get('primal_dual_objective_error')) > ONCE_TOLERANCE) {
      model.options.set({ solver: 'simplex' })
      model.run()
      refuseUnsolved(highs, model)
    }
    return solutionOf(model)
  } finally {
    model.dispose()
  }
}

function refuseUnsolved(highs: Highs, model: HighsModel): void {
  const status = model.getModelStatus()
  if (status !== highs.constants.modelStatus.optimal)
    throw new LpError(`the linear programme ended with status ${status}`)
}

function solutionOf(model: HighsModel): LpSolution {
  const { colValue, rowDual } = model.getSolution()
  return { objective: model.getObjectiveValue(), columnValues: colValue, rowDuals: rowDual }
}

function growingLpOf(highs: Highs, rows: LpRows, isInteriorAtOnce: boolean): GrowingLp {
  return wrapped(() => {
    const numRows = rows.lower.length
    const model = highs.createModel(
      programmeOf(highs, rows, { costs: [], uppers: [], starts: [0], rows: [], values: [] }),
    )
    model.options.set({ output_flag: false, presolve: 'off', simplex_strategy: PRIMAL_SIMPLEX })
    let isInterior = isInteriorAtOnce
    if (isInterior) model.options.set(INTERIOR)
    return {
      addColumns: (columns) =>
        wrapped(() => {
          model.addCols({
            cost: Float64Array.from(columns.costs),
            lower: new Float64Array(columns.costs.length),
            upper: Float64Array.from(columns.uppers, (upper) => finite(highs, upper)),
            matrix: matrixOf(numRows, columns),
          })
        }),
      removeColumns: (indices) =>
        wrapped(() => void model.deleteCols({ kind: 'set', indices: Int32Array.from(indices).sort() })),
      solve: () =>
        wrapped(() => {
          model.run()
          const { optimal } = highs.constants.modelStatus
          if (isInterior && model.getModelStatus() !== optimal) {
            model.options.set({ solver: 'simplex' })
            model.run()
            model.options.set({ solver: 'ipm' })
          }
          refuseUnsolved(highs, model)
          if (!isInterior && Number(model.info.get('simplex_iteration_count')) > STEPS_PER_ROW_MAX * numRows) {
            isInterior = true
            model.options.set(INTERIOR)
          }
          return solutionOf(model)
        }),
      dispose: () => wrapped(() => model.dispose()),
    }
  })
}

/** The engine's own errors carry pages of its source: only their first line goes on. */
function wrapped<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof LpError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new LpError(`highs: ${message.split('\n', 1)[0]!.slice(0, MESSAGE_CHARACTERS_MAX)}`)
  }
}

const MESSAGE_CHARACTERS_MAX = 200
