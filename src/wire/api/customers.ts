import { z } from 'zod'
import { duties } from '#domain/parties.ts'
import { changesOf, country, email, endpoint, id, instant, locale, name, pageOf, paging, part, zone } from '../endpoint.ts'

export const customer = z.strictObject({ id: id('customer'), vendor: id('vendor'), partner: id('partner').nullable(), name, country, zone, locale })
export const contact = z.strictObject({
  id: id('contact'), customer: id('customer').nullable(), partner: id('partner').nullable(), name, company: name, email, phone: z.string().nullable(), extension: z.string().nullable(),
  duties: z.array(z.enum(duties)), locale, verifiedAt: instant.nullable(), removedAt: instant.nullable(),
})
const person = { name, company: name, email, phone: z.string().max(40).nullable(), extension: z.string().max(20).nullable(), duties: z.array(z.enum(duties)).min(1), locale }

export const customersApi = {
  'partners.list': endpoint({ method: 'GET', path: '/api/partners', says: 'The partners.', input: z.strictObject(paging), answer: pageOf(z.strictObject({ id: id('partner'), vendor: id('vendor'), name, locale })) }),
  'partners.add': endpoint({ method: 'POST', path: '/api/partners', says: 'Adds a partner.', input: z.strictObject({ name, locale }), answer: z.strictObject({ id: id('partner') }) }),
  'customers.list': endpoint({ method: 'GET', path: '/api/customers', says: 'The customers.', input: z.strictObject({ ...paging, partner: id('partner').exactOptional(), named: part.describe('that have this in their name').exactOptional() }), answer: pageOf(customer) }),
  'customers.read': endpoint({ method: 'GET', path: '/api/customers/{customer}', says: 'One customer with its contacts.', input: z.strictObject({ customer: id('customer') }), answer: z.strictObject({ customer, contacts: z.array(contact) }) }),
  'customers.add': endpoint({ method: 'POST', path: '/api/customers', says: 'Adds a customer.', input: z.strictObject({ name, country, zone, locale, partner: id('partner').nullable().default(null) }), answer: z.strictObject({ id: id('customer') }) }),
  'customers.change': endpoint({ method: 'POST', path: '/api/customers/{customer}', says: 'Changes what is known of a customer.', input: z.strictObject({ customer: id('customer'), ...changesOf({ name, country, zone, locale, partner: id('partner').nullable() }) }), answer: customer }),
  'contacts.add': endpoint({ method: 'POST', path: '/api/contacts', says: 'Adds a person at a customer or a partner: one of the two.', input: z.strictObject({ customer: id('customer').exactOptional(), partner: id('partner').exactOptional(), ...person, company: name.exactOptional(), phone: person.phone.default(null), extension: person.extension.default(null), locale: locale.exactOptional() }), answer: z.strictObject({ id: id('contact') }) }),
  'contacts.change': endpoint({ method: 'POST', path: '/api/contacts/{contact}', says: 'Changes what is known of a person. A changed address must be verified again.', input: z.strictObject({ contact: id('contact'), ...changesOf(person) }), answer: contact }),
  'contacts.remove': endpoint({ method: 'POST', path: '/api/contacts/{contact}/remove', says: 'Somebody is no longer there: nothing is sent to them any more, their sessions and links end.', input: z.strictObject({ contact: id('contact') }), answer: contact }),
}
