import { isCounted } from '#domain/report.ts'
import type { Desk } from '../ground/desk.ts'

/** Reports of a move that has been over for so long are for nobody any more: what was decided stands in the journal, what was proven in the evidence. */
export const reportsKeptMs = 90 * 86_400_000
const movesAtOnce = 20
const reportsAtOnce = 2_000
const beginning = '00000000-0000-0000-0000-000000000000'

/** Removes a portion of what agents told of moves that ended long ago, but for what the totals of all moves are counted from. Answers where to go on; undefined: nothing is left. */
export const forgetReports = async ({ tx, now }: Desk, after: string = beginning): Promise<string | undefined> => {
  const moves = await tx.list('move', { endedAt: { to: now - reportsKeptMs } }, { limit: movesAtOnce, after })
  const reports = moves.length === 0 ? [] : await tx.list('report', { move: moves.map(move => move.id) }, { limit: reportsAtOnce })
  const over = reports.filter(report => !isCounted(report.event)).map(report => report.id)
  if (over.length > 0) await tx.remove('report', { id: over })
  // A full portion: what else there is of the same moves comes next.
  if (over.length > 0 && reports.length === reportsAtOnce) return after
  return moves.length < movesAtOnce ? undefined : moves.at(-1)?.id
}
