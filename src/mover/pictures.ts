import { together } from '#lib/together.ts'
import type { Picture, Store } from '#ports/store.ts'
import type { Lane, Run } from './run.ts'

/** For the pictures that a freeze takes, and for whoever reads large objects and what is copied in it; beside them a reader or two of what changed. */
const others = 4
const ofChanges = 2

/** Sessions of both sides for a freeze that is about to begin: opening one while everybody waits costs more than what is then read by it. */
export const openAhead = async ({ pace }: Run, { from, to }: Lane): Promise<AsyncDisposable> => {
  await using ahead = new AsyncDisposableStack()
  await together(...[from, to].map(async ({ store }) => { ahead.use(await store.openAhead(others + Math.min(pace.state.jobs, ofChanges))) }))
  return ahead.move()
}

/** The pictures of a freeze, put away when it is over: while it lasts there is no time to. */
export type Pictures = AsyncDisposable & { take(store: Store): Promise<Picture> }

export const openPictures = (): Pictures => {
  const taken = new AsyncDisposableStack()
  return {
    async take(store) {
      const picture = await store.picture()
      // Whoever asked for it may have given up waiting.
      if (taken.disposed) await picture[Symbol.asyncDispose]()
      else taken.use(picture)
      return picture
    },
    [Symbol.asyncDispose]: () => taken.disposeAsync(),
  }
}
