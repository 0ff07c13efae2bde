import { Fault } from '#domain/faults.ts'
import type { Checkpoint, Position, Transaction as Part } from '#domain/stream.ts'
import type { ChangeStream } from '#ports/store.ts'
import { atPlace, place, type Entry } from './log.ts'
import type { Session } from './session.ts'

/** Reads a slot. It always begins where the slot resumes, so what the checkpoint covers comes again more often than it must. */
export const openChanges = (session: Session, stream: string, from: Checkpoint, signal: AbortSignal): ChangeStream => {
  const { database } = session
  const { log } = database
  const reader = { end: (): void => log.detach(stream, reader) }
  let heard: Position = from.through
  const hear = (position: Position): void => { if (position > heard) heard = position }

  async function* parts(): AsyncGenerator<Part> {
    signal.throwIfAborted()
    let at = log.attach(stream, reader, from)
    database.opened(reader, session)
    for (;;) {
      signal.throwIfAborted()
      if (!log.isAttached(stream, reader)) throw gone(session, stream)
      const entry = log.next(stream, at)
      if (entry === undefined) {
        hear(place(log.position))
        await log.wait(signal)
        continue
      }
      hear(place(entry.end))
      yield* split(entry, database.partChanges)
      at = entry.end
    }
  }

  return {
    [Symbol.asyncIterator]: () => session.pull('changes.next', parts)[Symbol.asyncIterator](),
    acknowledge: end => log.acknowledge(stream, reader, atPlace(end)),
    get heard() { return heard },
    async [Symbol.asyncDispose]() {
      database.closed(reader)
      log.detach(stream, reader)
    },
  }
}

/** As one who learns of the commit's end only after the last change was sent: the last part may be empty, and only it knows the end. */
function* split(entry: Entry, partChanges: () => number): Generator<Part> {
  const { commit, end, committedAt, changes, marker } = entry
  const common = { commit: place(commit), committedAt }
  let from = 0
  for (let size = partChanges(); changes.length - from >= size; size = partChanges()) {
    yield { ...common, end: place(commit), from, changes: changes.slice(from, from + size), last: false }
    from += size
  }
  yield { ...common, end: place(end), from, changes: changes.slice(from), last: true, ...(marker === undefined ? {} : { marker }) }
}

const gone = (session: Session, stream: string): Fault =>
  session.database.log.resumesAt(stream) === undefined
    ? new Fault('STREAM_LOST', { reason: `the stream ${stream} was dropped` })
    : new Fault('STORE_UNREACHABLE', { store: session.database.name, reason: 'another reader took the stream, or the server went away' })
