import type { Position } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import type { Picture } from '#ports/store.ts'
import type { Context } from './context.ts'
import { takeReadSession } from './read-sessions.ts'
import { SnapshotReader } from './reader.ts'
import { holdSnapshot } from './snapshot.ts'

/** The picture that another session exported and holds. Faults: SNAPSHOT_LOST. */
export const openPicture = async (context: Context, snapshot: string): Promise<Picture> => {
  // Whether it is still there can only be found out by opening it; the first reader is this one.
  const first = await SnapshotReader.open(context, snapshot)
  return pictureOf(context, snapshot, first, async () => { /* its holder ends it */ })
}

/** A picture of now, held by this process. */
export const takePicture = async (context: Context): Promise<Picture> => {
  const wire = await takeReadSession(context)
  try {
    const [, exported] = await wire.simple('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_catalog.pg_export_snapshot()')
    const snapshot = exported?.rows[0]?.[0]
    assert(typeof snapshot === 'string', 'a picture has a name')
    return pictureOf(context, snapshot, undefined, async () => wire[Symbol.asyncDispose]())
  } catch (error) {
    wire.destroy()
    throw error
  }
}

/** A picture of now and its exact place in the stream of changes, by a slot that lives for a moment only. */
export const takePictureInStream = async (context: Context, stream: string): Promise<{ picture: Picture; position: Position }> => {
  const held = await holdSnapshot(context, 'picture', { slot: `${stream}_look`, temporary: true }, [])
  return { picture: pictureOf(context, held.snapshot, undefined, () => held.session.end()), position: held.position }
}

const pictureOf = (context: Context, snapshot: string, first: SnapshotReader | undefined, end: () => Promise<void>): Picture => {
  const readers = new Set<SnapshotReader>()
  if (first !== undefined) readers.add(first)
  let spare = first
  return {
    async reader() {
      const reader = spare ?? (await SnapshotReader.open(context, snapshot))
      spare = undefined
      readers.add(reader)
      return reader
    },
    async [Symbol.asyncDispose]() {
      // A reader keeps what it sees without the session it took it from.
      await Promise.all([...[...readers].map(reader => reader[Symbol.asyncDispose]()), end()])
    },
  }
}
