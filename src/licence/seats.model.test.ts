import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMemoryBook } from '#adapters/licence-book/memory/book.ts'
import { openPostgresBook } from '#adapters/licence-book/postgres/book.ts'
import type { Id } from '#domain/ids.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import type { Clock } from '#ports/clock.ts'
import type { LicenceBook } from '#ports/licence-book.ts'
import { aKey, createAnchors, createTestIssuer, granted, putIn, testWorld, wish, type TestIssuer } from '#test/licence/server-rig.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { activate, install } from './activating.ts'
import { deactivate } from './giving-up.ts'
import { openServer, type OpenedServer } from './open.ts'
import { link } from './orders.ts'
import { checkOut, heartbeat, release } from './seating.ts'
import type { LicenceWorld } from './world.ts'

const leaseMs = 90_000
const began = Date.parse('2026-11-22T09:00:00Z')
const never = new AbortController().signal
const limits = [2, 3] as const

/** The slow model: every seat that was ever given, and a rule that anybody can check by hand. It shares nothing with the server. */
type Given = { readonly lease: string; readonly licence: number; until: number; readonly isBorrowed: boolean; isReleased: boolean }

type Step =
  | { readonly do: 'take'; readonly many: number; readonly hours?: number }
  | { readonly do: 'hear' | 'release'; readonly which: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'crash'; readonly taking: number; readonly awayMs: number }
  | { readonly do: 'carry'; readonly licence: number }

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const), many: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take' as const), many: fc.constant(1), hours: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('hear' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(400, 29_000, 61_000, leaseMs, 3_600_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), taking: fc.integer({ min: 0, max: 3 }), awayMs: fc.constantFrom(0, 1_000, 200_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('carry' as const), licence: fc.constantFrom(0, 1) }) },
)

/** Jumps: whoever sleeps and is due wakes at the end of the jump, once. */
class JumpingClock implements Clock {
  #passed = 0
  #sleepers: { readonly due: number; readonly wake: () => void }[] = []
  now = () => began + this.#passed
  elapsed = () => this.#passed
  sleep = (ms: number, signal?: AbortSignal) => new Promise<void>((resolve, reject) => {
    this.#sleepers.push({ due: this.#passed + ms, wake: resolve })
    signal?.addEventListener('abort', () => { reject(signal.reason as Error) }, { once: true })
    if (signal?.aborted === true) reject(signal.reason as Error)
  })

  async jump(ms: number): Promise<void> {
    this.#passed += ms
    const due = this.#sleepers.filter(one => one.due <= this.#passed)
    this.#sleepers = this.#sleepers.filter(one => one.due > this.#passed)
    for (const { wake } of due) wake()
    await new Promise(resolve => { setImmediate(resolve) })
  }
}

/** One server that is killed and opened again, and a second to which licences are carried and back. */
class Run {
  readonly #clock: JumpingClock
  readonly #issuer: TestIssuer
  readonly #places: { readonly world: LicenceWorld; readonly kill: () => Promise<void> | void; server: OpenedServer }[] = []
  readonly #given: Given[] = []
  #licences: readonly Id<'licence'>[] = []
  /** At which of the two each licence is. */
  readonly #at = [0, 0]

  constructor(clock: JumpingClock, issuer: TestIssuer) {
    this.#clock = clock
    this.#issuer = issuer
  }

