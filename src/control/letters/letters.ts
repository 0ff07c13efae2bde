import { Fault } from '#domain/faults.ts'
import { isForVerifiedOnly } from '#domain/held-letters.ts'
import { type LetterEvent, type LetterEvents, writeLetter } from '#domain/letters.ts'
import type { Correspondence, TurnTo } from '#domain/letters/correspondence.ts'
import type { Rendered } from '#domain/letters/render.ts'
import { canJoin, togetherOf } from '#domain/outage.ts'
import type { Contact } from '#domain/parties.ts'
import { isGivenUp } from '#domain/programmes.ts'
import type { Message } from '#domain/records.ts'
import { type LinkPurpose, newLink, replacedBy, type Link } from '#domain/sign-in.ts'
import { assert } from '#lib/assert.ts'
import { sha256 } from '#lib/hash.ts'
import type { Handler, Holding } from '#ports/jobs.ts'
import type { View } from '#ports/ledger.ts'
import type { Letter, Mail, Mailbox } from '#ports/mail.ts'
import { asSystem } from '../ground/as-system.ts'
import { letterBounced } from './bounces.ts'
import type { Desk } from '../ground/desk.ts'
import { pages } from './links.ts'
import { type Enclosed, letterJob, secretPurpose, unverified } from './messages.ts'
import { turnToFor } from '../running/settings.ts'
import type { World } from '../ground/world.ts'

/** By which letters go out, and whose address stands on them. */
export type Post = { readonly mail: Mail; readonly from: Mailbox }

/**
 * Sends one letter. Looked at when it is its turn: what is over by then is not sent. The mail server gets a letter once, but for one case: a process that
 * is cut off, killed or stopped between handing it over and writing down that it was taken sends it again, under the same Message-ID.
 */
export const letterHandler = (world: World, post: Post | undefined): Handler => async ({ facts }, holding) => {
  const { message: id } = facts as { readonly message: Message['id'] }
  if (post === undefined) throw new Fault('MAIL_UNREACHABLE', { server: '(none)', reason: 'no mail server is in the settings', taken: 'no' })
  const ready = await prepare(world, id, post, holding)
  if (ready === undefined || !(await holding.stillMine())) return
  const letter = await letterOf(world, ready, post, holding.signal)
  const sent = await handed(world, post, letter, ready.message, holding)
  if (sent === undefined) return
  // Without asking whether the job is still ours: whoever has it now must know that the letter is out.
  await asSystem(world, async ({ tx, now }) => {
    const out = { state: 'sent', messageId: sent, why: null, sealed: null, sentAt: now } as const
    await tx.change('message', id, out, { state: 'waiting' })
    if (ready.message.event === 'digest') for (const one of await tx.list('message', { digest: id, state: 'waiting' })) await tx.change('message', one.id, out)
  })
}

type Ready = { readonly message: Message; readonly to: Correspondence; readonly token: string | undefined; readonly until: number | undefined }

/** Decides what becomes of a letter whose turn it is. Undefined: nothing is to be sent. */
const prepare = async (world: World, id: Message['id'], post: Post, { signal }: Holding): Promise<Ready | undefined> => {
  const fresh = await freshSecret(world, id, signal)
  return await asSystem(world, async desk => {
    const { tx, now } = desk
    const message = await tx.lock('message', id)
    if (message === undefined || message.state !== 'waiting' || message.digest !== null) return undefined
    const contact = message.contact === null ? undefined : await tx.get('contact', message.contact)
    const why = await whyNotSent(desk, message, contact)
    if (why !== undefined) {
      await tx.change('message', id, { state: 'dropped', why, sealed: why === unverified ? message.sealed : null })
      return undefined
    }
    const addressed = contact === undefined ? message : { ...message, address: contact.email, name: contact.name, locale: contact.locale }
    if (await gather(desk, addressed)) return undefined
    const current = message.event === 'digest' ? await newsOf(desk, addressed, contact) : addressed
    if (isEmpty(current)) {
      await tx.change('message', id, { state: 'dropped', why: 'nothing in it is news any more' })
      return undefined
    }
    const secret = await secretOf(desk, current, fresh)
    await tx.change('message', id, { address: current.address, name: current.name, locale: current.locale, handedAt: now, ...(secret?.sealed === undefined ? {} : { sealed: secret.sealed }) })
    return { message: current, to: await correspondenceOf(tx, current, contact, post.from), token: secret?.token, until: secret?.until }
  })
}

