import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { orderSchema, writeSchema } from './writes.ts'

/**
 * One line of what the writers keep, in the order in which it happened. `asked` before a write is sent for the first time, `done` when it was acknowledged,
 * `refused` when the shop's rules forbade it. An `asked` that nothing follows is a write whose answer was lost. Times in ms since 1970.
 */
export const lineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('asked'), at: z.number(), write: writeSchema }),
  z.strictObject({ type: z.literal('done'), at: z.number(), /** When the try that was answered was sent. */ sentAt: z.number(), tries: z.number(), home: z.string(), token: z.uuid(), answer: orderSchema }),
  z.strictObject({ type: z.literal('refused'), at: z.number(), token: z.uuid(), why: z.string() }),
])
export type Line = z.infer<typeof lineSchema>

export type Log = Disposable & { add(line: Line): void }

/** Each line is with the operating system when `add` returns: the process that writes may be killed. */
export const openLog = (file: string): Log => {
  const handle = openSync(file, 'a', 0o644)
  return { add: line => { writeSync(handle, `${JSON.stringify(line)}\n`) }, [Symbol.dispose]: () => closeSync(handle) }
}

/** A last line that was cut off is left out: what it would have said was not said. */
export const readLog = (file: string): Line[] => readFileSync(file, 'utf8').split('\n').slice(0, -1).map(line => lineSchema.parse(JSON.parse(line)))

/** What one home accepted without a change in between. */
export type Span = { readonly home: string; firstAt: number; lastAt: number; count: number }

/** The homes that accepted writes, in order. An answer that arrives after the other home's first belongs to before, if it was sent before. */
export const spansOf = (lines: readonly Line[]): Span[] => {
  const spans: Span[] = []
  for (const line of lines) {
    if (line.type !== 'done') continue
    const [last, before] = [spans.at(-1), spans.at(-2)]
    const span = last?.home === line.home ? last : before?.home === line.home && last !== undefined && line.sentAt < last.firstAt ? before : undefined
    if (span === undefined) spans.push({ home: line.home, firstAt: line.at, lastAt: line.at, count: 1 })
    else {
      span.lastAt = Math.max(span.lastAt, line.at)
      span.count++
    }
  }
  return spans
}

/** The freeze as customers saw it: last write accepted by one home → first accepted by the next, ms. */
export const freezesOf = (spans: readonly Span[]): { readonly from: string; readonly to: string; readonly ms: number }[] =>
  spans.slice(1).map((to, n) => { const from = spans[n] ?? to; return { from: from.home, to: to.home, ms: to.firstAt - from.lastAt } })
