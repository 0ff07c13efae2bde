import type { Difference } from '#domain/catalog.ts'
import { visible } from '#lib/visible.ts'

/** At most so many lines of a definition are told of each side. */
const mostLines = 3

/**
 * One difference in one sentence of at most about a thousand characters, safe on a terminal: `table "shop"."orders" differs: the source has column "note" text, the target has column "note"
 * character varying(20)`. Definitions are compared line by line; only lines that the other side does not have are told.
 */
export const describeDifference = ({ kind, name, source, target }: Difference): string => {
  const what = `${kind} ${visible(name, 200)}`
  if (target === undefined) return `${what} is missing on the target`
  if (source === undefined) return `${what} is on the target only`
  const [here, there] = [source.split('\n'), target.split('\n')]
  const sides = [told('the source', here.filter(line => !there.includes(line))), told('the target', there.filter(line => !here.includes(line)))].flat()
  return `${what} differs: ${sides.length === 0 ? 'its parts are in another order' : sides.join(', ')}`
}

const told = (side: string, lines: readonly string[]): string[] => {
  if (lines.length === 0) return []
  const more = lines.length > mostLines ? ` and ${lines.length - mostLines} lines more` : ''
  return [`${side} has ${lines.slice(0, mostLines).map(line => visible(line.trim(), 120)).join('; ')}${more}`]
}