/** What is true no longer, or must not go there. Undefined: it goes. */
const whyNotSent = async ({ tx, now }: Desk, { event, contact: to, operator, about, move: moveId, facts, createdAt }: Message, contact: Contact | undefined): Promise<string | undefined> => {
  if (to !== null && (contact === undefined || contact.removedAt !== null)) return 'the person is no longer there'
  if (operator !== null && ((await tx.get('operator', operator))?.disabledAt ?? null) !== null) return 'the person is no longer there'
  if (contact !== undefined && contact.verifiedAt === null) {
    // What is in a digest is looked at by itself.
    if (isForVerifiedOnly(event) && event !== 'digest') return unverified
    if (event !== 'address-check' && (await tx.list('message', { contact: contact.id, address: contact.email, state: 'bounced' }, { limit: 1 })).length > 0) return 'letters to this address come back'
  }
  if (event === 'address-check' && contact !== undefined && contact.verifiedAt !== null && contact.verifiedAt >= createdAt) return 'the address is verified'
  const until = typeof facts === 'object' && facts !== null && 'until' in facts ? facts.until : undefined
  if ((event === 'second-factor' || event === 'credentials-ready' || event === 'bundle-ready' || event === 'files-ready') && typeof until === 'number' && until <= now) return 'what it is about is no longer valid'
  if (!ofTasks.includes(event)) return undefined
  // Proof: letters about tasks are about a task.
  const task = about === null ? undefined : await tx.get('task', about as never)
  if (task?.state !== 'open') return 'the task is no longer open'
  if (task.dueOn !== (facts as { readonly due?: string }).due) return 'the task has another day'
  const move = moveId === null ? undefined : await tx.get('move', moveId)
  return move !== undefined && !isGivenUp(move) ? undefined : 'the move was given up'
}

const ofTasks: readonly string[] = ['task-assigned', 'task-reminder', 'task-overdue', 'escalation']

/** After mail was away for long, one letter tells a person what many would have. True: this one is told in it. */
const gather = async (desk: Desk, message: Message): Promise<boolean> => {
  const { tx, now, world } = desk
  if (!canJoin(message)) return false
  const where = { address: message.address, vendor: message.vendor, state: 'waiting' } as const
  const waiting = await tx.list('message', where)
  const open = waiting.find(one => one.event === 'digest' && one.handedAt === null)
  const locked = open === undefined ? undefined : await tx.lock('message', open.id)
  if (locked?.state === 'waiting' && locked.handedAt === null) return await tx.change('message', message.id, { digest: locked.id, why: inOne })
  // Read before they are locked, so that most letters lock nothing.
  if (togetherOf(waiting, now).length === 0) return false
  for (const { id } of waiting) await tx.lock('message', id)
  const some = togetherOf(await tx.list('message', where), now)
  const [first] = some
  if (first === undefined || !some.some(one => one.id === message.id)) return false
  const digest: Message = { ...message, id: world.newId(), event: 'digest', key: `digest ${first.id}`, about: null, by: null, facts: {}, move: null, sealed: null, enclosed: null, digest: null, createdAt: now, handedAt: null }
  await tx.add('message', digest)
  for (const { id } of some) await tx.change('message', id, { digest: digest.id, why: inOne })
  await tx.cancel(...some.map(one => one.id).filter(id => id !== message.id))
  await tx.enqueue(letterJob(digest))
  return true
}

