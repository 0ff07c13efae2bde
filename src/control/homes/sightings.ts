import type { NoAccess } from '#domain/access.ts'
import type { TenantId } from '#domain/homes.ts'
import type { Move } from '#domain/programmes.ts'
import type { Sighting } from '#domain/records.ts'
import type { Told } from '#domain/report.ts'
import { closeSighting as closed, look, type Seen, stillInUse } from '#domain/sighting.ts'
import { system } from '../ground/callers.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { measureTenant } from './tenants.ts'

/** `isQuiet`: open, and not seen for so long that it is worth asking whether it has moved. */
export type ShownSighting = Sighting & { readonly isQuiet: boolean }
const mostSightings = 20_000

/** Keeps what an agent measured of a tenant, and who it saw connected to the old home; who had been closed and came again is open again. */
export const keepMeasured = async (desk: Desk, { tenant, vendor, customer }: Move, { seen, stores, users }: Extract<Told, { type: 'measured' }>): Promise<void> => {
  const { tx, world, now } = desk
  // That the agent may tell of this tenant was decided with its order.
  await measureTenant({ ...desk, actor: system.actor }, tenant, { stores, users, measures: { 'database-connections': programsIn(seen) } })
  const { again, fresh } = look(await tx.list('sighting', { tenant }, { limit: mostSightings }), seen, now)
  for (const { id, lastAt, closedAt } of again) await tx.change('sighting', id, { lastAt, closedAt })
  if (fresh.length > 0) await tx.add('sighting', ...fresh.map(one => ({ id: world.newId<'sighting'>(), vendor, customer, tenant, ...one })))
}

/** As the profile knows them: each program once, with the users it comes as. */
const programsIn = (seen: readonly Seen[]): string[] => [...new Set(seen.map(({ user, program }) => `${program === '' ? 'a program without a name' : program} (${user})`))].toSorted().slice(0, 200)

/** Who still uses the old login, and who did. */
export const listSightings = async (glance: Glance, { tenant, open, ...paging }: Paging & { readonly tenant: TenantId; readonly open?: boolean }): Promise<Page<ShownSighting> | NoAccess> => {
  const page = await pageOf(glance, 'sighting.read', 'sighting', { tenant, ...(open === true ? { closedAt: null } : {}) }, paging)
  if ('refused' in page) return page
  const quiet = new Set(stillInUse(page.items, glance.now).filter(one => one.isQuiet).map(one => one.sighting.id))
  return { ...page, items: page.items.map(one => ({ ...one, isQuiet: quiet.has(one.id) })) }
}

/** A person found that this one uses the new home now. */
export const closeSighting = async (desk: Desk, { sighting: id }: { readonly sighting: Sighting['id'] }): Promise<Sighting | NoAccess> => {
  const sighting = await desk.tx.lock('sighting', id)
  if (sighting === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'sighting.close', sighting)
  if (why !== undefined) return why
  const next = closed(sighting, desk.now)
  if (next.closedAt !== sighting.closedAt) {
    await desk.tx.change('sighting', id, { closedAt: next.closedAt })
    journal(desk, 'sighting.close', 'sighting', id, { user: next.user, host: next.host, program: next.program })
  }
  return next
}
