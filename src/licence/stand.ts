import { claimIn, openDocument } from '#domain/licence/documents.ts'
import type { AnchoredLicence } from '#domain/licence/anchor.ts'
import { Fault } from '#domain/faults.ts'
import type { Id } from '#domain/ids.ts'
import type { Desk } from '#domain/licence/give.ts'
import type { Lease, ServerIdentity } from '#domain/licence/licence.ts'
import { type KeptLease, resumed, Seats } from '#domain/licence/seats.ts'
import type { Forgiveness } from '#domain/licence/forgive.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { Held } from '#domain/licence/standing.ts'
import { beginTime, passTime, type Timeline } from '#domain/licence/timeline.ts'
import { Usage } from '#domain/licence/usage.ts'
import type { BookChange, HeldBook, KeptLicence, KeptState } from '#ports/licence-book.ts'
import { Keeper } from './keeper.ts'
import type { LicenceWorld } from './world.ts'

/** A licence server at work: what its book says, in memory, and what seats are given by. Changed only together with the book. */
export type Stand = Desk & {
  readonly world: LicenceWorld
  readonly book: HeldBook
  readonly keeper: Keeper
  readonly identity: ServerIdentity
  /** How many times the book was taken in hand, this time included; ahead of what the anchor knows of. */
  epoch: number
  readonly held: Map<string, Held>
  readonly profiles: Map<string, readonly Id<'licence'>[]>
  /** Seats of licences that were given up: they go on until they end, and are counted elsewhere. */
  readonly gone: Map<string, Lease>
  readonly usage: Usage
  /** Leases that ended and whose end is not in the book yet. */
  ended: Id<'lease'>[]
  /** Borrowed ones among them. */
  lapsed: KeptLease[]
  forgiven: readonly Forgiveness[]
  maintenance: Maintenance | null
  moved: string | null
  line: Timeline
  /** What the anchor says of licences. */
  anchored: Readonly<Record<string, AnchoredLicence>>
}

/** From the book to memory. Seats that were out get one lease from now (L4). */
export const standOf = (world: LicenceWorld, book: HeldBook, state: KeptState): Stand => {
  const line = beginTime(state.seen, world.clock.now(), world.clock.elapsed())
  const leaseMs = world.leaseSeconds * 1_000
  const seats = new Seats()
  for (const lease of state.leases) seats.sit(resumed(lease, line.time, leaseMs))
  const held = new Map(state.licences.map(kept => [kept.licence as string, heldOf(world, kept)]))
  const stand: Stand = {
    world, book, keeper: new Keeper(book), identity: state.identity, epoch: book.epoch, held, profiles: new Map(state.profiles.map(({ name, licences }) => [name, licences])), seats, gone: new Map(),
    usage: new Usage(state.usage), ended: [], lapsed: [], forgiven: state.forgiven, maintenance: state.maintenance, moved: state.moved, line, leaseMs, anchored: {},
  }
  for (const { receipt, activation } of held.values()) if (receipt !== null && activation === null) rememberGone(stand, receipt)
  return stand
}

/** The server's time now; seats that have ended are free from here on. */
export const timeOf = (stand: Stand): Timeline => {
  const { clock } = stand.world
  stand.line = passTime(stand.line, clock.now(), clock.elapsed())
  // What is signed and kept has whole milliseconds; what passes between them is not lost, or asked often enough time would stand still.
  const line = { ...stand.line, time: Math.floor(stand.line.time) }
  for (const { lease } of stand.seats.expire(line.time)) {
    stand.ended.push(lease.lease)
    if (lease.isBorrowed) stand.lapsed.push(lease)
  }
  return line
}

/** A change, and before it every end that a seat in it may rest on: after a crash the book never has more seats out than were (L3). */
export const keep = (stand: Stand, change: BookChange): Promise<void> => {
  const { ended, lapsed } = stand
  if (ended.length === 0) return stand.keeper.keep(change)
  stand.ended = []
  stand.lapsed = []
  return stand.keeper.keep({ ...change, ended: [...ended, ...(change.ended ?? [])], ...(lapsed.length === 0 ? {} : { lapsed }) })
}

export const keptOf = ({ licence, document, activation, generation, receipt, brought, code, doubt, waits }: Held): KeptLicence => ({ licence: licence.id, document, activation: activation?.signed ?? null, generation, receipt, brought, code, doubt, waits })

/** The seats that a receipt of ours says went elsewhere. */
export const rememberGone = (stand: Stand, receipt: string): void => {
  const opened = openDocument('rehome-deactivation', receipt, stand.identity.publicKey, stand.world.shapes)
  if (opened.ok) for (const lease of opened.says.leases) stand.gone.set(lease.lease, lease)
}

export const forgetGone = (stand: Stand, licence: Id<'licence'>): void => {
  for (const [name, lease] of stand.gone) if (lease.licence === licence) stand.gone.delete(name)
}

/** What is in the book was checked when it came; it is checked again, because others can write to a database. */
const heldOf = ({ issuerKey, shapes }: LicenceWorld, kept: KeptLicence): Held => {
  const { document, activation, generation, receipt, brought, code, doubt, waits } = kept
  const wrong = (reason: string): Fault => new Fault('LICENCE_BOOK_WRONG', { reason: `${reason} (licence ${kept.licence})` })
  const licence = issuerKey === null ? claimIn('rehome-licence', document, shapes) : openDocument('rehome-licence', document, issuerKey, shapes)
  if (!licence.ok) throw wrong(`a licence is not as its issuer signed it: ${licence.wrong}`)
  if (licence.says.id !== kept.licence) throw wrong('a licence stands under another name')
  if (activation === null) return { licence: licence.says, document, activation: null, doubt, differ: null, generation, receipt, brought, code, waits }
  const opened = issuerKey === null ? claimIn('rehome-activation', activation, shapes) : openDocument('rehome-activation', activation, issuerKey, shapes)
  if (!opened.ok) throw wrong(`an activation is not as its issuer signed it: ${opened.wrong}`)
  if (opened.says.licence !== kept.licence) throw wrong('an activation is of another licence')
  return { licence: licence.says, document, activation: { says: opened.says, signed: activation }, doubt, differ: null, generation, receipt, brought, code, waits }
}
