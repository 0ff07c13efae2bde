import type { MemoryDatabase } from './database.ts'
import { Transaction } from './transaction.ts'

/**
 * Called at every point where the world may intervene: before a method acts, between two of its effects, and after the last one,
 * before its answer. May wait, throw, or never return.
 */
export type Step = (point: string) => Promise<void>

/** One process's connections to a database. */
export class Session {
  readonly database: MemoryDatabase
  readonly #step: Step
  #isKilled = false

  constructor(database: MemoryDatabase, step: Step) {
    this.database = database
    this.#step = step
  }

  /** Lets the world intervene. Faults: STORE_UNREACHABLE when the server is not there, or is no longer the same when it goes on. */
  async at(point: string): Promise<void> {
    const { incarnation } = this.database
    this.#mustReach(incarnation)
    await this.#step(point)
    if (this.#isKilled) await new Promise<never>(() => { /* nobody goes on from here */ })
    this.#mustReach(incarnation)
  }

  /** A method: `work` between two points, `name` before and `name done` after. Nobody hears of it again once the process is killed. */
  act<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#unlessKilled(async () => {
      await this.at(name)
      const answer = await work()
      await this.at(`${name} done`)
      return answer
    })
  }

  /** The same for each element that is pulled. Ends with the server it began on. */
  pull<T>(name: string, open: () => AsyncGenerator<T>): AsyncIterable<T> {
    return {
      [Symbol.asyncIterator]: () => {
        const inner = open()
        const { incarnation } = this.database
        return {
          next: () => this.act(name, () => {
            this.#mustReach(incarnation)
            return inner.next()
          }),
          return: async () => {
            await inner.return(undefined)
            return { done: true, value: undefined }
          },
        }
      },
    }
  }

  begin(): Transaction {
    return new Transaction(this.database, 'rehome', this)
  }

  /** Begins, works, commits; rolls back when the work throws. `point` lets the world intervene just before the commit. */
  async inTransaction<T>(point: string, work: (transaction: Transaction) => Promise<T>, options: { readonly isDurable?: boolean } = {}): Promise<T> {
    const transaction = this.begin()
    try {
      const answer = await work(transaction)
      await this.at(`${point}: commit`)
      await transaction.commit(options)
      return answer
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }

  /** What `kill -9` of the process does: its transactions are rolled back, and whoever waits for an answer waits for ever. */
  kill(): void {
    this.#isKilled = true
    this.database.endSession(this)
  }

  #mustReach(incarnation: number): void {
    if (!this.database.isUp || this.database.incarnation !== incarnation) throw this.database.unreachable()
  }

  #unlessKilled<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work().then(
        answer => { if (!this.#isKilled) resolve(answer) },
        (error: unknown) => { if (!this.#isKilled) reject(error as Error) },
      )
    })
  }
}
