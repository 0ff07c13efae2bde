import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'

/** `16/B374D848` as a position: sixteen hex digits, so that text order is stream order. */
export const positionOf = (lsn: string): Position => {
  const [high, low, ...rest] = lsn.split('/')
  assert(high !== undefined && low !== undefined && rest.length === 0 && /^[0-9A-Fa-f]{1,8}$/.test(high) && /^[0-9A-Fa-f]{1,8}$/.test(low), `an LSN, not ${lsn}`)
  return (high.padStart(8, '0') + low.padStart(8, '0')).toUpperCase() as Position
}

/** As the server reads and writes it. */
export const lsnOf = (position: Position): string => {
  assert(/^[0-9A-F]{16}$/.test(position), `a position of this adapter, not ${position}`)
  return `${strip(position.slice(0, 8))}/${strip(position.slice(8))}`
}

const strip = (digits: string): string => digits.replace(/^0+(?=.)/, '')
