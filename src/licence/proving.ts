import { Fault } from '#domain/faults.ts'
import { agrees } from '#domain/licence/forgive.ts'
import { matchLock } from '#domain/licence/node-lock.ts'
import type { Held } from '#domain/licence/standing.ts'
import { keep, keptOf, timeOf, type Stand } from './stand.ts'

/** L8: whether this is still the machine that the licences are bound to. */
export const checkMachine = async (stand: Stand): Promise<void> => {
  const factors = await stand.world.machine.factors()
  for (const { licence: { id } } of [...stand.held.values()]) {
    const held = stand.held.get(id)
    if (held === undefined || held.activation === null) continue
    const { isSame, differ } = matchLock(held.activation.says.nodeLock, factors)
    stand.held.set(id, { ...held, differ: isSame ? null : differ })
  }
}

/**
 * Asks the issuer what stands, where it can be asked. `since`: when a book that is a copy was opened; what was given out between the copy and then is not known, so
 * for one lease there are no new seats even of what stands.
 */
export const askIssuer = async (stand: Stand, since: number, signal: AbortSignal): Promise<void> => {
  const { issuer } = stand.world
  if (issuer === null) return
  for (const { licence: { id } } of [...stand.held.values()]) {
    const asked = stand.held.get(id)
    if (asked === undefined || asked.activation === null || asked.differ !== null) continue
    if (asked.doubt === 'copy' && timeOf(stand).time < since + stand.leaseMs) continue
    const { signed } = asked.activation
    const answered = await said(() => issuer.stands(signed, signal))
    const held = stand.held.get(id)
    // Meanwhile it may have been given up.
    if (answered === undefined || held?.activation?.signed !== signed) continue
    const now: Held = answered.stands ? { ...held, doubt: null, waits: held.waits && !agrees(stand.world.clock.now(), answered.at) } : { ...held, doubt: 'withdrawn' }
    if (now.doubt === held.doubt && now.waits === held.waits) continue
    stand.held.set(id, now)
    await keep(stand, { licences: [keptOf(now)] })
  }
}

/** Those that were given up, told to the issuer: it takes each as often as it comes. */
export const tellIssuer = async (stand: Stand, receipts: readonly string[], signal: AbortSignal): Promise<void> => {
  const { issuer } = stand.world
  if (issuer === null) return
  for (const receipt of receipts) await said(() => issuer.deactivated(receipt, signal))
}

/** Something is in doubt that the issuer may clear. */
export const hasDoubt = (stand: Stand): boolean => [...stand.held.values()].some(held => held.doubt === 'copy' || held.waits)

/** Waiting for an issuer that does not answer keeps nobody waiting for longer. */
const askMs = 5_000

export const askWithin = async (signal: AbortSignal, ask: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const late = AbortSignal.timeout(askMs)
  try {
    await ask(AbortSignal.any([signal, late]))
  } catch (error) {
    // An issuer that takes its time is asked again later.
    if (!late.aborted && !signal.aborted) throw error
  }
}

/** Undefined: the issuer did not say. It is asked again later; the receipt travels with the licence anyway. */
const said = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Fault && (error.code as string).startsWith('ISSUER_')) return undefined
    throw error
  }
}
