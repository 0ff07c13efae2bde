import type { NoAccess } from '#domain/access.ts'
import type { Contact, ContactId, CustomerId, PartnerId, VendorId } from '#domain/parties.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'

type Wanted = Pick<Contact, 'name' | 'email' | 'phone' | 'extension' | 'duties'> & { readonly company?: string; readonly locale?: Contact['locale']; readonly customer?: CustomerId; readonly partner?: PartnerId }

/** A new person at a customer or a partner. Its company and language are that one's unless said otherwise. */
export const addContact = async (desk: Desk, { customer, partner, ...wanted }: Wanted): Promise<{ id: ContactId } | NoAccess | { readonly refused: 'customer-or-partner' }> => {
  if ((customer === undefined) === (partner === undefined)) return { refused: 'customer-or-partner' }
  const of = customer === undefined ? await desk.tx.get('partner', partner as PartnerId) : await desk.tx.get('customer', customer)
  if (of === undefined) return { refused: 'not-found' }
  const contact: Contact = { id: desk.world.newId(), customer: customer ?? null, partner: partner ?? null, company: of.name, locale: of.locale, ...wanted, verifiedAt: null, removedAt: null }
  const why = await mayNot(desk, contact, of.vendor)
  if (why !== undefined) return why
  await desk.tx.add('contact', contact)
  journal(desk, 'contact.change', 'contact', contact.id, { added: { name: contact.name, duties: contact.duties } })
  return { id: contact.id }
}

/** A changed address has not been answered from yet. */
export const changeContact = async (desk: Desk, id: ContactId, change: Partial<Pick<Contact, 'name' | 'company' | 'email' | 'phone' | 'extension' | 'duties' | 'locale'>>): Promise<Contact | NoAccess | { readonly refused: 'contact-removed' }> => {
  const contact = await toBeChanged(desk, id)
  if ('refused' in contact) return contact
  if (contact.removedAt !== null) return { refused: 'contact-removed' }
  const isReaddressed = change.email !== undefined && change.email.toLowerCase() !== contact.email.toLowerCase()
  const changed = { ...change, ...(isReaddressed ? { verifiedAt: null } : {}) }
  await desk.tx.change('contact', id, changed)
  // Links that went to the address of before prove nothing of the new one.
  if (isReaddressed) for (const { id: link } of await desk.tx.list('link', { contact: id, usedAt: null, replacedAt: null })) await desk.tx.change('link', link, { replacedAt: desk.now })
  journal(desk, 'contact.change', 'contact', id, { changed: Object.keys(change) })
  return { ...contact, ...changed }
}

/** Gone in mid-move too: letters that wait are dropped, links and sessions end; open tasks stay, and are the duty's again. */
export const removeContact = async (desk: Desk, id: ContactId): Promise<Contact | NoAccess> => {
  const contact = await toBeChanged(desk, id)
  if ('refused' in contact || contact.removedAt !== null) return contact
  const { tx, now } = desk
  await tx.change('contact', id, { removedAt: now })
  for (const { id: message } of await tx.list('message', { contact: id, state: 'waiting' })) await tx.change('message', message, { state: 'dropped', why: 'the person is no longer there' })
  for (const { id: session } of await tx.list('session', { contact: id, endedAt: null })) await tx.change('session', session, { endedAt: now })
  for (const { id: link } of await tx.list('link', { contact: id, usedAt: null, replacedAt: null })) await tx.change('link', link, { replacedAt: now })
  for (const { id: task } of await tx.list('task', { contact: id, state: 'open' })) await tx.change('task', task, { contact: null })
  journal(desk, 'contact.change', 'contact', id, { removed: true })
  return { ...contact, removedAt: now }
}

const toBeChanged = async (desk: Desk, id: ContactId): Promise<Contact | NoAccess> => {
  const contact = await desk.tx.lock('contact', id)
  if (contact === undefined) return { refused: 'not-found' }
  const why = await mayNot(desk, contact, await vendorOfContact(desk, contact))
  return why ?? contact
}

/** Whose a person is: the partner's or the customer's own. */
const mayNot = (desk: Desk, { id, customer, partner, duties }: Contact, vendor: VendorId): Promise<NoAccess | undefined> =>
  barred(desk, 'contact.change', { vendor, customer, ...(partner === null ? {} : { partner }), party: partner === null ? 'customer' : 'partner', duties, person: id })

export const vendorOfContact = async (at: Desk | Glance, { customer, partner }: Contact): Promise<VendorId> => {
  const view = 'tx' in at ? at.tx : at.view
  const of = customer === null ? await view.get('partner', partner as PartnerId) : await view.get('customer', customer)
  return (of as { readonly vendor: VendorId }).vendor
}