const inOne = 'told in one letter with others'

/** What is told in a digest is decided when it goes: until the mail server may have it, others join it. */
const newsOf = async (desk: Desk, digest: Message, contact: Contact | undefined): Promise<Message> => {
  const { tx, world } = desk
  if (digest.handedAt === null) {
    const more = (await tx.list('message', { address: digest.address, vendor: digest.vendor, state: 'waiting' })).filter(canJoin)
    for (const { id } of more) await tx.change('message', id, { digest: digest.id, why: inOne }, { state: 'waiting', digest: null, handedAt: null })
    await tx.cancel(...more.map(one => one.id))
  }
  const to = await correspondenceOf(tx, digest, undefined, { name: '-', address: '-' })
  const told: Message[] = []
  for (const one of await tx.list('message', { digest: digest.id, state: 'waiting' })) {
    const why = await whyNotSent(desk, one, contact)
    if (why === undefined) told.push(one)
    else await tx.change('message', one.id, { state: 'dropped', digest: null, why })
  }
  const news = told.map(one => ({ label: writeLetter(one.event as LetterEvent, one.facts as never, to).subject, url: linkIn(one) ?? (one.move === null ? world.site : pages.move(world, one.move)) }))
  return { ...digest, facts: { since: told[0]?.createdAt ?? digest.createdAt, news } }
}

const isEmpty = ({ event, facts }: Message): boolean => event === 'digest' && (facts as { readonly news?: readonly unknown[] }).news?.length === 0

const linkIn = ({ facts }: Message): string | undefined => (typeof facts === 'object' && facts !== null && 'link' in facts && typeof facts.link === 'string' ? facts.link : undefined)

/** Whose letter has a link in it that signs people in, and for what. */
const linkPurposes: Partial<Record<string, LinkPurpose>> = { 'address-check': 'verify-contact', 'sign-in': 'sign-in' }

/** A token for a letter with a link, made outside of the transaction: the vault may be slow. */
const freshSecret = async (world: World, id: Message['id'], signal: AbortSignal): Promise<{ token: string; sealed: string } | undefined> => {
  const message = await world.ledger.read(view => view.get('message', id))
  if (message === undefined || message.state !== 'waiting' || (linkPurposes[message.event] === undefined && message.sealed === null)) return undefined
  const place = { purpose: secretPurpose, row: id }
  if (message.sealed !== null) {
    const token = await world.vault.open(message.sealed, place, signal)
    if (linkPurposes[message.event] === undefined || await isUsable(world, token)) return { token, sealed: message.sealed }
  }
  const token = world.secret()
  return { token, sealed: await world.vault.seal(token, place, signal) }
}

/** A link whose letter waited for too long is made anew. */
const isUsable = async (world: World, token: string): Promise<boolean> => {
  const link = await world.ledger.read(view => view.find('link', { hash: sha256(token) }))
  return link === undefined || (link.usedAt === null && link.replacedAt === null && link.expiresAt > world.clock.now())
}

/** The secret of a letter. A link lasts from when its letter is first handed over; a second try has the same one, so that a mailbox that shows only one of the two shows one that works. */
const secretOf = async ({ tx, now, world }: Desk, { event, contact, facts }: Message, fresh: { token: string; sealed: string } | undefined): Promise<{ token: string; sealed: string; until: number } | undefined> => {
  const purpose = linkPurposes[event]
  if (fresh === undefined) return undefined
  if (purpose === undefined || contact === null) return { ...fresh, until: (facts as { until?: number }).until ?? now }
  const hash = sha256(fresh.token)
  const known = await tx.find('link', { hash })
  if (known !== undefined) return { ...fresh, until: known.expiresAt }
  const link = newLink({ id: world.newId(), contact, purpose }, fresh.token, now)
  const older = (await tx.list('link', { contact, purpose, usedAt: null, replacedAt: null })) as Link[]
  for (const { id } of replacedBy(link, older, now)) await tx.change('link', id, { replacedAt: now })
  await tx.add('link', link)
  return { ...fresh, until: link.expiresAt }
}

