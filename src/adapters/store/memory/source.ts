import type { Anchor, Table } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import type { Picture, Source } from '#ports/store.ts'
import { sequencesOf } from './catalog.ts'
import { openChanges } from './changes.ts'
import { arm, fence, isUp, thaw } from './fence.ts'
import { place } from './log.ts'
import { chunksOf, openReader } from './reader.ts'
import { register, registered, unregister } from './register.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'

export const openSource = (session: Session, stream: string): Source => {
  const { database } = session
  return {
    anchor: ({ follow, tables }) => session.act('source.anchor', async () => {
      await drop(session, stream)
      if (follow) await createSlot(session, stream, tables)
      return takeAnchor(session, stream, follow)
    }),
    reanchor: () => session.act('source.reanchor', () => takeAnchor(session, stream, database.log.resumesAt(stream) !== undefined)),
    open: anchor => session.act('source.open', async () => openHeld(session, anchor)),
    release: anchor => session.act('source.release', () => letGo(session, anchor.snapshot)),
    chunks: (anchor, table, chunkBytes) => session.act('source.chunks', async () => chunksOf(stateOf(session, anchor), table, chunkBytes)),
    record: tables => session.act('source.record', async () => {
      const there = database.log.resumesAt(stream)
      return there === undefined ? createSlot(session, stream, tables) : place(there)
    }),
    changes: (from, signal) => openChanges(session, stream, from, signal),
    mark: nonce => session.act('source.mark', async () => {
      const transaction = session.begin()
      const { end } = await transaction.commit({ marker: nonce })
      return place(end)
    }),
    pictureInStream: () => session.act('source.pictureInStream', async () => ({ picture: pictureOf(session, database.logged), position: place(database.log.position) })),
    arm: (_tables, signal) => session.act('source.arm', async () => {
      signal.throwIfAborted()
      await arm(session)
    }),
    fence: (tables, withinMs) => session.act('source.fence', () => fence(session, tables, withinMs)),
    thaw: () => session.act('source.thaw', () => thaw(session)),
    isFenced: () => session.act('source.isFenced', async () => isUp(session)),
    sequences: () => session.act('source.sequences', async () => sequencesOf(database)),
    health: () => session.act('source.health', async () => ({
      retainedBytes: database.log.retained(stream),
      snapshotMs: Math.max(0, ...database.heldFor(stream).map(({ since }) => database.clock.elapsed() - since)),
      lockWaitMs: database.locks.longestWaitFor('fence'),
      roundTripMs: 0,
      position: place(database.log.position),
    })),
    drop: () => session.act('source.drop', () => drop(session, stream)),
  }
}

/** An instant that lives as long as whoever took it wants, or the server. */
export const pictureOf = (session: Session, state: State): Picture => {
  const { incarnation } = session.database
  return {
    reader: () => session.act('picture.reader', async () => {
      if (session.database.incarnation !== incarnation) throw new Fault('SNAPSHOT_LOST', { reason: 'the server was restarted' })
      return openReader(session, state)
    }),
    async [Symbol.asyncDispose]() { /* a reference to the past is all it holds */ },
  }
}

/** The picture of an anchor, held by another process: it can be gone at any time. */
const openHeld = (session: Session, anchor: Anchor): Picture => {
  stateOf(session, anchor)
  return {
    reader: () => session.act('picture.reader', async () => openReader(session, stateOf(session, anchor))),
    async [Symbol.asyncDispose]() { /* its holder keeps it */ },
  }
}

const stateOf = (session: Session, anchor: Anchor): State => {
  const state = session.database.held(anchor.snapshot)
  if (state === undefined) throw new Fault('SNAPSHOT_LOST', { reason: `nobody holds ${anchor.snapshot}` })
  return state
}

const createSlot = async (session: Session, stream: string, tables: readonly Table[]): Promise<Position> => {
  const { database } = session
  if (!database.canStream) throw new Fault('STORE_REFUSED', { store: database.name, code: 'log', reason: 'this server keeps no log for others' })
  await register(session, 'slot', stream)
  await session.at('source: create slot')
  database.flush()
  return place(database.log.createSlot(stream, tables.filter(t => t.route === 'stream').map(t => t.id)))
}

/** The picture is of the log, not of what is visible: a transaction whose commit record is written is in it, seen by others or not. */
const takeAnchor = async (session: Session, stream: string, followed: boolean): Promise<Anchor> => {
  const { database } = session
  const snapshot = `${stream} picture ${database.number()}`
  await register(session, 'picture', snapshot)
  await session.at('source: hold picture')
  database.hold(snapshot, database.logged, stream)
  return { snapshot, position: place(database.log.position), followed }
}

const letGo = async (session: Session, snapshot: string): Promise<void> => {
  session.database.letGo(snapshot)
  await session.at('source: picture let go')
  await unregister(session, 'picture', snapshot)
}

const drop = async (session: Session, stream: string): Promise<void> => {
  const { database } = session
  const prefix = `${stream} picture `
  for (const { kind, name } of registered(database)) if (kind === 'picture' && name.startsWith(prefix)) await letGo(session, name)
  if (database.log.dropSlot(stream)) await session.at('source: slot dropped')
  await unregister(session, 'slot', stream)
}
