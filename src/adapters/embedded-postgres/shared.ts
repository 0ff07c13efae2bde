import { randomUUID } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { assert } from '#lib/assert.ts'
import { holdFile } from '#lib/hold-file.ts'
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from './launcher.ts'

/** Longer than a start may take. */
const doorWithinMs = 330_000
const lookMs = 20

export type SharedPostgres = AsyncDisposable & Pick<EmbeddedPostgres, 'superuserUrl'>

/**
 * The server of a directory, started if it is not up, for as long as this process needs it: whoever is the last to let go of it stops it, and one that was killed needs it no more.
 * `borrowed`: one that was up without anybody who shares it is left as it was found. Faults: those of `startPostgres`.
 *
 * Each that uses it holds a file of its own in `users`; whoever begins or ends holds the door there, so that the server is never stopped between another's finding it up and that one's file.
 */
export const sharePostgres = async (options: PostgresOptions, { borrowed = false }: { readonly borrowed?: boolean } = {}): Promise<SharedPostgres> => {
  const users = join(resolve(options.directory), 'users')
  await mkdir(users, { recursive: true, mode: 0o700 })
  await using _door = await enter(users, options)
  const wasShared = await isShared(users)
  await using stack = new AsyncDisposableStack()
  const mine = holdFile(join(users, randomUUID()))
  assert(!('heldBy' in mine), 'nobody else has a file of this name')
  stack.use(mine)
  const server = await startPostgres(options)
  const isLeft = borrowed && server.wasRunning && !wasShared
  const held = stack.move()
  return {
    superuserUrl: server.superuserUrl,
    async [Symbol.asyncDispose]() {
      await using _door = await enter(users, { major: options.major, directory: options.directory })
      await held.disposeAsync()
      if (!isLeft && !(await isShared(users))) await server.stop()
    },
  }
}

const doorFile = 'door'

/** One after the other. */
const enter = async (users: string, { major, directory, signal }: PostgresOptions): Promise<AsyncDisposable> => {
  const until = performance.now() + doorWithinMs
  for (;;) {
    signal?.throwIfAborted()
    const door = holdFile(join(users, doorFile))
    if (!('heldBy' in door)) return door
    if (performance.now() > until) throw new Fault('SERVER_NOT_STARTED', { major, directory, reason: `process ${door.heldBy ?? '(unknown)'} has been starting or stopping it for minutes` })
    await sleep(lookMs, undefined, { signal })
  }
}

/** Behind the door only. The files of those that were killed are removed. */
const isShared = async (users: string): Promise<boolean> => {
  let found = false
  for (const name of await readdir(users)) {
    if (name.includes('.') || name === doorFile) continue
    const user = holdFile(join(users, name))
    if ('heldBy' in user) found = true
    else await user[Symbol.asyncDispose]()
  }
  return found
}
