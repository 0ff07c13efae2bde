import type { NoAccess } from '#domain/access.ts'
import type { Home, HomeId, HomeKind } from '#domain/homes.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { countLiving } from './living.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

export type HomeRefused = NoAccess | { readonly refused: 'pattern-without-name'; readonly addressPattern: string }
type Wanted = Omit<Home, 'id' | 'vendor'>

export const listHomes = (glance: Glance, { kind, ...paging }: Paging & { readonly kind?: HomeKind }): Promise<Page<Home> | NoAccess> => pageOf(glance, 'home.read', 'home', kind === undefined ? {} : { kind }, paging)

/** With how many tenants live there, and how many are on their way to it. */
export const readHome = async (glance: Glance, id: HomeId): Promise<{ home: Home; tenants: number; coming: number } | NoAccess> => {
  const home = await glance.view.get('home', id)
  if (home === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'home.read', { vendor: home.vendor })
  if (why !== undefined) return why
  return { home, tenants: await countLiving(glance.view, home.vendor, id), coming: await glance.view.count('move', { vendor: home.vendor, destination: id, endedAt: null }) }
}

export const addHome = async (desk: Desk, home: Wanted): Promise<{ id: HomeId } | HomeRefused> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'home.change', { vendor }) ?? whyNoPattern(home)
  if (why !== undefined) return why
  const id = desk.world.newId<'home'>()
  await desk.tx.add('home', { id, vendor, ...home })
  journal(desk, 'home.change', 'home', id, { added: home })
  return { id }
}

/** Tenants that live there keep the addresses they have. */
export const changeHome = async (desk: Desk, id: HomeId, change: Partial<Omit<Wanted, 'kind'>>): Promise<Home | HomeRefused> => {
  const home = await desk.tx.lock('home', id)
  if (home === undefined) return { refused: 'not-found' }
  const changed = { ...home, ...change }
  const why = await barred(desk, 'home.change', { vendor: home.vendor }) ?? whyNoPattern(changed)
  if (why !== undefined) return why
  await desk.tx.put('home', changed)
  journal(desk, 'home.change', 'home', id, { changed: change })
  return changed
}

/** Where many tenants live, each needs an address of its own. */
const whyNoPattern = ({ kind, addressPattern }: Wanted): HomeRefused | undefined =>
  kind === 'shared' && addressPattern !== null && !addressPattern.includes('{name}') ? { refused: 'pattern-without-name', addressPattern } : undefined

/** Of several homes, each by its id. */
export const homesById = async (view: View, ids: readonly HomeId[]): Promise<ReadonlyMap<HomeId, Home>> => new Map((await view.list('home', { id: [...new Set(ids)] })).map(home => [home.id, home]))
