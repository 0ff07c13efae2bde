import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { callerOf } from '#control/ground/callers.ts'
import { type Caller, isRefused, look } from '#control/ground/desk.ts'
import { readEvidence } from '#control/orders/evidence.ts'
import { type Live, type Place, readLive, reportsAtOnce } from '#control/orders/live.ts'
import type { World } from '#control/ground/world.ts'
import { asId } from '#domain/ids.ts'
import { refuse } from './problem.ts'
import { tokenOf } from './token.ts'

/** Of a move, in this process. */
const mostViewers = 20
/** The ledger is looked into by each viewer as often: reports come from any process, and ten viewers cost it next to nothing. */
const everyMs = 500
/** A proxy closes what is silent, and who watches wants to know that silence is no failure; a session that was ended ends what it sees. */
const heartbeatMs = 5_000
const signedInMs = 2_000
/** Then the browser asks anew, by the place where it was. */
const longestMs = 3_600_000

/** What is answered otherwise than in one piece of JSON: a move as it goes on, and evidence as a file. */
export const addLive = (app: Hono, world: World, stopping: AbortSignal): void => {
  const viewers = new Map<string, number>()
  app.get('/api/moves/:move/live', async c => {
    const [caller, move] = [await signedIn(c, world), c.req.param('move')]
    if (caller === undefined) return refuse(c, { refused: 'not-signed-in' })
    const after = placeOf(c.req.header('last-event-id') ?? c.req.query('after'))
    const first = isId(move) ? await next(world, caller, move, after) : { refused: 'not-found' }
    if (isRefused(first)) return refuse(c, first)
    if ((viewers.get(move) ?? 0) >= mostViewers) return refuse(c, { refused: 'too-many-viewers', most: mostViewers } as never)
    viewers.set(move, (viewers.get(move) ?? 0) + 1)
    // A proxy that collects what it passes on would show nothing for minutes.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async stream => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      try {
        await show(stream, first, { again: place => next(world, caller, move, place), isSignedIn: async () => (await signedIn(c, world)) !== undefined }, AbortSignal.any([gone.signal, stopping]))
      } finally {
        const left = (viewers.get(move) ?? 1) - 1
        if (left > 0) viewers.set(move, left)
        else viewers.delete(move)
      }
    })
  })
  app.get('/api/evidence/:proof/file', async c => {
    const [caller, proof] = [await signedIn(c, world), c.req.param('proof')]
    if (caller === undefined) return refuse(c, { refused: 'not-signed-in' })
    const found = isId(proof) ? await look(world, caller, glance => readEvidence(glance, { proof: asId(proof) })) : { refused: 'not-found' }
    if (!('text' in found)) return refuse(c, found)
    return c.body(found.text, 200, { 'content-type': 'application/json', 'content-disposition': `attachment; filename="rehome-${proof}-${found.leg}.evidence.json"` })
  })
}

const isId = (text: string): boolean => z.uuid().safeParse(text).success

const signedIn = async (c: Context, world: World): Promise<Caller | undefined> => {
  const token = tokenOf(c)
  const caller = token === undefined ? undefined : await callerOf(world, token)
  return caller === undefined || (caller.actor.kind !== 'system' && caller.actor.removedAt !== null) ? undefined : caller
}

/** As it was sent: the order and the number of the last report. */
const placeOf = (text: string | undefined): Place | null => {
  const [, order, number] = /^([0-9a-f-]{36}):(\d{1,9})$/.exec(text ?? '') ?? []
  return order === undefined || !isId(order) ? null : { order: asId(order), number: Number(number) }
}

const next = (world: World, caller: Caller, move: string, after: Place | null) => look(world, caller, glance => readLive(glance, { move: asId(move), after }))

type Looks = { again(place: Place | null): ReturnType<typeof next>; isSignedIn(): Promise<boolean> }

const show = async (stream: SSEStreamingApi, first: Live, { again, isSignedIn }: Looks, signal: AbortSignal): Promise<void> => {
  const began = performance.now()
  let [live, told, saidAt, askedAt] = [first, '', began, began]
  while (!signal.aborted && performance.now() - began < longestMs) {
    const standing = JSON.stringify(live.standing)
    if (standing !== told) await stream.writeSSE({ event: 'standing', data: standing })
    for (const { kind, order, number, at, event } of live.reports) await stream.writeSSE({ id: `${order}:${number}`, event: 'report', data: JSON.stringify({ at, of: kind, ...(event as object) }) })
    const now = performance.now()
    if (standing !== told || live.reports.length > 0) saidAt = now
    else if (now - saidAt >= heartbeatMs) {
      await stream.writeSSE({ event: 'heard', data: 'null' })
      saidAt = now
    }
    told = standing
    // A page that was full is followed by the next at once: who opens a move late sees it whole in a moment.
    if (live.reports.length < reportsAtOnce) await sleep(everyMs, undefined, { signal }).catch(() => { /* the loop sees it */ })
    if (signal.aborted) return
    if (now - askedAt >= signedInMs) {
      if (!(await isSignedIn())) return await stream.writeSSE({ event: 'end', data: '"not-signed-in"' })
      askedAt = now
    }
    const found = await again(live.place)
    if (isRefused(found)) return await stream.writeSSE({ event: 'end', data: JSON.stringify(found.refused) })
    live = found
  }
}
