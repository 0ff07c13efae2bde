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
import { makeAsNew } from './used-server.ts'

/**
 * One process per checkout that lends servers to test processes, and answers for the servers that a test started for
 * itself. A test process is known by its connection: when that ends, however it ends, what the process owned is stopped
 * and deleted, what it borrowed is made as new for the next; a while after the last one is gone, so are the lent servers and the keeper.
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

/** Not safe across a crash of the machine, and twice as fast: no test of durability may use a lent server. */
const lentConfig = {
  fsync: 'off', full_page_writes: 'off', max_connections: '200', max_wal_senders: '50', max_replication_slots: '50', max_worker_processes: '40',
  max_prepared_transactions: '20',
  // A driver that gives up in the middle of a login leaves a process that DROP DATABASE waits for.
  authentication_timeout: '5s',
}

type Guest = { readonly owned: Set<string>; readonly borrowed: Map<Major, Promise<EmbeddedPostgres>> }

class Keeper {
  readonly #idle: EmbeddedPostgres[] = []
  readonly #guests = new Map<Socket, Guest>()
  readonly #endings = new Set<Promise<unknown>>()
  readonly #deserted = Promise.withResolvers<void>()
  #lingerMs = 3_000
  /** The one who started us may have died since. */
  #linger = setTimeout(() => this.#deserted.resolve(), 20_000)

  get deserted(): Promise<void> {
    return this.#deserted.promise
  }

  welcome(socket: Socket): void {
    clearTimeout(this.#linger)
    const guest: Guest = { owned: new Set(), borrowed: new Map() }
    this.#guests.set(socket, guest)
    let last: Promise<unknown> = Promise.resolve()
    createInterface({ input: socket }).on('line', line => {
      const before = last
      last = (async () => {
        await before
        const answer = await this.#answer(guest, JSON.parse(line) as Question).catch((error: Error): Answer => ({ failed: error.message }))
        socket.write(`${JSON.stringify(answer)}\n`)
      })()
    })
    socket.on('error', () => { /* close follows */ })
    socket.on('close', () => {
      this.#guests.delete(socket)
      for (const directory of guest.owned) this.#track(removePostgres(directory))
      for (const server of guest.borrowed.values()) this.#track(this.#takeBack(server))
      if (this.#guests.size === 0) this.#linger = setTimeout(() => this.#deserted.resolve(), this.#lingerMs)
    })
  }

  /** Everything is stopped and deleted, or this rejects with the reasons. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#endings)
    await Promise.all(this.#idle.map(server => server.remove()))
    await Promise.all(this.#endings)
  }

  async #answer(guest: Guest, question: Question): Promise<Answer> {
    switch (question.ask) {
      case 'server':
        return { url: (await this.#lend(guest, question.major)).superuserUrl() }
      case 'own':
        guest.owned.add(question.directory)
        return {}
      case 'disown':
        guest.owned.delete(question.directory)
        return {}
      case 'hurry':
        this.#lingerMs = 0
        return { others: this.#guests.size - 1, pid: process.pid }
    }
  }

  /** To one test process at a time: a slot waits for every open transaction of its server, and roles belong to all databases. */
  #lend(guest: Guest, major: Major): Promise<EmbeddedPostgres> {
    const had = guest.borrowed.get(major)
    if (had !== undefined) return had
    const at = this.#idle.findIndex(server => server.major === major)
    const [idle] = at === -1 ? [] : this.#idle.splice(at, 1)
    const lent = idle === undefined
      ? startPostgres({ major, directory: join(keeperDirectory, `lent-${major}-${randomBytes(3).toString('hex')}`), config: lentConfig })
      : Promise.resolve(idle)
    guest.borrowed.set(major, lent)
    return lent
  }

  async #takeBack(lent: Promise<EmbeddedPostgres>): Promise<void> {
    const server = await lent
    try {
      await makeAsNew(server)
      this.#idle.push(server)
    } catch {
      await server.remove()
    }
  }

  #track(ending: Promise<unknown>): void {
    this.#endings.add(ending)
    // A failure stays in the set, for `end` to report.
    ending.then(() => this.#endings.delete(ending), () => { /* reported at the end */ })
  }
}

await main()
