import type { Checkpoint } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Loaded, Target } from '#ports/store.ts'
import { advance, applyChange } from './apply.ts'
import { chunkNotes, load } from './load.ts'
import { keepBook } from './register.ts'
import { build, builtNotes, createSchema } from './schema.ts'
import type { Session } from './session.ts'

export const openTarget = (session: Session, stream: string): Target => {
  const { database } = session
  const checkpointNote = `checkpoint ${stream}`
  return {
    prepare: () => session.act('target.prepare', () => session.inTransaction('target.prepare', async transaction => keepBook(database, transaction))),
    createSchema: (source, how) => session.act('target.createSchema', async () => (how === 'dump' ? createSchema(session, stream, source) : [])),
    build: (steps, signal) => session.act('target.build', async () => {
      for (const step of steps) {
        signal.throwIfAborted()
        await build(session, stream, step)
      }
    }),
    analyse: () => session.act('target.analyse', async () => { /* nothing is planned here */ }),
    built: () => session.act('target.built', async () => new Set(notesOf(session, builtNotes(stream)).map(([name]) => name))),
    load: (chunks, anchor, tables, pieces, signal) => session.act('target.load', () => load(session, stream, { chunks, anchor, tables, pieces, signal })),
    loaded: () => session.act('target.loaded', async () => notesOf(session, chunkNotes(stream)).map(([, text]) => JSON.parse(text) as Loaded)),
    unload: tables => session.act('target.unload', () =>
      session.inTransaction('target.unload', async transaction => {
        await transaction.truncate(tables)
        for (const table of tables) forget(session, `${chunkNotes(stream)}${table} `, name => transaction.setNote(name, undefined))
      })),
    secureLoads: () => session.act('target.secureLoads', async () => database.flush()),
    checkpoint: () => session.act('target.checkpoint', async () => parsed(database.visible.notes.get(checkpointNote))),
    startAt: position => session.act('target.startAt', () =>
      session.inTransaction('target.startAt', async transaction => {
        const was = parsed(await transaction.note(checkpointNote))
        assert(was === undefined || was.through <= position, `I6: ${stream} is at ${was?.through ?? ''} already, it cannot start at ${position}`)
        keepBook(database, transaction)
        if (was?.through !== position) transaction.setNote(checkpointNote, JSON.stringify({ through: position } satisfies Checkpoint))
      })),
    apply: (parts, tables) => session.act('target.apply', () =>
      session.inTransaction('target.apply', async transaction => {
        const was = parsed(await transaction.note(checkpointNote))
        assert(was !== undefined, `I2: ${stream} has no checkpoint to go on from`)
        const reached = advance(was, parts)
        for (const part of parts) for (const change of part.changes) await applyChange(transaction, change, tables)
        transaction.setNote(checkpointNote, JSON.stringify(reached))
        return reached
      })),
    setSequences: sequences => session.act('target.setSequences', async () => {
      for (const { id, label, last, called, increment } of sequences) database.sequences.set(id, { label, last: BigInt(last), called, increment: BigInt(increment) })
    }),
    putLargeObject: (id, bytes) => session.act('target.putLargeObject', () =>
      session.inTransaction('target.putLargeObject', async transaction => {
        const parts: Buffer[] = []
        if (bytes !== undefined) for await (const part of bytes) parts.push(part)
        transaction.largeObject(id, bytes === undefined ? undefined : Buffer.concat(parts))
      })),
    drop: () => session.act('target.drop', () =>
      session.inTransaction('target.drop', async transaction => {
        transaction.setNote(checkpointNote, undefined)
        for (const prefix of [chunkNotes(stream), builtNotes(stream), `schema ${stream}`]) forget(session, prefix, name => transaction.setNote(name, undefined))
      })),
  }
}

const parsed = (text: string | undefined): Checkpoint | undefined => (text === undefined ? undefined : (JSON.parse(text) as Checkpoint))

/** The notes whose name begins so, each by the rest of its name. */
const notesOf = (session: Session, prefix: string): [string, string][] =>
  [...session.database.visible.notes].filter(([name]) => name.startsWith(prefix)).map(([name, text]) => [name.slice(prefix.length), text])

const forget = (session: Session, prefix: string, drop: (name: string) => void): void => {
  for (const [rest] of notesOf(session, prefix)) drop(`${prefix}${rest}`)
}
