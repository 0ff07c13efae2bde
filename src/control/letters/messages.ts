import { isForVerifiedOnly } from '#domain/held-letters.ts'
import type { LetterEvent, LetterEvents } from '#domain/letters.ts'
import type { Job } from '#domain/job.ts'
import type { Who } from '#domain/journal.ts'
import type { Paper } from '#domain/paper.ts'
import type { ContactId, CustomerId, VendorId } from '#domain/parties.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, Message } from '#domain/records.ts'
import type { Desk } from '../ground/desk.ts'
import { peopleOf, type Reader, type To } from '../people/people.ts'

/** What a letter is told when it is written: all but the one secret in it, which is put in when it is sent. */
export type Told<Event extends LetterEvent> = Event extends 'address-check' | 'sign-in' ? Readonly<Record<string, never>> : Event extends 'second-factor' ? Omit<LetterEvents[Event], 'code'> : Event extends 'bundle-ready' | 'files-ready' ? Omit<LetterEvents[Event], 'link'> : LetterEvents[Event]

/** What goes with a letter. `paper`: it becomes a PDF of this name when the letter is sent. */
export type Enclosed = { readonly invitation?: { readonly method: 'REQUEST' | 'CANCEL'; readonly text: string }; readonly paper?: { readonly name: string; readonly paper: Paper } }

/** One letter to some people. `key`: with the person, the same never goes out twice. `facts`: for each reader their own where their language matters. */
export type Wanted<Event extends LetterEvent> = {
  readonly event: Event
  readonly key: string
  readonly facts: Told<Event> | ((reader: Reader) => Told<Event>)
  /** The thread it belongs to. */
  readonly move?: Move
  readonly customer?: CustomerId
  /** The id of what it is about, such as a task: when that is over, a letter that still waits is not sent. */
  readonly about?: string
  readonly by?: Who
  /** A secret that only its writer knows, as `sealSecret` gave it: the digits of a second factor. */
  readonly secret?: { readonly id: Message['id']; readonly sealed: string }
  readonly enclosed?: Enclosed
}
export type Letter = { readonly [Event in LetterEvent]: Wanted<Event> }[LetterEvent]

/** Of a message whose letter has a secret in it: where the vault keeps that. */
export const secretPurpose = 'letter'

/**
 * Writes a letter to people: a row for each in this transaction, which a job sends. Nobody who was removed is written to; a letter to an
 * address that is not verified is kept as dropped, and sent once it is. The ids of those that are new.
 */
export const write = async <Event extends LetterEvent>(desk: Desk, letter: Wanted<Event> & { readonly to: readonly To[]; readonly vendor?: VendorId }): Promise<Message['id'][]> => {
  const { to, vendor: given, ...wanted } = letter
  const customer = wanted.customer === undefined ? undefined : await desk.tx.get('customer', wanted.customer)
  const vendor = given ?? wanted.move?.vendor ?? customer?.vendor ?? await vendorOfFirst(desk, to)
  if (vendor === undefined) return []
  const people = await peopleOf(desk.tx, wanted.move === undefined ? [] : [wanted.move], { contacts: to.flatMap(one => ('contact' in one ? one.contact : [])), vendors: [vendor] })
  // Proof: Wanted<Event> of one event is one of the letters.
  return await writeTo(desk, vendor, [{ letter: wanted as unknown as Letter, readers: to.flatMap(one => people.reader(vendor, one) ?? []) }])
}

const vendorOfFirst = async ({ tx }: Desk, to: readonly To[]): Promise<VendorId | undefined> => {
  for (const one of to) {
    if ('operator' in one) return (await tx.get('operator', one.operator))?.vendor
    const contact = 'contact' in one ? await tx.get('contact', one.contact) : undefined
    if (contact === undefined) continue
    return contact.customer === null ? (contact.partner === null ? undefined : (await tx.get('partner', contact.partner))?.vendor) : (await tx.get('customer', contact.customer))?.vendor
  }
  return undefined
}

/** The same for many letters at once, whose readers are known. */
export const writeTo = async (desk: Desk, vendor: VendorId, letters: readonly { readonly letter: Letter; readonly readers: readonly Reader[] }[]): Promise<Message['id'][]> => {
  const { tx } = desk
  const rows = new Map([...addressChecks(letters), ...letters].flatMap(({ letter, readers }) => readers.map(reader => rowOf(desk, vendor, letter, reader))).map(row => [row.key, row]))
  if (rows.size === 0) return []
  const [known, asked] = [new Set<string>(), new Set<string>(letters.map(one => one.letter.event))]
  for (const { key } of await tx.list('message', { key: [...rows.keys()] }, { limit: rows.size })) known.add(key)
  const fresh = [...rows.values()].filter(row => !known.has(row.key))
  await tx.add('message', ...fresh)
  await tx.enqueue(...fresh.filter(row => row.state === 'waiting').map(letterJob))
  return fresh.filter(row => asked.has(row.event)).map(row => row.id)
}

/** Whose letter must wait until the address is verified is asked to verify it: once for each address. */
const addressChecks = (letters: readonly { readonly letter: Letter; readonly readers: readonly Reader[] }[]): { readonly letter: Letter; readonly readers: readonly Reader[] }[] => {
  const held = letters.flatMap(({ letter, readers }) => (isForVerifiedOnly(letter.event) ? readers.filter(reader => !reader.verified) : []))
  return held.flatMap(reader => (reader.contact === null ? [] : [{ letter: addressCheck(reader.contact, reader.address), readers: [reader] }]))
}

/** That letters reach somebody. */
export const addressCheck = (contact: ContactId, address: string): Wanted<'address-check'> => ({ event: 'address-check', key: `address-check ${address.toLowerCase()}`, facts: {}, about: contact })

const rowOf = ({ world, now }: Desk, vendor: VendorId, { event, key, facts, move, customer, about, by, secret, enclosed }: Letter, reader: Reader): Message => {
  const told: unknown = typeof facts === 'function' ? facts(reader) : facts
  const isBarred = isForVerifiedOnly(event) && !reader.verified
  return {
    id: secret?.id ?? world.newId(), vendor, customer: move?.customer ?? customer ?? reader.customer, move: move?.id ?? null, contact: reader.contact, operator: reader.operator, name: reader.name, address: reader.address,
    event, locale: reader.locale, key: `${key} ${reader.person}`, about: about ?? null, by: by ?? null, state: isBarred ? 'dropped' : 'waiting',
    // Proof: facts of letters, papers and invitations are texts, numbers and lists of them.
    facts: told as Json, sealed: secret?.sealed ?? null, enclosed: enclosed === undefined ? null : enclosed as unknown as Json,
    digest: null, messageId: null, why: isBarred ? unverified : null, createdAt: now, handedAt: null, sentAt: null,
  }
}

export const unverified = 'the address is not verified'

/** Dated by the row, so that who enqueues it again changes nothing of one that waits for its next try. */
export const letterJob = ({ id, createdAt }: Pick<Message, 'id' | 'createdAt'>): Job => ({ name: 'letter', key: id, at: createdAt, facts: { message: id } })

/** A secret for one letter, to be given to `write` with it. */
export const sealSecret = async ({ world }: Pick<Desk, 'world'>, secret: string, signal: AbortSignal): Promise<{ id: Message['id']; sealed: string }> => {
  const id = world.newId<'message'>()
  return { id, sealed: await world.vault.seal(secret, { purpose: secretPurpose, row: id }, signal) }
}