  async open(books: readonly { readonly book: LicenceBook; readonly kill: () => Promise<void> | void }[]): Promise<void> {
    for (const { book, kill } of books) {
      const world = testWorld({ clock: this.#clock, book, issuer: this.#issuer, issuerKey: this.#issuer.signer.publicKey, signer: signerOf(newPrivateKey()), anchors: createAnchors() })
      this.#places.push({ world, kill, server: await openServer(world, never) })
    }
    const [first, second] = this.#places
    assert(first !== undefined && second !== undefined)
    this.#licences = await putIn(first.server, this.#issuer, 'solver', { seats: limits[0] }, { seats: limits[1] })
    for (const { document } of first.server.stand.held.values()) granted(await install(second.server.stand, { document, key: aKey() }))
    granted(await link(second.server.stand, { name: 'solver', licences: this.#licences, key: aKey() }))
  }

  async end(): Promise<void> {
    for (const { server } of this.#places) await server[Symbol.asyncDispose]()
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'take') await this.#take(step.many, step.hours)
    else if (step.do === 'pass') await this.#pass(step.ms)
    else if (step.do === 'crash') await this.#crash(step.taking, step.awayMs)
    else if (step.do === 'carry') await this.#carry(step.licence)
    else await this.#say(step)
    this.#check()
  }

  /** So many at once, of the place that has the licence of the first. */
  async #take(many: number, hours?: number): Promise<void> {
    const place = this.#at[0] ?? 0
    const answers = await Promise.all(Array.from({ length: many }, () => this.#ask(place, hours)))
    for (const answer of answers) {
      const free = limits.findIndex((limit, licence) => this.#at[licence] === place && this.#out(licence) < limit)
      if ('refused' in answer) assert.equal(free, -1, `refused ${answer.refused} while a seat of licence ${free} is free`)
      else {
        assert.equal(this.#licences.indexOf(answer.licence), free, 'the first licence with a free seat gives it')
        this.#given.push({ lease: answer.lease, licence: free, until: this.#clock.now() + (hours === undefined ? leaseMs : hours * 3_600_000), isBorrowed: hours !== undefined, isReleased: false })
        assert.equal(answer.until, this.#given.at(-1)?.until)
      }
    }
  }

  async #ask(place: number, hours?: number) {
    return checkOut(this.#stand(place), wish(hours === undefined ? {} : { borrowHours: hours }))
  }

  async #say({ do: what, which }: { readonly do: 'hear' | 'release'; readonly which: number }): Promise<void> {
    const one = this.#given[which % Math.max(1, this.#given.length)]
    if (one === undefined) return
    const stand = this.#stand(this.#at[one.licence] ?? 0)
    const sits = this.#sits(one)
    if (what === 'release') {
      assert.deepEqual(granted(await release(stand, [one.lease as Id<'lease'>])), { released: sits ? 1 : 0 })
      one.isReleased = true
      return
    }
    const [answer] = heartbeat(stand, [one.lease as Id<'lease'>]).answers
    if (sits && !one.isBorrowed) one.until = this.#clock.now() + leaseMs
    assert.deepEqual(answer, sits ? { lease: one.lease, until: one.until, refused: null } : { lease: one.lease, until: null, refused: 'lease-over' })
  }

  /** In pieces, so that what is done once a second is done. */
  async #pass(ms: number): Promise<void> {
    await this.#clock.jump(Math.min(ms, 1_500))
    if (ms > 1_500) await this.#clock.jump(ms - 1_500)
  }

  /** Killed while some are asking; nobody knows whether those were kept. It comes back after a while. */
  async #crash(taking: number, awayMs: number): Promise<void> {
    const place = this.#places[0]
    assert(place !== undefined)
    const before = this.#given.filter(one => this.#at[one.licence] === 0 && this.#sits(one))
    const asked = Array.from({ length: taking }, () => this.#ask(0).catch(() => undefined))
    await place.kill()
    await Promise.all(asked)
    await place.server[Symbol.asyncDispose]()
    await this.#clock.jump(awayMs)
    place.server = await openServer(place.world, never)
    const now = this.#clock.now()
    const sitting = [...place.server.stand.seats.all()]
    // Answered is kept (L5): whoever sat, and did not say that they leave, sits.
    for (const one of before) assert(sitting.some(({ lease }) => lease.lease === one.lease) || (one.isBorrowed && one.until <= now), 'a seat that was given is lost')
    for (const { lease, until } of sitting) {
      const known = this.#given.find(one => one.lease === lease.lease)
      assert.notEqual(known?.isReleased, true, 'a seat that was released is out again')
      // L4: one lease from now, and no more; borrowed ones as they were.
      if (!lease.isBorrowed) assert(until <= now + leaseMs, 'a lease was lengthened by more than one lease')
      if (known === undefined) this.#given.push({ lease: lease.lease, licence: this.#licences.indexOf(lease.licence), until, isBorrowed: lease.isBorrowed, isReleased: false })
      else if (known.isBorrowed) assert.equal(until, known.until)
      else known.until = until
    }
  }

  async #carry(licence: number): Promise<void> {
    const from = this.#at[licence] ?? 0
    const [id, to] = [this.#licences[licence], 1 - from]
    assert(id !== undefined)
    const sitting = this.#given.filter(one => one.licence === licence && this.#sits(one))
    const { receipt } = granted(await deactivate(this.#stand(from), { licence: id, key: aKey() }, never))
    granted(await activate(this.#stand(to), { licence: id, code: 'AAAAA-BBBBB', receipt, key: aKey() }, never))
    this.#at[licence] = to
    for (const one of sitting) if (!one.isBorrowed) one.until = this.#clock.now() + leaseMs
  }

  /** L3, by the model and by what the servers say: never more than allowed, and the same who sit. */
  #check(): void {
    for (const [licence, limit] of limits.entries()) {
      const model = this.#given.filter(one => one.licence === licence && this.#sits(one)).map(one => one.lease)
      assert(model.length <= limit, `${model.length} of ${limit} seats are out`)
      const id = this.#licences[licence]
      const out = this.#places.flatMap(({ server }) => [...server.stand.seats.all()]).filter(one => one.lease.licence === id && one.until > this.#clock.now()).map(one => one.lease.lease as string)
      assert.deepEqual(out.toSorted(), model.toSorted())
    }
  }

  #out(licence: number): number {
    return this.#given.filter(one => one.licence === licence && this.#sits(one)).length
  }

  #sits(one: Given): boolean {
    return !one.isReleased && one.until > this.#clock.now()
  }

  #stand(place: number) {
    const found = this.#places[place]
    assert(found !== undefined)
    return found.server.stand
  }
}

test('never are more seats out than allowed, none is lost for longer than its lease, and none that was answered is lost, whatever happens in which order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async all => {
    const run = new Run(new JumpingClock(), createTestIssuer())
    const books = [createMemoryBook(), createMemoryBook()]
    await run.open(books.map(book => ({ book, kill: () => { book.end() } })))
    for (const step of all) await run.step(step)
    await run.end()
  }), { numRuns: 150 })
})

test('the same holds on a real database', async t => {
  const database = await useDatabase(t, { major: 18 })
  let n = 0
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 25 }), async all => {
    const run = new Run(new JumpingClock(), createTestIssuer())
    const names = [`licence_${++n}`, `licence_${++n}`]
    const books = names.map(schema => ({ schema, book: openPostgresBook({ url: database.url, schema }) }))
    await run.open(books.map(({ book, schema }) => ({
      book,
      // The server’s session is ended from without; what it has not committed is lost.
      kill: async () => { await database.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = hashtextextended('rehome licence book ${schema}', 0)`) },
    })))
    for (const step of all) await run.step(step)
    await run.end()
    for (const { book } of books) await book[Symbol.asyncDispose]()
  }), { numRuns: 6 })
})
