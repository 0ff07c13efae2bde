import type { Pace } from './estimate.ts'
import type { Json } from './records.ts'
import type { Told } from './report.ts'

/** What an order's result remembers of its copy: how much was to be copied, and how long it took. */
type Copied = { readonly copyBytes?: number; readonly copyMs?: number }

/** What a report adds to that. Undefined: nothing. A copy that was cut off and taken up again is timed in parts, all of which count. */
export const copiedIn = (result: Json, told: Told): Copied | undefined => {
  const before = copiedOf(result)
  if (told.type === 'plan') return { ...before, copyBytes: told.tables.reduce((sum, table) => sum + table.bytes, 0) }
  if (told.type === 'phase' && told.phase === 'copy' && told.state === 'ends' && told.ms !== undefined) return { ...before, copyMs: (before.copyMs ?? 0) + told.ms }
  return undefined
}

/** How fast it was. Undefined: nothing, or less than a second's worth, was copied, which says nothing of others. */
export const paceIn = (result: Json): Pace | undefined => {
  const { copyBytes, copyMs } = copiedOf(result)
  if (copyBytes === undefined || copyMs === undefined || copyMs < 1_000) return undefined
  const bytesPerSecond = Math.floor((copyBytes / copyMs) * 1_000)
  return bytesPerSecond > 0 ? { store: '', bytesPerSecond } : undefined
}

const copiedOf = (result: Json): Copied => {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return {}
  const { copyBytes, copyMs } = result as { readonly [name: string]: Json }
  return { ...(typeof copyBytes === 'number' ? { copyBytes } : {}), ...(typeof copyMs === 'number' ? { copyMs } : {}) }
}
