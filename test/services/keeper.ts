import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'
import { removePostgres, startPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { keeperDirectory, keeperLock, keeperSocket, type Answer, type Question } from './keeper-protocol.ts'

/**
 * One process per checkout that holds the servers which tests share, and answers for the servers that a test started for
 * itself. A test process is known by its connection: when that ends, however it ends, what the process owned is stopped
 * and deleted; a while after the last one is gone, so are the shared servers and the keeper.
 */
const main = async (): Promise<void> => {
  await mkdir(dirname(keeperLock), { recursive: true })
  // Only one keeper may touch the directory. The system lets go of the lock when this process ends, by whatever cause.
  using lock = new DatabaseSync(keeperLock, { timeout: 30_000 })
  lock.exec('BEGIN EXCLUSIVE')
  await removeLeftovers()
  const keeper = new Keeper()
  const server = createServer(guest => keeper.welcome(guest))
  await rm(keeperSocket, { force: true })
  server.listen(keeperSocket)
  await once(server, 'listening')
  await keeper.deserted
  server.close()
  await keeper.end()
}

/** Nobody else can own it: we hold the lock. */
const removeLeftovers = async (): Promise<void> => {
  for (const name of await readdir(keeperDirectory).catch(() => [])) await removePostgres(join(keeperDirectory, name))
}

/** Not safe across a crash of the machine, and twice as fast: no test of durability may use a shared server. */
const sharedConfig = {
  fsync: 'off', full_page_writes: 'off', max_connections: '400', max_wal_senders: '100', max_replication_slots: '100', max_worker_processes: '40',
  max_prepared_transactions: '20',
  // A driver that gives up in the middle of a login leaves a process that DROP DATABASE waits for.
  authentication_timeout: '5s',
}

class Keeper {
  readonly #shared = new Map<Major, Promise<EmbeddedPostgres>>()
  readonly #guests = new Map<Socket, Set<string>>()
  readonly #endings = new Set<Promise<void>>()
  readonly #deserted = Promise.withResolvers<void>()
  #lingerMs = 3_000
  /** The one who started us may have died since. */
  #linger = setTimeout(() => this.#deserted.resolve(), 20_000)

  get deserted(): Promise<void> {
    return this.#deserted.promise
  }

  welcome(guest: Socket): void {
    clearTimeout(this.#linger)
    const owned = new Set<string>()
    this.#guests.set(guest, owned)
    let last: Promise<unknown> = Promise.resolve()
    createInterface({ input: guest }).on('line', line => {
      const before = last
      last = (async () => {
        await before
        const answer = await this.#answer(owned, JSON.parse(line) as Question).catch((error: Error): Answer => ({ failed: error.message }))
        guest.write(`${JSON.stringify(answer)}\n`)
      })()
    })
    guest.on('error', () => { /* close follows */ })
    guest.on('close', () => {
      this.#guests.delete(guest)
      for (const directory of owned) this.#endings.add(removePostgres(directory))
      if (this.#guests.size === 0) this.#linger = setTimeout(() => this.#deserted.resolve(), this.#lingerMs)
    })
  }

  async end(): Promise<void> {
    const servers = await Promise.allSettled(this.#shared.values())
    await Promise.all(servers.map(async server => { if (server.status === 'fulfilled') await server.value.remove() }))
    await Promise.all(this.#endings)
  }

  async #answer(owned: Set<string>, question: Question): Promise<Answer> {
    switch (question.ask) {
      case 'server':
        return { url: (await this.#server(question.major)).superuserUrl() }
      case 'own':
        owned.add(question.directory)
        return {}
      case 'disown':
        owned.delete(question.directory)
        return {}
      case 'hurry':
        this.#lingerMs = 0
        return { others: this.#guests.size - 1, pid: process.pid }
    }
  }

  #server(major: Major): Promise<EmbeddedPostgres> {
    const running = this.#shared.get(major) ?? startPostgres({ major, directory: join(keeperDirectory, `shared-${major}-${randomBytes(3).toString('hex')}`), config: sharedConfig })
    this.#shared.set(major, running)
    return running
  }
}

await main()
