import type { Contact, Customer, CustomerId, Partner, PartnerId } from '#domain/parties.ts'
import type { NoAccess, Scope } from '#domain/access.ts'
import { barred, type Desk, journal, sight, vendorOf, type Glance } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { replanCustomer } from '../plans/redate.ts'

type NotFound = { readonly refused: 'not-found' }
type NameTaken = { readonly refused: 'name-taken'; readonly name: string }

export const listPartners = (glance: Glance, paging: Paging): Promise<Page<Partner> | NoAccess> => pageOf(glance, 'partner.read', 'partner', {}, paging)

export const addPartner = async (desk: Desk, partner: Omit<Partner, 'id' | 'vendor'>): Promise<{ id: PartnerId } | NoAccess | NameTaken> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'partner.change', { vendor })
  if (why !== undefined) return why
  if (await desk.tx.count('partner', { vendor, name: partner.name }) > 0) return { refused: 'name-taken', name: partner.name }
  const id = desk.world.newId<'partner'>()
  await desk.tx.add('partner', { id, vendor, ...partner })
  journal(desk, 'partner.change', 'partner', id, { added: partner })
  return { id }
}

export const listCustomers = (glance: Glance, { partner, named, ...paging }: Paging & { readonly partner?: PartnerId; readonly named?: string }): Promise<Page<Customer> | NoAccess> =>
  pageOf(glance, 'customer.read', 'customer', { ...(partner === undefined ? {} : { partner }), ...(named === undefined ? {} : { named }) }, paging)

export const readCustomer = async (glance: Glance, id: CustomerId): Promise<{ customer: Customer; contacts: Contact[] } | NoAccess | NotFound> => {
  const customer = await glance.view.get('customer', id)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'customer.read', { vendor: customer.vendor, customer: id, partner: customer.partner })
  if (why !== undefined) return why
  const seen: Scope | NoAccess = sight(glance, 'contact.read')
  return { customer, contacts: 'refused' in seen ? [] : await glance.view.list('contact', { customer: id, within: seen }) }
}

export const addCustomer = async (desk: Desk, customer: Omit<Customer, 'id' | 'vendor'>): Promise<{ id: CustomerId } | NoAccess | NameTaken> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'customer.change', { vendor, partner: customer.partner })
  if (why !== undefined) return why
  if (await desk.tx.count('customer', { vendor, name: customer.name }) > 0) return { refused: 'name-taken', name: customer.name }
  const id = desk.world.newId<'customer'>()
  await desk.tx.add('customer', { id, vendor, ...customer })
  journal(desk, 'customer.change', 'customer', id, { added: customer })
  return { id }
}

export const changeCustomer = async (desk: Desk, id: CustomerId, change: Partial<Omit<Customer, 'id' | 'vendor'>>): Promise<Customer | NoAccess> => {
  const customer = await desk.tx.lock('customer', id)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'customer.change', { vendor: customer.vendor, customer: id, partner: customer.partner })
  if (why !== undefined) return why
  await desk.tx.change('customer', id, change)
  journal(desk, 'customer.change', 'customer', id, { changed: change })
  const changed = { ...customer, ...change }
  if (changed.country !== customer.country || changed.zone !== customer.zone) await replanCustomer(desk, changed)
  return changed
}

