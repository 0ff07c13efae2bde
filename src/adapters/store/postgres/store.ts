import type { Source, Store, Target } from '#ports/store.ts'
import { assert } from '#lib/assert.ts'
import { anchor, dropAnchors, reanchor, release } from './anchor.ts'
import { Applier } from './apply.ts'
import { openBook } from './book.ts'
import { analyse, build } from './build.ts'
import { readCatalog } from './catalog.ts'
import { dropCheckpoint, prepareCheckpoints, readCheckpoint, startAt } from './checkpoint.ts'
import { cutChunks } from './chunks.ts'
import { cleanUp } from './clean-up.ts'
import { type Context, openContext, type Settings } from './context.ts'
import { empty } from './empty.ts'
import { examine } from './examine.ts'
import { arm, fence, isFenced, thaw } from './fence.ts'
import { health } from './health.ts'
import { identify } from './identify.ts'
import { putLargeObject } from './large-objects.ts'
import { forgetChunks, load, loaded, Loaders, prepareChunks, secureLoads, unload } from './load.ts'
import { mark } from './mark.ts'
import { openPicture, takePicture } from './picture.ts'
import { pictureInStream } from './place.ts'
import { openReadSessions } from './read-sessions.ts'
import { dropRecording, record } from './record.ts'
import { register, registered, unregister } from './register.ts'
import { changes } from './replication.ts'
import { createSchema } from './schema.ts'
import { readSchemaToken } from './schema-token.ts'
import { sequences, setSequences } from './sequences.ts'
import { built, prepareSteps } from './steps.ts'

/** A PostgreSQL database, 15 to 18. `settings.url` has no password in it. Connects when it is first asked. */
export const openPostgres = (settings: Settings): Store => {
  const context = openContext(settings)
  const resources = new AsyncDisposableStack()
  resources.use(context)
  const loaders = resources.use(new Loaders(context))
  const store: Store = {
    label: context.label,
    identify: () => identify(context),
    catalog: () => readCatalog(context),
    schemaToken: () => readSchemaToken(context.query),
    examine: (target, wish) => examine(context, contextOf(target), wish),
    book: openBook(context),
    source: stream => sourceOf(context, stream),
    target: stream => targetOf(context, stream, loaders, resources.use(new Applier(context, stream))),
    picture: () => takePicture(context),
    openAhead: sessions => openReadSessions(context, sessions),
    empty: () => empty(context),
    registered: () => registered(context),
    cleanUp: () => cleanUp(context),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
  contexts.set(store, context)
  return store
}

/** The other store of a move is one of ours: two products do not stream to one another (preflight compares the engines). */
const contexts = new WeakMap<Store, Context>()

/** For what a product can do beside being a store. */
export const contextOf = (store: Store): Context => {
  const context = contexts.get(store)
  assert(context !== undefined, `${store.label} is a PostgreSQL store`)
  return context
}

const sourceOf = (context: Context, stream: string): Source => ({
  anchor: options => anchor(context, stream, options),
  reanchor: tables => reanchor(context, stream, tables),
  open: ({ snapshot }) => openPicture(context, snapshot),
  release: taken => release(context, stream, taken),
  chunks: (_, table, chunkBytes) => cutChunks(context, table, chunkBytes),
  record: tables => record(context, stream, tables),
  changes: (from, signal) => changes(context, stream, from, signal),
  mark: nonce => mark(context, nonce),
  pictureInStream: () => pictureInStream(context, stream),
  arm: (tables, signal) => arm(context, tables, signal),
  fence: (tables, withinMs) => fence(context, tables, withinMs),
  thaw: () => thaw(context),
  isFenced: () => isFenced(context),
  sequences: () => sequences(context),
  health: () => health(context, stream),
  async drop() {
    await dropAnchors(context, stream)
    await dropRecording(context, stream)
  },
})

const targetOf = (context: Context, stream: string, loaders: Loaders, applier: Applier): Target => ({
  async prepare() {
    await prepareChunks(context)
    await register(context, 'session', `rehome apply ${stream}`)
    await prepareCheckpoints(context)
    await prepareSteps(context)
  },
  createSchema: (source, how) => createSchema(context, contextOf(source), how),
  build: (steps, signal) => build(context, steps, signal),
  analyse: (tables, signal) => analyse(context, tables, signal),
  built: () => built(context),
  load: (chunks, from, tables, pieces, signal) => load(context, loaders, stream, chunks, from, tables, pieces, signal),
  loaded: () => loaded(context, stream),
  unload: tables => unload(context, stream, tables),
  secureLoads: () => secureLoads(context, stream),
  checkpoint: () => readCheckpoint(context, stream),
  async startAt(position) {
    // Whoever starts a stream is about to apply it, and in a freeze there is no time to open a session then.
    await Promise.all([startAt(context, stream, position), applier.makeReady()])
  },
  apply: (parts, tables) => applier.apply(parts, tables),
  setSequences: wanted => setSequences(context, wanted),
  putLargeObject: (id, bytes, rights) => putLargeObject(context, id, bytes, rights),
  async drop() {
    await dropCheckpoint(context, stream)
    await forgetChunks(context, stream)
    await unregister(context, 'session', `rehome apply ${stream}`)
  },
})
