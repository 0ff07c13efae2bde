import type pg from 'pg'
import type { RowStatement } from './row-shape.ts'

/** Why a statement did not do what it must: the server refused it, or it met another number of rows. */
export type Failure = { readonly statement: RowStatement; readonly found: number } | { readonly statement: RowStatement; readonly error: unknown }

/** Of parameters that were sent and not yet answered for. */
const bytesAhead = 32 * 2 ** 20
/** Statements the server keeps planned for a session; further texts are planned each time. */
const mostPlanned = 1_000

/** Sends statements one behind the other and counts what each has touched; the first that fails is what matters, the rest follow from it. */
export class Line {
  readonly #session: pg.Client
  readonly #names: Map<string, string>
  #failure: Failure | undefined
  #under: Promise<void>[] = []
  #bytes = 0

  /** `names`: of the statements this session has planned, kept by whoever keeps the session. */
  constructor(session: pg.Client, names: Map<string, string>) {
    this.#session = session
    this.#names = names
  }

  /** Waits only when much is on its way. */
  async send(statement: RowStatement): Promise<void> {
    if (this.#failure !== undefined) return
    for (const value of statement.values) this.#bytes += value?.length ?? 0
    this.#under.push(this.#run(statement))
    if (this.#bytes > bytesAhead) await this.settled()
  }

  /** When everything sent so far is answered: the first failure, if there was one. */
  async settled(): Promise<Failure | undefined> {
    await Promise.all(this.#under)
    this.#under = []
    this.#bytes = 0
    return this.#failure
  }

  async #run(statement: RowStatement): Promise<void> {
    const name = this.#nameOf(statement.text)
    try {
      const { rowCount } = await this.#session.query({ text: statement.text, values: [...statement.values], ...(name === undefined ? {} : { name }) })
      if ((rowCount ?? 0) !== statement.expects) this.#failure ??= { statement, found: rowCount ?? 0 }
    } catch (error) {
      this.#failure ??= { statement, error }
    }
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= mostPlanned) return known
    const name = `apply_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}
