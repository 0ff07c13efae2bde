import type { Id } from '#domain/ids.ts'
import type { Lease } from '#domain/licence/licence.ts'
import { asLease, type Sitting } from '#domain/licence/seats.ts'
import type { LicenceSheet, Maintenance } from '#domain/licence/sheet.ts'
import type { Held } from '#domain/licence/standing.ts'
import type { UsageHour } from '#domain/licence/usage.ts'
import type { Instant } from '#domain/time.ts'
import { keep, type Stand, timeOf } from './stand.ts'

export const product = 'Rehome licence server'

/** The back-up sheet: licences by id, profiles by name. */
export const sheetOf = (stand: Stand): LicenceSheet => {
  const { time } = timeOf(stand)
  const { world: { machine, version }, maintenance } = stand
  return {
    format: 'rehome-licences/1', server: { name: machine.name, product, version }, takenAt: time, maintenance,
    licences: [...stand.held.values()].map(held => sheetLicence(stand, held)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    profiles: [...stand.profiles].map(([name, licences]) => ({ name, licences })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

const sheetLicence = (stand: Stand, { licence, activation, doubt, differ, code, waits }: Held): LicenceSheet['licences'][number] => ({
  id: licence.id, product: licence.product, kind: licence.kind, name: licence.name, seats: licence.seats, endsAt: licence.endsAt, state: activation === null || doubt !== null || differ !== null || waits ? 'inactive' : 'active',
  machine: activation?.says.machine ?? null, code, taken: [...stand.seats.of(licence.id)].map(one => ({ holder: one.lease.holder, until: one.until, isBorrowed: one.lease.isBorrowed })),
})

export type ServerRead = { readonly server: Id<'licence-server'>; readonly publicKey: string; readonly product: string; readonly version: string; readonly issuer: string | null; readonly issuerKey: string | null; readonly maintenance: Maintenance | null; readonly moved: string | null; /** One that stands: by it whoever was sent here knows that the issuer knows this server. */ readonly activation: string | null }

export const readServer = ({ identity, world, maintenance, moved, held }: Stand): ServerRead => ({ ...identity, product, version: world.version, issuer: world.issuerAddress, issuerKey: world.issuerKey, maintenance, moved, activation: [...held.values()].find(each => each.activation !== null && each.doubt === null && each.differ === null)?.activation?.signed ?? null })

/** Who sits where: at most `limit`, and how many more there are. */
export const seatsOf = (stand: Stand, { profile, licence, limit = 100 }: { readonly profile?: string; readonly licence?: Id<'licence'>; readonly limit?: number }): { readonly items: readonly Lease[]; readonly more: number } => {
  timeOf(stand)
  const items: Lease[] = []
  let more = 0
  const among: Iterable<Sitting> = licence === undefined ? stand.seats.all() : stand.seats.of(licence)
  for (const sitting of among) {
    if (profile !== undefined && sitting.lease.profile !== profile) continue
    if (items.length < limit) items.push(asLease(sitting))
    else more++
  }
  return { items, more }
}

/** By licence and hour, this one included. */
export const usageOf = async (stand: Stand, { from, to, licence }: { readonly from: Instant; readonly to: Instant; readonly licence?: Id<'licence'> }): Promise<{ readonly hours: readonly UsageHour[] }> => {
  const usage = stand.usage.take(timeOf(stand).time)
  if (usage.length > 0) await keep(stand, { usage })
  return { hours: await stand.book.usage(from, to, licence) }
}
