import type { Highs, Model, ModelData } from 'highs'
import type { Milp, Solve, Solved } from '#domain/schedule-model.ts'

/** Costs of plans are whole numbers: what may cost less by less than one costs the same. */
const sameCost = 0.99

/** HiGHS as a function. It holds the thread until it is done. */
export const solverOf = (highs: Highs): Solve => (model, ask) =>
  highs.withModel(dataOf(highs, model), solver => {
    solver.options.set({ output_flag: false, time_limit: ask.withinMs / 1000, mip_rel_gap: ask.gap, mip_abs_gap: sameCost })
    if (ask.start !== undefined) solver.setSolution({ indices: ask.start.columns, values: ask.start.values })
    const { mipImprovingSolution } = highs.constants.callbackType
    solver.run({
      [mipImprovingSolution]: event => {
        // The bound that is told here is not used: begun from a solution, it was seen to be that solution's own cost before anything was proven.
        if (event.data.mip_solution !== undefined) ask.whenBetter?.(event.data.mip_solution)
        return undefined
      },
    })
    return solvedBy(highs, solver)
  })

const solvedBy = ({ constants: { modelStatus, solutionStatus } }: Highs, solver: Model): Solved => {
  const status = solver.getModelStatus()
  // Nothing that we ask is unbounded: every column that earns something has an upper end.
  if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible) return { outcome: 'infeasible' }
  const stopped: readonly number[] = [modelStatus.timeLimit, modelStatus.interrupted, modelStatus.solutionLimit, modelStatus.iterationLimit, modelStatus.unknown]
  const isBest = status === modelStatus.optimal
  if (!isBest && !stopped.includes(status)) throw new Error(`HiGHS ended with status ${status}`)
  if (solver.info.get('primal_solution_status') !== solutionStatus.feasible) return { outcome: 'none' }
  return { outcome: isBest ? 'best' : 'good', values: solver.getSolution().colValue, bound: Number(solver.info.get('mip_dual_bound')) }
}

const dataOf = ({ infinity }: Highs, { columns, rows }: Milp): ModelData => {
  const starts = [0]
  for (const row of rows) starts.push((starts.at(-1) ?? 0) + row.columns.length)
  const finite = (limit: number): number => (limit === Infinity ? infinity : limit === -Infinity ? -infinity : limit)
  return {
    numCols: columns.length,
    numRows: rows.length,
    colCost: columns.map(column => column.cost),
    colLower: columns.map(() => 0),
    colUpper: columns.map(column => finite(column.upper)),
    rowLower: rows.map(row => finite(row.from)),
    rowUpper: rows.map(row => finite(row.to)),
    matrix: { format: 'csr', numRows: rows.length, numCols: columns.length, starts, indices: rows.flatMap(row => row.columns), values: rows.flatMap(row => row.factors) },
    integrality: columns.map(column => (column.isWhole ? 1 : 0)),
  }
}
