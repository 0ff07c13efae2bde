import { addContact, changeContact, removeContact } from '#control/people/contacts.ts'
import { addCustomer, addPartner, changeCustomer, listCustomers, listPartners, readCustomer } from '#control/people/customers.ts'
import type { customersApi } from '#wire/api/customers.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const customersBindings: Bindings<typeof customersApi> = {
  'partners.list': looking(listPartners),
  'partners.add': deciding(addPartner),
  'customers.list': looking(listCustomers),
  'customers.read': looking((at, { customer }) => readCustomer(at, customer)),
  'customers.add': deciding(addCustomer),
  'customers.change': deciding((desk, { customer, ...change }) => changeCustomer(desk, customer, change)),
  'contacts.add': deciding(addContact),
  'contacts.change': deciding((desk, { contact, ...change }) => changeContact(desk, contact, change)),
  'contacts.remove': deciding((desk, { contact }) => removeContact(desk, contact)),
}
