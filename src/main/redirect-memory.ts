import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { MoveId } from '#domain/programmes.ts'
import { byHost, type Redirection, type Redirections, type Visitor } from '#domain/redirect.ts'
import { id } from '#wire/endpoint.ts'
import type { Counted } from '#ports/redirect-control.ts'

const rulesSchema = z.strictObject({ fingerprint: z.string(), redirections: z.array(z.strictObject({ move: id('move'), from: z.string(), to: z.string(), endsAt: z.number().nullable() })) })
const countsSchema = z.strictObject({ aliveAt: z.number(), since: z.array(z.tuple([id('move'), z.number()])), visits: z.array(z.strictObject({ move: id('move'), day: z.iso.date(), path: z.string(), program: z.string(), count: z.int() })) })

/** As many kinds of visits of a day; what comes beyond counts as one kind. */
const mostKinds = 20_000
/** Days that are over are told within this, or lost. */
const keptDays = 8
/** Who was away longer cannot say that nobody came meanwhile. */
const longBreakMs = 3_600_000
const dayMs = 86_400_000

/** What is known of old addresses and of who came by them, on disk, so that it goes on without control and after a crash. */
export class RedirectMemory {
  readonly #folder: string
  #fingerprint: string | null = null
  #redirections: readonly Redirection[] = []
  #rules: Redirections = new Map()
  readonly #since = new Map<MoveId, number>()
  readonly #visits = new Map<string, { one: Counted; isTold: boolean }>()

  constructor(folder: string, now: number) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const rules = readAs(join(folder, 'redirects.json'), rulesSchema)
    if (rules !== undefined) this.#take(rules)
    const counts = readAs(join(folder, 'visits.json'), countsSchema)
    for (const [move, since] of counts?.since ?? []) this.#since.set(move, now - (counts?.aliveAt ?? 0) > longBreakMs ? now : since)
    for (const one of counts?.visits ?? []) this.#visits.set(nameOf(one.move, one), { one, isTold: false })
  }

  get fingerprint(): string | null { return this.#fingerprint }
  get rules(): Redirections { return this.#rules }

  /** From now on these; on disk when it returns. */
  learn(rules: { readonly fingerprint: string; readonly redirections: readonly Redirection[] }): void {
    this.#take(rules)
    writeWhole(join(this.#folder, 'redirects.json'), JSON.stringify(rules))
  }

  came(move: MoveId, visitor: Visitor): void {
    const name = nameOf(move, visitor)
    const kind = this.#visits.has(name) || this.#visits.size < mostKinds ? visitor : { ...visitor, path: '/…', program: 'another program' }
    const before = this.#visits.get(nameOf(move, kind))
    this.#visits.set(nameOf(move, kind), { one: { move, ...kind, count: (before?.one.count ?? 0) + 1 }, isTold: false })
  }

  /** In portions that can be told at once: moves, each with since when it is answered, and what was counted and not told. */
  toTell(now: number): { readonly served: readonly { readonly move: MoveId; readonly since: number }[]; readonly visits: readonly Counted[] }[] {
    const moves = [...new Set([...this.#redirections.map(one => one.move), ...this.#untold().map(one => one.move)])]
    const of = Map.groupBy(this.#untold(), one => one.move)
    const portions = []
    for (let n = 0; n < moves.length; n += 200) {
      const some = moves.slice(n, n + 200)
      const visits = some.flatMap(move => of.get(move) ?? [])
      portions.push({ served: some.flatMap(move => (this.#since.has(move) ? [{ move, since: this.#since.get(move) ?? now }] : [])), visits: visits.slice(0, 2_000) })
      for (let more = 2_000; more < visits.length; more += 2_000) portions.push({ served: [], visits: visits.slice(more, more + 2_000) })
    }
    // What was counted is told before what follows from it.
    return portions.toSorted((a, b) => a.served.length - b.served.length)
  }

  get hasNews(): boolean { return this.#untold().length > 0 }

  /** Control has heard these. What has come meanwhile is not among them. */
  told(visits: readonly Counted[]): void {
    for (const one of visits) {
      const now = this.#visits.get(nameOf(one.move, one))
      if (now?.one.count === one.count) this.#visits.set(nameOf(one.move, one), { one, isTold: true })
    }
  }

  /** On disk when it returns. */
  keep(now: number): void {
    const first = new Date(now - keptDays * dayMs).toISOString().slice(0, 10)
    for (const [name, { one }] of this.#visits) if (one.day < first) this.#visits.delete(name)
    for (const { move } of this.#redirections) if (!this.#since.has(move)) this.#since.set(move, now)
    const known = new Set(this.#redirections.map(one => one.move))
    for (const move of this.#since.keys()) if (!known.has(move)) this.#since.delete(move)
    writeWhole(join(this.#folder, 'visits.json'), JSON.stringify({ aliveAt: now, since: [...this.#since], visits: [...this.#visits.values()].map(visit => visit.one) }))
  }

  #take({ fingerprint, redirections }: { readonly fingerprint: string; readonly redirections: readonly Redirection[] }): void {
    this.#fingerprint = fingerprint
    this.#redirections = redirections
    this.#rules = byHost(redirections)
  }

  #untold(): readonly Counted[] { return [...this.#visits.values()].flatMap(visit => (visit.isTold ? [] : [visit.one])) }
}

const nameOf = (move: MoveId, { day, path, program }: Visitor): string => JSON.stringify([move, day, path, program])

/** Undefined: there is none, or nothing that can be read; control tells it anew. */
const readAs = <T>(file: string, schema: z.ZodType<T>): T | undefined => {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

/** Whole or not at all. */
const writeWhole = (file: string, text: string): void => {
  const draft = `${file}.${randomUUID()}.new`
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true, flag: 'wx' })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
