import type { NoAccess } from '#domain/access.ts'
import { credentialPurpose, expire, newCredential, offer, replace, reveal, type OfferRefused, type RevealRefused } from '#domain/credential.ts'
import type { WantedUser } from '#domain/orders.ts'
import type { Contact, ContactId } from '#domain/parties.ts'
import type { Move } from '#domain/programmes.ts'
import type { Credential, MoveOrder, Session } from '#domain/records.ts'
import type { Told } from '#domain/report.ts'
import { newBox, openWith } from '#lib/sealed-box.ts'
import { barred, type Caller, decide, type Desk, type Glance, isRefused, journal } from '../ground/desk.ts'
import { addOrder, factsOf, sealedKeyOf, type OrderGiven, type OrderNotGiven } from './orders.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import type { World } from '../ground/world.ts'

export type CredentialId = Credential['id']
/** As it is listed: not where it is seen, not by whom it was sealed. */
export type ShownCredential = Omit<Credential, 'sealed' | 'email'>

const vaultMs = 10_000
export const orderKeyPurpose = 'order-key'

/** Has an agent make users at the destination. Their secrets travel sealed to a key of this order, whose private half is in the vault until the order ends. */
export const makeCredentials = async (desk: Desk, { move: id, wanted }: { readonly move: Move['id']; readonly wanted: readonly WantedUser[] }): Promise<OrderGiven | OrderNotGiven | { readonly refused: 'names-twice' }> => {
  const { tx, world } = desk
  const move = await tx.lock('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'credential.make', move)
  if (why !== undefined) return why
  const isTwice = (names: readonly string[]): boolean => new Set(names).size < names.length
  if (isTwice(wanted.map(one => one.name)) || isTwice(wanted.map(one => one.user))) return { refused: 'names-twice' }
  for (const { offerTo: to } of wanted) {
    const contact = to === null ? undefined : await tx.get('contact', to)
    if (to !== null && contact?.customer !== move.customer) return { refused: 'not-found' }
  }
  const [order, box] = [world.newId<'order'>(), newBox()]
  const sealedKey = await world.vault.seal(box.privateKey, { purpose: orderKeyPurpose, row: order }, AbortSignal.timeout(vaultMs))
  return await addOrder(desk, move, 'credential', { how: null, watchSeconds: null, users: { wanted, publicKey: box.publicKey }, sealedKey }, order)
}

/** What an agent is told the seal of a user's secret to be about. */
export const aboutSecret = (order: MoveOrder['id'], name: string): string => `${order} ${name}`

/** Keeps the secret of a user that an agent made: opened here with the order's key, and sealed at once for its row. The one before it of this name is replaced. */
export const keepMade = async (desk: Desk, order: MoveOrder, { name, sealed }: Extract<Told, { type: 'made' }>): Promise<{ readonly credential: CredentialId } | { readonly refused: string }> => {
  const { tx, world, now } = desk
  const wanted = factsOf(order).users?.wanted.find(one => one.name === name)
  const sealedKey = sealedKeyOf(order)
  if (wanted === undefined || sealedKey === undefined) return { refused: 'it was not wanted' }
  const key = await world.vault.open(sealedKey, { purpose: orderKeyPurpose, row: order.id }, AbortSignal.timeout(vaultMs))
  const secret = openWith(key, aboutSecret(order.id, name), sealed)
  if (secret === undefined) return { refused: 'it was not sealed for this order' }
  const id = world.newId<'credential'>()
  const kept = await world.vault.seal(secret, { purpose: credentialPurpose, row: id }, AbortSignal.timeout(vaultMs))
  const before = await tx.find('credential', { move: order.move, name, state: ['made', 'offered', 'revealed', 'expired'] })
  if (before !== undefined) await tx.change('credential', before.id, stateOf(replace(before)))
  const { vendor, customer, move } = order
  const credential: Credential = { ...newCredential({ id, customer, kind: wanted.kind, name }, kept, now), vendor, customer, move }
  await tx.add('credential', credential)
  journal(desk, 'credential.make', 'credential', id, { name, kind: wanted.kind, move, ...(before === undefined ? {} : { replaces: before.id }) })
  const contact = wanted.offerTo === null ? undefined : await tx.get('contact', wanted.offerTo)
  const offered = contact === undefined ? undefined : await offerTo(desk, credential, contact)
  return { credential: id, ...(offered !== undefined && isRefused(offered) ? { notOffered: offered.refused } : {}) }
}

/** Of a step of the rules: what of it is kept. Its answer is one of two, and the caller knows that this one cannot be refused. */
const stateOf = (next: Credential | { readonly refused: string }): Partial<Credential> => ('refused' in next ? {} : { state: next.state, sealed: next.sealed })

/** Makes a secret ready to be seen by one person of the customer's, at the address they answered from. */
export const offerCredential = async (desk: Desk, { credential: id, contact: to }: { readonly credential: CredentialId; readonly contact: ContactId }): Promise<{ expiresAt: number } | NoAccess | OfferRefused> => {
  const credential = await desk.tx.lock('credential', id)
  if (credential === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'credential.offer', { vendor: credential.vendor, customer: credential.customer })
  if (why !== undefined) return why
  const contact = await desk.tx.get('contact', to)
  return contact === undefined || (await isElsewhere(desk, credential, contact)) ? { refused: 'not-found' } : await offerTo(desk, credential, contact)
}

/** Of another vendor: that this person exists is not told. */
const isElsewhere = async ({ tx }: Desk, { vendor }: Credential, { customer, partner }: Contact): Promise<boolean> =>
  ((customer === null ? undefined : await tx.get('customer', customer)) ?? (partner === null ? undefined : await tx.get('partner', partner)))?.vendor !== vendor

const offerTo = async (desk: Desk, credential: Credential, contact: Contact): Promise<{ expiresAt: number } | OfferRefused> => {
  const { tx, now } = desk
  const offered = offer(credential, contact, now)
  if ('refused' in offered) return offered
  const { state, offeredAt, email } = offered
  const expiresAt = offered.expiresAt ?? now
  await tx.change('credential', credential.id, { state, contact: contact.id, email, offeredAt, expiresAt })
  await tx.enqueue({ name: 'react', key: `credential-offered ${credential.id} ${now}`, at: now, facts: { event: 'credential-offered', credential: credential.id, contact: contact.id }, group: credential.move })
  journal(desk, 'credential.offer', 'credential', credential.id, { name: credential.name, to: contact.name })
  return { expiresAt }
}

/** What was sealed: user, password and where to use them. */
export type Secret = { readonly secret: string }

/**
 * Shows a secret to the contact on file, this once, after the second factor. That it was shown is committed before it is opened: a crash in between costs a new credential and
 * never a second showing. The answer is kept nowhere, so a request that is asked again is told that it was shown.
 */
export const revealCredential = async (world: World, caller: Caller, session: string | undefined, id: CredentialId): Promise<Secret | NoAccess | RevealRefused | { readonly refused: 'key-taken' }> => {
  const taken = await decide(world, caller, desk => takeSecret(desk, session, id))
  return 'refused' in taken ? taken : { secret: await world.vault.open(taken.sealed, { purpose: credentialPurpose, row: id }, AbortSignal.timeout(vaultMs)) }
}

const takeSecret = async (desk: Desk, session: string | undefined, id: CredentialId): Promise<{ sealed: string } | NoAccess | RevealRefused> => {
  const { tx, actor, now } = desk
  const credential = await tx.lock('credential', id)
  if (credential === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'credential.reveal', { vendor: credential.vendor, customer: credential.customer, party: 'customer', person: credential.contact })
  if (why !== undefined) return why
  const contact = actor.kind === 'customer' ? await tx.get('contact', actor.id) : undefined
  const signedIn = session === undefined ? undefined : await tx.get('session', session as Session['id'])
  if (contact === undefined || signedIn === undefined) return { refused: 'not-found' }
  const shown = reveal(credential, contact, signedIn, now)
  if ('refused' in shown) return shown
  await tx.change('credential', id, { state: shown.credential.state, sealed: shown.credential.sealed, revealedAt: shown.credential.revealedAt })
  journal(desk, 'credential.reveal', 'credential', id, { name: credential.name })
  return { sealed: shown.sealed }
}

export const listCredentials = async (glance: Glance, { move, ...paging }: Paging & { readonly move: Move['id'] }): Promise<Page<ShownCredential> | NoAccess> => {
  const page = await pageOf(glance, 'credential.read', 'credential', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ sealed: _, email: __, ...one }) => one) }
}

const mostAtOnce = 500

/** Ends the offers that nobody looked at in time: their secrets are erased. A job asks, as often as it likes; answers how many. */
export const expireCredentials = async (desk: Desk): Promise<number> => {
  const { tx, now } = desk
  const late = await tx.list('credential', { state: 'offered', expiresAt: { to: now } }, { limit: mostAtOnce })
  let ended = 0
  for (const { id } of late) {
    const credential = await tx.lock('credential', id)
    const over = credential === undefined ? undefined : expire(credential, now)
    if (over === undefined || 'refused' in over) continue
    await tx.change('credential', id, stateOf(over))
    journal(desk, 'credential.expire', 'credential', id, { name: over.name })
    ended++
  }
  return ended
}