const correspondenceOf = async (view: View, message: Message, contact: Contact | undefined, from: Mailbox): Promise<Correspondence> => {
  const vendor = await view.get('vendor', message.vendor)
  assert(vendor !== undefined, 'a message is of a vendor')
  const customer = contact?.customer === null || contact?.customer === undefined ? undefined : await view.get('customer', contact.customer)
  const move = message.move === null ? undefined : await view.get('move', message.move)
  const people = await turnToFor(view, vendor.id, move === undefined ? undefined : await view.get('programme', move.programme))
  const turnTo: TurnTo[] = people.map(({ role, name, email, phone }) => ({ duty: role, name, address: email, phone }))
  return {
    vendor: vendor.name, locale: message.locale, zone: customer?.zone ?? vendor.zone, name: message.name, company: contact?.company ?? (message.contact === null ? vendor.name : ''),
    turnTo: turnTo.length > 0 ? turnTo : [{ duty: 'support', name: vendor.name, address: from.address, phone: null }],
  }
}

const letterOf = async (world: World, { message, to, token, until }: Ready, { from }: Post, signal: AbortSignal): Promise<Letter> => {
  const purpose = linkPurposes[message.event]
  const secret = token === undefined ? {} : message.event === 'bundle-ready' || message.event === 'files-ready' ? { link: pages.bundle(world, token) } : purpose === undefined ? { code: token } : { link: pages.link(world, purpose, token), until }
  // Proof: a message's facts are those of its event, by `write`.
  const facts = { ...(message.facts as object), ...secret } as LetterEvents[LetterEvent]
  const { subject, text, html }: Rendered = writeLetter(message.event as LetterEvent, facts as never, to)
  const { invitation, attachments } = await enclosedOf(world, message, signal)
  const [first] = to.turnTo
  return {
    key: message.id, from, replyTo: first === undefined || first.address === from.address ? null : { name: first.name, address: first.address }, to: { name: message.name, address: message.address }, subject, text, html,
    thread: message.move ?? message.customer, invitation, attachments, writtenAt: message.createdAt,
  }
}

const enclosedOf = async (world: World, { enclosed }: Message, signal: AbortSignal): Promise<Pick<Letter, 'invitation' | 'attachments'>> => {
  const { invitation, paper } = (enclosed ?? {}) as Enclosed
  const attachments = paper === undefined ? [] : [{ name: paper.name, type: 'application/pdf', bytes: await world.documents.pdf(paper.paper, signal) }]
  return { invitation: invitation ?? null, attachments }
}

/** The Message-ID under which the server took it. Undefined: it never will, and that is written down. */
const handed = async (world: World, { mail }: Post, letter: Letter, message: Message, { signal }: Holding): Promise<string | undefined> => {
  try {
    return (await mail.send(letter, signal)).id
  } catch (error) {
    // Where the connection broke before the answer, nobody knows whether it was taken: the same letter is sent again.
    if (!(error instanceof Fault) || error.code !== 'MAIL_REFUSED') {
      if (error instanceof Fault && error.facts['taken'] === 'no') await asSystem(world, ({ tx }) => tx.change('message', message.id, { handedAt: null }, { state: 'waiting' }))
      throw error
    }
    const { of, reason, server } = error.facts as { of: string; reason: string; server: string }
    // Not the letter's fault: once somebody has put the settings right it goes.
    if (of === 'sender') throw new Fault('MAIL_UNREACHABLE', { server, reason }, { cause: error })
    await asSystem(world, async desk => {
      if (of === 'recipient') await letterBounced(desk, message, reason)
      else await desk.tx.change('message', message.id, { state: 'failed', why: reason, sealed: null }, { state: 'waiting' })
    })
    return undefined
  }
}
