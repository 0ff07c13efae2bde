import { readFile, rename, writeFile } from 'node:fs/promises'
import { type Licence, openDocument } from './documents.ts'
import { type Factor, type FactorKind, lookedAt, machineFactors, type NodeLock, otherMachine } from './machine.ts'

export type OfflinePapers = {
  /** The licence, as the issuer signed it. */
  readonly document: string
  /** That it was activated, and where, as the issuer signed it. */
  readonly activation: string
  /** The seat, as the licence server signed it. Without one the activation must be for this very machine. */
  readonly seat?: string
}

export type OfflineOptions = OfflinePapers & {
  readonly issuerKey: string
  /** Milliseconds since 1970. */
  readonly now?: number
  /** What this machine is known by; it is looked at unless it is given. */
  readonly machine?: readonly Factor[]
  /** A small file that keeps the latest time seen, so that a clock set back is noticed. */
  readonly stateFile?: string
}

export type OfflineAnswer =
  /** `until`: for so long this may be relied on; null: for ever. `graceUntil`: the licence is over, and its grace runs until then. */
  | { readonly ok: true; readonly licence: Licence; readonly until: Date | null; readonly graceUntil: Date | null }
  | { readonly ok: false; readonly refused: 'not-genuine' | 'seat-over' | 'licence-over' | 'licence-not-begun' | 'clock-set-back' | 'wrong-machine'; readonly says: string; readonly differ?: readonly FactorKind[] }

/** Clocks differ by so much without anybody having set one back. */
const toleranceMs = 120_000
const dayMs = 86_400_000

/** Whether a licence, or a borrowed seat, is good here and now; nobody is asked. Says why not instead of throwing. */
export const checkOffline = async ({ document, activation: activated, seat: sat, issuerKey, now = Date.now(), machine, stateFile }: OfflineOptions): Promise<OfflineAnswer> => {
  const [licence, activation] = [openDocument('rehome-licence', document, issuerKey), openDocument('rehome-activation', activated, issuerKey)]
  if (licence === undefined) return no('not-genuine', 'The licence was changed since the vendor signed it, or another key signed it.')
  if (activation?.licence !== licence.id) return no('not-genuine', 'The activation was changed since the vendor signed it, or is of another licence.')
  const seat = sat === undefined ? undefined : openDocument('rehome-seat', sat, activation.publicKey)
  if (sat !== undefined && (seat?.licence !== licence.id || seat.server !== activation.server)) return no('not-genuine', 'The seat was changed since the licence server signed it, or is of another licence.')

  const before = Math.max(licence.issuedAt, activation.activatedAt, seat?.takenAt ?? 0, await seenIn(stateFile))
  if (now < before - toleranceMs) return no('clock-set-back', `The clock of this machine says ${told(now)}, and it was ${told(before)} already. Set it right.`)
  await see(stateFile, Math.max(now, before))

  if (now < licence.startsAt - toleranceMs) return no('licence-not-begun', `The licence begins at ${told(licence.startsAt)}.`)
  const over = licence.endsAt === null ? null : licence.endsAt + licence.graceDays * dayMs
  if (over !== null && now >= over) return no('licence-over', `The licence is over since ${told(over)}. Ask the vendor for another one.`)
  if (seat !== undefined && now >= seat.until) return no('seat-over', `The seat was yours until ${told(seat.until)}. Check out a new one.`)

  const lock = seat === undefined ? activation.nodeLock : seat.nodeLock
  const differ = lock === null ? undefined : await differing(lock, machine)
  if (differ !== undefined) return { ...no('wrong-machine', `This is for another machine: ${differ.join(', ')} differ.`), differ }
  const until = seat === undefined ? over : over === null ? seat.until : Math.min(seat.until, over)
  return { ok: true, licence, until: until === null ? null : new Date(until), graceUntil: over !== null && licence.endsAt !== null && now >= licence.endsAt ? new Date(over) : null }
}

/** A licence server looks at more than a product does: of what nobody gave us, that is left out. */
const differing = async (lock: NodeLock, machine: readonly Factor[] | undefined): Promise<readonly FactorKind[] | undefined> =>
  machine === undefined ? otherMachine({ ...lock, factors: lock.factors.filter(({ kind }) => lookedAt.has(kind)) }, await machineFactors()) : otherMachine(lock, machine)

const no = (refused: Extract<OfflineAnswer, { ok: false }>['refused'], says: string) => ({ ok: false, refused, says }) as const
const told = (at: number): string => new Date(at).toISOString()

const seenIn = async (file: string | undefined): Promise<number> => {
  const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '')
  const seen = Number(/^\{"seen":(\d+)\}$/.exec(text.trim())?.[1] ?? 0)
  return Number.isSafeInteger(seen) ? seen : 0
}

/** Written whole or not at all. A place that cannot be written to keeps nobody from working. */
const see = async (file: string | undefined, seen: number): Promise<void> => {
  if (file === undefined) return
  await writeFile(`${file}.new`, `{"seen":${Math.floor(seen)}}\n`, { mode: 0o600 }).then(() => rename(`${file}.new`, file)).catch(() => undefined)
}
