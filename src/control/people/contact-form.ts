import type { NoAccess } from '#domain/access.ts'
import type { Move } from '#domain/programmes.ts'
import { isMailAddress } from '#domain/mail-address.ts'
import { addContact, changeContact } from './contacts.ts'
import type { Desk } from '../ground/desk.ts'

export type NotOnFile = NoAccess | { readonly refused: 'contact-removed' } | { readonly refused: 'no-mail-address'; readonly address: string } | { readonly refused: 'customer-or-partner' }

/** What a task's form says of the contact for this move goes on file (B11). */
export const keepOnFile = async (desk: Desk, { customer }: Pick<Move, 'customer'>, answers: Readonly<Record<string, unknown>>): Promise<NotOnFile | undefined> => {
  const given = Object.fromEntries(['name', 'company', 'email', 'phone', 'extension'].flatMap(field => (typeof answers[field] === 'string' ? [[field, answers[field].trim()]] : []))) as { name?: string; company?: string; email?: string; phone?: string; extension?: string }
  if (given.email !== undefined && !isMailAddress(given.email)) return { refused: 'no-mail-address', address: given.email }
  const there = await desk.tx.list('contact', { customer, removedAt: null })
  const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
  // By address, or a person who is known by that name and has a new one; anybody else is somebody new, and nobody's entry is written over.
  const person = there.find(one => same(given.email, one.email)) ?? there.find(one => same(given.name, one.name))
  if (person === undefined) {
    const { name, email, phone = null, extension = null, company } = given
    if (name === undefined || email === undefined) return undefined
    const added = await addContact(desk, { customer, name, email, phone, extension, duties: ['point-of-contact'], ...(company === undefined ? {} : { company }) })
    return 'refused' in added ? added : undefined
  }
  const duties = person.duties.includes('point-of-contact') ? {} : { duties: [...person.duties, 'point-of-contact' as const] }
  const changed = await changeContact(desk, person.id, { ...given, ...duties })
  return 'refused' in changed ? changed : undefined
}
