import type { Id } from './ids.ts'
import type { Text } from './locale.ts'
import type { Contact, ContactId, CustomerId } from './parties.ts'
import { type Session, hasSecondFactor } from './sign-in.ts'
import type { Instant } from './time.ts'

export const credentialStates = ['made', 'offered', 'revealed', 'expired', 'replaced'] as const
export type CredentialState = (typeof credentialStates)[number]

export const credentialVerbs = ['offer', 'reveal', 'expire', 'replace'] as const
export type CredentialVerb = (typeof credentialVerbs)[number]

/** What may happen next. A verb that is absent is refused. Offering again is to another contact, or to the same at a new address. */
const next = {
  made: { offer: 'offered', replace: 'replaced' },
  offered: { offer: 'offered', reveal: 'revealed', expire: 'expired', replace: 'replaced' },
  revealed: { replace: 'replaced' },
  expired: { replace: 'replaced' },
  replaced: {},
} as const satisfies Record<CredentialState, Partial<Record<CredentialVerb, CredentialState>>>

/** Only while somebody may still see it is the secret kept. What was seen, or was not seen in time, is erased: nobody can show it a second time. */
const keepsSecret = { made: true, offered: true, revealed: false, expired: false, replaced: false } as const satisfies Record<CredentialState, boolean>

/**
 * A user name and its password at the destination. `kind`: the master, or one for an integration with just the rights it uses. `sealed`: what the vault
 * made of the secret; null as soon as nobody may see it. `contact`, `email`: whom it is offered to, at which address.
 */
export type Credential = {
  readonly id: Id<'credential'>
  readonly customer: CustomerId
  readonly kind: 'master' | 'integration'
  readonly name: string
  readonly sealed: string | null
  readonly state: CredentialState
  readonly contact: ContactId | null
  readonly email: string | null
  readonly madeAt: Instant
  readonly offeredAt: Instant | null
  readonly expiresAt: Instant | null
  readonly revealedAt: Instant | null
}

/** The vault binds a sealed secret to this purpose and the credential's id. */
export const credentialPurpose = 'credential'

/** How long an offer waits to be looked at. */
export const offerLastsMs = 7 * 24 * 3_600_000

export const newCredential = ({ id, customer, kind, name }: Pick<Credential, 'id' | 'customer' | 'kind' | 'name'>, sealed: string, now: Instant): Credential =>
  ({ id, customer, kind, name, sealed, state: 'made', contact: null, email: null, madeAt: now, offeredAt: null, expiresAt: null, revealedAt: null })

export type NotNow = { readonly refused: 'not-now'; readonly state: CredentialState; readonly allowed: readonly CredentialVerb[] }

/** To whom a secret may go at all: a person of the customer's who has answered from the address it would be told at. */
export type OfferRefused = NotNow | { readonly refused: 'not-of-the-customer' | 'address-not-verified' | 'removed' }

export const offer = <C extends Credential>(credential: C, contact: Pick<Contact, 'id' | 'customer' | 'email' | 'verifiedAt' | 'removedAt'>, now: Instant): C | OfferRefused => {
  if (contact.removedAt !== null) return { refused: 'removed' }
  if (contact.customer !== credential.customer) return { refused: 'not-of-the-customer' }
  if (contact.verifiedAt === null) return { refused: 'address-not-verified' }
  const stepped = step(credential, 'offer')
  return 'refused' in stepped ? stepped : { ...stepped, contact: contact.id, email: contact.email, offeredAt: now, expiresAt: now + offerLastsMs }
}

export type RevealRefused =
  | { readonly refused: 'not-the-contact-on-file' | 'address-changed' | 'second-factor-missing' | 'not-offered' | 'replaced'; readonly says: Text }
  | { readonly refused: 'revealed-already' | 'expired'; readonly at: Instant; readonly says: Text }

