import { text } from 'node:stream/consumers'
import { Applier } from '#adapters/store/postgres/apply.ts'
import { readCheckpoint } from '#adapters/store/postgres/checkpoint.ts'
import { changes } from '#adapters/store/postgres/replication.ts'
import type { TableId } from '#domain/stream.ts'
import { contextOf } from './contexts.ts'

/**
 * A follower in a process of its own, up to a marker, to see how much memory it holds: says how much more than when it began, at most, in bytes. What
 * V8 lets lie until it is short of room is not held, so it is collected before it is counted (`--expose-gc`).
 */
const { from, to, stream, table, nonce } = JSON.parse(await text(process.stdin)) as { from: string; to: string; stream: string; table: TableId; nonce: string }
await using source = contextOf(from)
await using target = contextOf(to, 'target')
await using applier = new Applier(target, stream)
const at = await readCheckpoint(target, stream)
if (at === undefined) throw new Error('there is no checkpoint')
await using session = changes(source, stream, at, AbortSignal.timeout(120_000))
const held = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const before = held()
let most = 0
for await (const part of session) {
  most = Math.max(most, held())
  session.acknowledge((await applier.apply([part], new Map([[table, {}]]))).through)
  if (part.marker === nonce) break
}
process.stdout.write(JSON.stringify({ held: most - before, rss: process.memoryUsage.rss() }))
