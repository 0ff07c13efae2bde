import type { NoAccess } from '#domain/access.ts'
import type { Measure } from '#domain/checks.ts'
import { addressIn, type Environment, type Home, type HomeId, type StoreSize, type Tenant, type TenantId } from '#domain/homes.ts'
import { offers, raisesDedicated } from '#domain/offers.ts'
import type { Customer, CustomerId } from '#domain/parties.ts'
import type { FactValue } from '#domain/playbook.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal, sight } from '../ground/desk.ts'
import { homesById } from './homes.ts'
import { livingIn } from './living.ts'
import { measuresIn, takeMeasures } from './measures.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { replan } from '../plans/replan.ts'
import { together } from '../waves/together.ts'

export type TenantRefused = NoAccess | { readonly refused: 'no-address'; readonly address: string } | { readonly refused: 'tenant-moving'; readonly move: MoveId } | { readonly refused: 'name-taken'; readonly name: string }

/** Where somebody looks at it: its home, the move it is on, and how it will be reached. */
export type TenantPage = { readonly tenant: Tenant; readonly customer: Pick<Customer, 'id' | 'name'>; readonly home: Pick<Home, 'id' | 'name' | 'kind'>; readonly move: MoveId | null; readonly newAddress: string | null }

export const listTenants = (glance: Glance, { customer, home, environment, named, ...paging }: Paging & { readonly named?: string; readonly customer?: CustomerId; readonly home?: HomeId; readonly environment?: Environment }): Promise<Page<Tenant> | NoAccess> =>
  pageOf(glance, 'tenant.read', 'tenant', { ...(customer === undefined ? {} : { customer }), ...(home === undefined ? {} : { home }), ...(environment === undefined ? {} : { environment }), ...(named === undefined ? {} : { named }) }, paging)

