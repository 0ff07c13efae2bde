import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { createMemoryBook, type MemoryBook } from '#adapters/licence-book/memory/book.ts'
import type { Id } from '#domain/ids.ts'
import type { Licence } from '#domain/licence/licence.ts'
import type { Factor } from '#domain/licence/node-lock.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { type OpenedServer, openServer } from '#licence/open.ts'
import { checkOut } from '#licence/seating.ts'
import type { Clock } from '#ports/clock.ts'
import { aMachine } from './samples.ts'
import { createAnchors, createTestIssuer, putIn, testWorld, wish } from './server-rig.ts'

export const never = new AbortController().signal
export const began = Date.parse('2026-11-22T09:00:00Z')
export const hourMs = 3_600_000
export const code = 'AAAAA-BBBBB'

/** A server that can be killed, opened again, and started from an old copy of its book. `wall`: by so much the wall clock is wrong. */
export const killable = async (over: Partial<Licence> = {}) => {
  const simulated = createSimulatedClock(began)
  const machine = { factors: aMachine('lm-01') as readonly Factor[], wallOffMs: 0 }
  const clock: Clock = { now: () => simulated.now() + machine.wallOffMs, elapsed: simulated.elapsed, sleep: simulated.sleep }
  const issuer = createTestIssuer()
  const [signer, anchors] = [signerOf(newPrivateKey()), createAnchors()]
  const worldOn = (book: MemoryBook) => testWorld({ clock, book, issuer, issuerKey: issuer.signer.publicKey, signer, anchors, factors: () => machine.factors, introduce: () => Promise.resolve({ server: randomUUID() as Id<'licence-server'>, publicKey: 'of the new one' }) })
  const book = createMemoryBook()
  const open = (on = book) => openServer(worldOn(on), never)
  const server = await open()
  const [licence] = await putIn(server, issuer, 'solver', { seats: 2, startsAt: began - hourMs, borrowHours: 24, ...over })
  assert(licence !== undefined)
  /** Time passes, and what the server does beside is done: it waits for its book as well, which this clock does not know of. */
  const pass = async (ms: number): Promise<void> => {
    const pieces = Math.min(12, Math.ceil(ms / 1_000))
    await simulated.advance(ms - (pieces - 1) * 1_000)
    for (let piece = 0; piece < pieces; piece++) {
      for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
      if (piece > 0) await simulated.advance(1_000)
    }
    for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
  }
  return { pass, server, simulated, machine, issuer, anchors, book, open, licence, signer }
}

export const take = async (server: OpenedServer, over: Parameters<typeof wish>[0] = {}) => await checkOut(server.stand, wish(over))
/** By which rule somebody was refused. */
export const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'not refused')
