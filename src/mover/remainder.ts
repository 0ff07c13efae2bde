import { createHash } from 'node:crypto'
import type { Anchor, Sequence } from '#domain/catalog.ts'
import type { Position } from '#domain/stream.ts'
import type { Picture, Reader } from '#ports/store.ts'
import type { Lane, Run } from './run.ts'

/** What the stream does not carry, and what was taken over for it in the freeze. */
export type Remainder = {
  readonly sequences: { readonly count: number; readonly sha256: string }
  readonly largeObjects: { readonly count: number; readonly bytes: number; readonly sha256: string }
}

/** Takes over, from a frozen source, what no stream carries: sequences, large objects, and the tables that are copied in the freeze. */
export const takeRemainder = async (run: Run, lane: Lane, from: Picture, signal: AbortSignal): Promise<Remainder> => {
  await copyInFreeze(run, lane, from, signal)
  const sequences = await lane.source.sequences()
  await lane.target.setSequences(sequences)
  return { sequences: { count: sequences.length, sha256: hashOf(sequences.map(lineOf)) }, largeObjects: await takeLargeObjects(lane, from, signal) }
}

const lineOf = (s: Sequence): string => `${s.id} ${s.last} ${s.called}`

const copyInFreeze = async (run: Run, lane: Lane, from: Picture, signal: AbortSignal): Promise<void> => {
  const tables = run.record.tables.filter(t => t.route === 'in-freeze')
  if (tables.length === 0) return
  await lane.target.unload(tables.map(t => t.id))
  const chunks = tables.map(t => ({ table: t.id, number: 0, of: 1, bytes: t.bytes }))
  const anchor: Anchor = { snapshot: '', position: '' as Position, followed: false }
  await using reader = await from.reader()
  await lane.target.load(chunks, anchor, run.tables, reader.read(chunks, run.tables, signal), signal)
  // A crash of the target must not take back what is about to be proven.
  await lane.target.secureLoads()
}

/** Objects are told apart by number, content and rights; what is the same already is not sent again. */
const takeLargeObjects = async (lane: Lane, from: Picture, signal: AbortSignal): Promise<Remainder['largeObjects']> => {
  await using picture = await lane.to.store.picture()
  await using there = await picture.reader()
  await using here = await from.reader()
  const known = new Map<string, string>()
  for await (const object of there.largeObjects()) known.set(object.id, sameAs(object))
  const lines: string[] = []
  let bytes = 0
  for await (const object of here.largeObjects()) {
    lines.push(`${object.id} ${object.bytes} ${object.sha256}`)
    bytes += object.bytes
    if (known.get(object.id) !== sameAs(object)) await send(lane, from, object, signal)
    known.delete(object.id)
  }
  for (const id of known.keys()) await lane.target.putLargeObject(id, undefined)
  return { count: lines.length, bytes, sha256: hashOf(lines.sort()) }
}

const sameAs = ({ sha256, rights }: { readonly sha256: string; readonly rights?: string }): string => `${sha256} ${rights ?? ''}`

const send = async (lane: Lane, from: Picture, { id, rights }: { readonly id: string; readonly rights?: string }, signal: AbortSignal): Promise<void> => {
  await using reader: Reader = await from.reader()
  await lane.target.putLargeObject(id, reader.readLargeObject(id, signal), rights)
}

const hashOf = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex')