export const readTenant = async (glance: Glance, id: TenantId): Promise<TenantPage | NoAccess> => {
  const { view } = glance
  const tenant = await view.get('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'tenant.read', tenant)
  if (why !== undefined) return why
  const [customer, move] = [await view.get('customer', tenant.customer), await view.find('move', { tenant: id, endedAt: null })]
  const here = (await livingIn(view, [tenant])).get(id) ?? tenant.home
  const homes = await homesById(view, [here, ...(move === undefined ? [] : [move.destination])])
  const [home, destination] = [homes.get(here), move === undefined ? undefined : homes.get(move.destination)]
  if (customer === undefined || home === undefined) return { refused: 'not-found' }
  return {
    tenant, customer: { id: customer.id, name: customer.name }, home: { id: home.id, name: home.name, kind: home.kind },
    move: move?.id ?? null, newAddress: destination === undefined ? null : addressIn(destination, tenant.name),
  }
}

type Wanted = { readonly customer: CustomerId; readonly home: HomeId; readonly name: string; readonly address?: string; readonly environment: Environment; readonly users: number | null }

/** Reached as its home's pattern says, unless it has an address of its own. */
export const addTenant = async (desk: Desk, { customer, home: homeId, name, address, environment, users }: Wanted): Promise<{ id: TenantId; address: string | null } | TenantRefused> => {
  const [owner, home] = [await desk.tx.get('customer', customer), await desk.tx.get('home', homeId)]
  if (owner === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'tenant.change', { vendor: owner.vendor, customer })
  if (why !== undefined) return why
  if (home === undefined || home.vendor !== owner.vendor) return { refused: 'not-found' }
  const id = desk.world.newId<'tenant'>()
  const tenant: Tenant = { id, vendor: owner.vendor, customer, home: homeId, name, address: address ?? addressIn(home, name), environment, users, stores: [], measuredAt: null, dedicatedDueAt: null }
  const refused = await whyNotSo(desk, tenant)
  if (refused !== undefined) return refused
  await desk.tx.add('tenant', tenant)
  journal(desk, 'tenant.change', 'tenant', id, { added: { name, home: home.name, address: tenant.address, environment } })
  return { id, address: tenant.address }
}

type Change = { readonly name?: string; readonly address?: string | null; readonly environment?: Environment; readonly home?: HomeId }

/** A new name is a new address, where the home's pattern made the old one. A tenant that is moving changes neither its name nor its home. */
export const changeTenant = async (desk: Desk, id: TenantId, change: Change): Promise<Tenant | TenantRefused> => {
  const tenant = await desk.tx.lock('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'tenant.change', tenant)
  if (why !== undefined) return why
  const homes = await homesById(desk.tx, [tenant.home, ...(change.home === undefined ? [] : [change.home])])
  const [was, home] = [homes.get(tenant.home), homes.get(change.home ?? tenant.home)]
  if (home === undefined || was === undefined || home.vendor !== tenant.vendor) return { refused: 'not-found' }
  const isElsewhere = home.id !== tenant.home
  const move = await desk.tx.find('move', { tenant: id, endedAt: null })
  if (move !== undefined && (isElsewhere || (change.name ?? tenant.name) !== tenant.name)) return { refused: 'tenant-moving', move: move.id }
  const named = { ...tenant, ...change }
  const isByPattern = tenant.address === addressIn(was, tenant.name)
  const changed: Tenant = { ...named, ...(change.address === undefined && isByPattern ? { address: addressIn(home, named.name) } : {}), ...(isElsewhere ? { dedicatedDueAt: null } : {}) }
  const refused = await whyNotSo(desk, changed)
  if (refused !== undefined) return refused
  await desk.tx.put('tenant', changed)
  journal(desk, 'tenant.change', 'tenant', id, { changed: change })
  if (move !== undefined && changed.environment !== tenant.environment) await replan(desk, await together(desk, [], [move]))
  return changed
}

/** Its name must be free in its home, and its address one that people can go to. */
const whyNotSo = async ({ tx }: Desk, { id, vendor, home, name, address }: Tenant): Promise<TenantRefused | undefined> => {
  if (address !== null && !URL.canParse(address)) return { refused: 'no-address', address }
  const other = await tx.find('tenant', { vendor, home, name })
  return other !== undefined && other.id !== id ? { refused: 'name-taken', name } : undefined
}

export type Measured = { readonly stores: readonly StoreSize[]; readonly users: number | null; readonly measures?: { readonly [Name in Measure]?: FactValue } }

/** What was found of a tenant: kept with it, and with the profile of the move it is on, whose plan follows. At 100 users in a shared home a dedicated one is due to it, once. */
export const measureTenant = async (desk: Desk, id: TenantId, measured: Measured): Promise<{ tenant: Tenant; dedicatedDue: boolean } | NoAccess> => {
  const tenant = await desk.tx.lock('tenant', id)
  if (tenant === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'tenant.measure', tenant)
  if (why !== undefined) return why
  const { tx, now } = desk
  const users = measured.users ?? tenant.users
  const move = await tx.find('move', { tenant: id, endedAt: null })
  const changed = await counted(desk, { ...tenant, stores: measured.stores, measuredAt: now }, users, move)
  journal(desk, 'tenant.measure', 'tenant', id, { users, bytes: measured.stores.reduce((sum, store) => sum + store.bytes, 0) })
  if (move !== undefined) await takeMeasures(desk, move.id, measuresIn(measured.stores, measured.users, measured.measures))
  return { tenant: changed, dedicatedDue: changed.dedicatedDueAt !== null }
}

/** Its users were counted by their names, and nothing else was looked at. */
export const countTenant = async (desk: Desk, tenant: Tenant, users: number, move: Move): Promise<void> => {
  await counted(desk, tenant, users, move)
  journal(desk, 'tenant.measure', 'tenant', tenant.id, { users })
  await takeMeasures(desk, move.id, measuresIn([], users))
}

const counted = async (desk: Desk, tenant: Tenant, users: number | null, move: Move | undefined): Promise<Tenant> => {
  const isRaised = tenant.dedicatedDueAt === null && await isDedicatedDue(desk.tx, tenant, users, move)
  const changed: Tenant = { ...tenant, users, ...(isRaised ? { dedicatedDueAt: desk.now } : {}) }
  await desk.tx.put('tenant', changed)
  if (isRaised) journal(desk, 'tenant.dedicated-due', 'tenant', tenant.id, { users, from: offers['shared-to-dedicated'].fromUsers, price: offers['shared-to-dedicated'].price })
  return changed
}

const isDedicatedDue = async (view: View, tenant: Tenant, users: number | null, move: Move | undefined): Promise<boolean> => {
  const home = await view.get('home', (await livingIn(view, [tenant])).get(tenant.id) ?? tenant.home)
  return users !== null && home?.kind === 'shared' && raisesDedicated({ users, home: 'shared', isMoving: move !== undefined })
}

/** `home`: the shared one it lives in. `move`: the one it is on already. */
export type DueDedicated = { readonly tenant: Tenant; readonly customer: Pick<Customer, 'id' | 'name'>; readonly home: Pick<Home, 'id' | 'name' | 'kind'>; readonly move: MoveId | null }

/** Tenants that a dedicated home is due to, until they have moved. A page may have fewer than there was room for. */
export const listDueDedicated = async (glance: Glance, paging: Paging): Promise<Page<DueDedicated> | NoAccess> => {
  const seen = sight(glance, 'tenant.read')
  if ('refused' in seen) return seen
  const shared = await glance.view.list('home', { kind: 'shared', ...(seen.vendor === undefined ? {} : { vendor: seen.vendor }) })
  const page = await pageOf(glance, 'tenant.read', 'tenant', { home: shared.map(home => home.id), dedicatedDueAt: {} }, paging)
  if ('refused' in page) return page
  const [homes, here] = [new Map(shared.map(one => [one.id, one])), await livingIn(glance.view, page.items)]
  const customers = new Map((await glance.view.list('customer', { id: page.items.map(tenant => tenant.customer) })).map(one => [one.id, one]))
  const moves = new Map((await glance.view.list('move', { tenant: page.items.map(tenant => tenant.id), endedAt: null })).map(one => [one.tenant, one.id]))
  return { ...page, items: page.items.flatMap(tenant => {
    const home = homes.get(here.get(tenant.id) ?? tenant.home)
    return home === undefined ? [] : [{ tenant, customer: { id: tenant.customer, name: customers.get(tenant.customer)?.name ?? '' }, home: { id: home.id, name: home.name, kind: home.kind }, move: moves.get(tenant.id) ?? null }]
  }) }
}
