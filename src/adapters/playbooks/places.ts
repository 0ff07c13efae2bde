import { isMap, isScalar, isSeq, type Document, type LineCounter, type Node, type Pair } from 'yaml'

/** A mistake in a playbook's file, lines and columns from 1. */
export type FileProblem = { readonly file: string; readonly line: number; readonly column: number; readonly says: string }

/** Where things of a YAML document stand in its file. */
export type Places = {
  /** Of a value, or of the nearest thing around it that is there. `offset` counts inside a text that stands on one line. */
  readonly of: (path: readonly (string | number)[], offset?: number) => { line: number; column: number }
  /** Of a key as it is written. */
  readonly ofKey: (path: readonly (string | number)[], key: string) => { line: number; column: number }
  /** `tasks › restore › title.en`: elements by their keys rather than by numbers nobody counts. */
  readonly name: (path: readonly (string | number)[]) => string
}

export const placesIn = (document: Document.Parsed, lines: LineCounter): Places => {
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  return {
    of: (path, offset) => {
      const { node, start } = nearest(document, path)
      if (offset === undefined || !isScalar(node) || node.range === undefined || node.range === null) return at(start)
      const isOneLine = node.type === 'PLAIN' || node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE'
      return at(start + (isOneLine ? offset + (node.type === 'PLAIN' ? 0 : 1) : 0))
    },
    ofKey: (path, key) => {
      const { node, start } = nearest(document, path)
      const pair = isMap(node) ? pairOf(node.items, key) : undefined
      return at(startOf(pair?.key) ?? start)
    },
    name: path => nameOf(document, path),
  }
}

const nearest = (document: Document.Parsed, path: readonly (string | number)[]): { node: unknown; start: number } => {
  let node: unknown = document.contents
  let start = startOf(node) ?? 0
  for (const step of path) {
    const next: unknown = isMap(node) ? pairOf(node.items, step)?.value : isSeq(node) && typeof step === 'number' ? node.items[step] : undefined
    const found = startOf(next)
    if (found === undefined) break
    node = next
    start = found
  }
  return { node, start }
}

const nameOf = (document: Document.Parsed, path: readonly (string | number)[]): string => {
  const parts: string[] = []
  path.forEach((step, n) => {
    const element: unknown = typeof step === 'number' ? document.getIn(path.slice(0, n + 1)) : undefined
    const key: unknown = isMap(element) ? (element.get('key') ?? element.get('name')) : undefined
    parts.push(typeof step === 'string' ? step : typeof key === 'string' ? `“${key}”` : `number ${step + 1}`)
  })
  return parts.join(' › ')
}

const pairOf = (pairs: readonly Pair[], key: string | number): Pair | undefined => pairs.find(pair => isScalar(pair.key) && pair.key.value === key)
const startOf = (node: unknown): number | undefined => (typeof node === 'object' && node !== null && 'range' in node ? ((node as Node).range?.[0] ?? undefined) : undefined)
