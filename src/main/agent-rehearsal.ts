import { join } from 'node:path'
import type { Identity } from '#domain/catalog.ts'
import { Fault } from '#domain/faults.ts'
import { openStore } from '#adapters/registry.ts'
import type { Address, MoveRequest } from '#entrances/cli/services.ts'
import { type MoveRecord, readRecord } from '#mover/record.ts'
import type { Claimed } from '#ports/control-plane.ts'
import { type At, holdSession, orderOf, restMs, type Work } from './agent-move.ts'

/**
 * Rehearses a move into the database that the settings have for it, session after session, until nothing of it is left on either side. Resolves with how the order ends; taken
 * back it ends as soon as all is gone.
 */
export const rehearseMove = async (work: Work): Promise<'done' | 'failed'> => {
  const { claimed, reporter, clock, signal } = work
  let hasBegun = claimed.claim > 1
  const at: At = { standing: { stage: 'ordered', leg: 'out', cold: false }, frozenAt: undefined, isTaken: false, isRehearsed: isKnown(claimed) }
  for (;;) {
    if (reporter.wish.abort !== null && !hasBegun) return 'done'
    const end = await holdRehearsal(work, at)
    if (end !== 'again') return end
    hasBegun ||= at.standing.stage !== 'ordered'
    await clock.sleep(restMs, signal)
    signal.throwIfAborted()
    reporter.lost.throwIfAborted()
  }
}

const isKnown = ({ result }: Claimed): boolean => typeof result === 'object' && result !== null && 'rehearsed' in result

const holdRehearsal = async (work: Work, at: At): Promise<'done' | 'failed' | 'again'> => {
  const isOver = (): boolean => at.isRehearsed === true || work.reporter.wish.abort !== null
  const end = await holdSession(work, at, async () => {
    const request = await requestOf(work)
    const record = await recordIn(request.to)
    at.standing = { ...at.standing, stage: record?.standing.stage ?? 'ordered' }
    if (record === undefined && isOver()) return undefined
    if (record === undefined) await refuseReal(work, request)
    return request
  })
  return end === 'done' && !isOver() ? 'failed' : end
}

/** The order as for the move itself, but for what a rehearsal has no hand on: the product, the route. */
const requestOf = async ({ config, settings, claimed: { facts, order } }: Work): Promise<MoveRequest> => ({
  from: (await settings.reach(facts.origin, facts.tenant)).address, to: await settings.rehearsal(facts.destination, facts.tenant), until: 'settled', evidence: join(config.home, 'evidence', `${order}.json`),
  order: { ...orderOf(facts), schema: 'dump', follow: true, rehearsal: true },
})

const recordIn = async (address: Address): Promise<MoveRecord | undefined> => {
  await using store = openStore({ name: 'target', ...address })
  return await readRecord(store.book)
}

/** Whatever a database is called by, the new home itself and the old one are not rehearsed into. Faults: REHEARSAL_APART. */
const refuseReal = async ({ settings, claimed: { facts } }: Work, { from, to }: MoveRequest): Promise<void> => {
  const [own, origin, destination] = [await identityOf(to), await identityOf(from), await identityOf((await settings.reach(facts.destination, facts.tenant)).address)]
  if (isSame(own, destination)) throw new Fault('REHEARSAL_APART', { reason: 'what the settings have for rehearsals is the new home itself' })
  if (isSame(own, origin)) throw new Fault('REHEARSAL_APART', { reason: 'what the settings have for rehearsals is the old home itself' })
}

const identityOf = async (address: Address): Promise<Identity> => {
  await using store = openStore({ name: 'target', ...address })
  return await store.identify()
}

const isSame = (one: Identity, other: Identity): boolean => one.engine === other.engine && one.system === other.system && one.database === other.database