/**
 * Shows the secret, this once. `credential` is what is stored from then on, without the secret: it must be stored before `sealed` is opened, so that a
 * crash in between costs a new credential and never a second showing. Somebody else learns nothing, not even its state.
 */
export const reveal = <C extends Credential>(
  credential: C, contact: Pick<Contact, 'id' | 'customer' | 'email' | 'removedAt'>, session: Pick<Session, 'contact' | 'secondFactorAt'>, now: Instant,
): { readonly credential: C; readonly sealed: string } | RevealRefused => {
  const isOnFile = credential.contact === contact.id && session.contact === contact.id && contact.customer === credential.customer && contact.removedAt === null
  if (!isOnFile) return refuse('not-the-contact-on-file')
  if (credential.email !== contact.email) return refuse('address-changed')
  if (credential.state === 'replaced') return refuse('replaced')
  if (credential.state === 'revealed') return { refused: 'revealed-already', at: credential.revealedAt ?? now, says: revealSays['revealed-already'] }
  const endedAt = credential.expiresAt ?? now
  if (credential.state === 'expired' || (credential.state === 'offered' && now >= endedAt)) return { refused: 'expired', at: endedAt, says: revealSays.expired }
  if (!hasSecondFactor(session, now)) return refuse('second-factor-missing')
  const stepped = step(credential, 'reveal')
  if ('refused' in stepped || credential.sealed === null) return refuse('not-offered')
  return { credential: { ...stepped, revealedAt: now }, sealed: credential.sealed }
}

/** An offer that nobody looked at in time. A job asks, as often as it likes. */
export const expire = <C extends Credential>(credential: C, now: Instant): C | NotNow =>
  credential.expiresAt !== null && now < credential.expiresAt ? notNow(credential) : step(credential, 'expire')

/** A new secret takes its place: it was lost, seen by the wrong person, or not looked at in time. */
export const replace = <C extends Credential>(credential: C): C | NotNow => step(credential, 'replace')

const step = <C extends Credential>(credential: C, verb: CredentialVerb): C | NotNow => {
  const table: Partial<Record<CredentialVerb, CredentialState>> = next[credential.state]
  const state = table[verb]
  return state === undefined ? notNow(credential) : { ...credential, state, sealed: keepsSecret[state] ? credential.sealed : null }
}

const notNow = ({ state }: Credential): NotNow => ({ refused: 'not-now', state, allowed: credentialVerbs.filter(verb => verb in next[state]) })

const refuse = (refused: 'not-the-contact-on-file' | 'address-changed' | 'second-factor-missing' | 'not-offered' | 'replaced'): RevealRefused => ({ refused, says: revealSays[refused] })

/** What a person reads. */
export const revealSays: Readonly<Record<RevealRefused['refused'], Text>> = {
  'not-the-contact-on-file': { en: 'Connection details go only to the contact on file.', ja: '接続情報は、ご登録のご担当者様にのみ開示いたします。' },
  'address-changed': { en: 'Your e-mail address has changed since this was made ready for you. We will make it ready anew.', ja: 'ご用意した後にメールアドレスが変更されています。改めてご用意いたします。' },
  'second-factor-missing': { en: 'Please type the six digits that we send you now.', ja: 'これからお送りする6桁の確認コードを入力してください。' },
  'not-offered': { en: 'This is not ready yet. We will write to you.', ja: 'まだご用意できておりません。準備が整い次第、ご連絡いたします。' },
  replaced: { en: 'This has been replaced by a newer one. Please use the newest e-mail.', ja: '新しいものに差し替えられています。最新のメールをご利用ください。' },
  'revealed-already': { en: 'This has been shown already, and is shown once only. If it was not you, or if it is lost, ask us for a new one.', ja: 'すでに表示済みです。表示は一度限りです。お心当たりがない場合や紛失された場合は、新しいものをお求めください。' },
  expired: { en: 'This was not looked at in time. Please ask us for a new one.', ja: '表示期限を過ぎました。新しいものをお求めください。' },
}
