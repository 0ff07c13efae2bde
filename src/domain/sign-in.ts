import { sha256 } from '#lib/hash.ts'
import { isSameSecret } from '#lib/secret.ts'
import type { OperatorId } from './access.ts'
import type { Id } from './ids.ts'
import type { Text } from './locale.ts'
import type { ContactId } from './parties.ts'
import type { Instant } from './time.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * What a link in a letter is for. `once`: it is consumed by a POST; GET shows a page with a button and changes nothing, because the scanners of mail
 * servers open every link. A feed is read again and again by a calendar, until it is replaced.
 */
const linkRules = {
  'sign-in': { lastsMs: 7 * day, once: true },
  'verify-contact': { lastsMs: 14 * day, once: true },
  quote: { lastsMs: 30 * day, once: true },
  feed: { lastsMs: 400 * day, once: false },
} as const satisfies Record<string, { readonly lastsMs: number; readonly once: boolean }>

export type LinkPurpose = keyof typeof linkRules
export const linkPurposes = Object.keys(linkRules) as readonly LinkPurpose[]

/** A link that was sent to a contact. The token is in the letter only; here is its SHA-256. */
export type Link = {
  readonly id: Id<'link'>; readonly contact: ContactId; readonly purpose: LinkPurpose; readonly hash: string
  readonly createdAt: Instant; readonly expiresAt: Instant; readonly usedAt: Instant | null; readonly replacedAt: Instant | null
}

/** `endsAt`: the link is of no use after it, as after the end of a quote. */
export const newLink = ({ id, contact, purpose, endsAt }: Pick<Link, 'id' | 'contact' | 'purpose'> & { readonly endsAt?: Instant }, token: string, now: Instant): Link =>
  ({ id, contact, purpose, hash: sha256(token), createdAt: now, expiresAt: Math.min(endsAt ?? Infinity, now + linkRules[purpose].lastsMs), usedAt: null, replacedAt: null })

/** The older links that a new one makes void: those of its contact and purpose that could still be used. They are stored in the transaction that stores the new one. */
export const replacedBy = (fresh: Link, older: readonly Link[], now: Instant): Link[] =>
  older.filter(link => link.id !== fresh.id && link.contact === fresh.contact && link.purpose === fresh.purpose && !isUsedUp(link) && link.replacedAt === null).map(link => ({ ...link, replacedAt: now }))

/** `again`: a new one may be asked for, which goes to the same address. */
export type LinkRefused = { readonly refused: 'link-unknown' | 'link-used' | 'link-replaced' | 'link-expired' | 'removed'; readonly says: Text; readonly again: boolean }

/** Whether a link may be used now. Answered alike to GET, which only looks, and to POST, which then stores `usedLink` where `usedAt` is still null. */
export const decideLink = (link: Link | undefined, contact: { readonly removedAt: Instant | null }, now: Instant): { readonly link: Link } | LinkRefused => {
  if (link === undefined) return refuseLink('link-unknown', false)
  if (contact.removedAt !== null) return refuseLink('removed', false)
  if (isUsedUp(link)) return refuseLink('link-used', true)
  if (link.replacedAt !== null) return refuseLink('link-replaced', true)
  return now < link.expiresAt ? { link } : refuseLink('link-expired', true)
}

const isUsedUp = (link: Link): boolean => link.usedAt !== null && linkRules[link.purpose].once

export const usedLink = (link: Link, now: Instant): Link => ({ ...link, usedAt: now })

const refuseLink = (refused: LinkRefused['refused'], again: boolean): LinkRefused => ({ refused, says: signInSays[refused], again })

/** Who is signed in. The token is in the cookie only. `expiresAt`: the end, however busy; before it, a session ends when nothing was done for a while. */
export type Session = {
  readonly id: Id<'session'>; readonly hash: string; readonly contact: ContactId | null; readonly operator: OperatorId | null
  readonly createdAt: Instant; readonly seenAt: Instant; readonly expiresAt: Instant; readonly endedAt: Instant | null; readonly secondFactorAt: Instant | null
}

/** A contact comes by telephone and again the next day; what is secret asks for the second factor. An operator works at a desk, with more in sight. */
const sessionRules = {
  contact: { lastsMs: 14 * day, idleMs: day },
  operator: { lastsMs: 12 * hour, idleMs: 2 * hour },
} as const

/** How far behind `seenAt` may be, so that not every request writes. */
const seenWithinMs = minute
/** How long a second factor counts. */
const secondFactorMs = 10 * minute

export type SignedIn = { readonly contact: ContactId } | { readonly operator: OperatorId }

export const newSession = (id: Session['id'], who: SignedIn, token: string, now: Instant): Session => ({
  id, hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator: 'operator' in who ? who.operator : null,
  createdAt: now, seenAt: now, expiresAt: now + ('contact' in who ? sessionRules.contact : sessionRules.operator).lastsMs, endedAt: null, secondFactorAt: null,
})

export type SessionRefused = { readonly refused: 'session-unknown' | 'session-ended' | 'session-idle' | 'session-expired' | 'removed'; readonly says: Text }

/** Whether a session counts. `isSeen`: its `seenAt` is due to be stored. A person who was removed has none, whatever its row says. */
export const decideSession = (session: Session | undefined, person: { readonly removedAt: Instant | null }, now: Instant): { readonly session: Session; readonly isSeen: boolean } | SessionRefused => {
  if (session === undefined) return refuseSession('session-unknown')
  if (person.removedAt !== null) return refuseSession('removed')
  if (session.endedAt !== null) return refuseSession('session-ended')
  if (now >= session.expiresAt) return refuseSession('session-expired')
  const { idleMs } = session.contact === null ? sessionRules.operator : sessionRules.contact
  if (now - session.seenAt >= idleMs) return refuseSession('session-idle')
  const isSeen = now - session.seenAt >= seenWithinMs
  return { session: isSeen ? { ...session, seenAt: now } : session, isSeen }
}

const refuseSession = (refused: SessionRefused['refused']): SessionRefused => ({ refused, says: signInSays[refused] })

export const endedSession = (session: Session, now: Instant): Session => ({ ...session, endedAt: session.endedAt ?? now })

export const hasSecondFactor = (session: Pick<Session, 'secondFactorAt'>, now: Instant): boolean => session.secondFactorAt !== null && now - session.secondFactorAt < secondFactorMs

/** Six digits that were sent to the person of a session. */
export type Code = {
  readonly id: Id<'code'>; readonly session: Session['id']; readonly hash: string
  readonly tries: number; readonly createdAt: Instant; readonly expiresAt: Instant; readonly usedAt: Instant | null
}

const codeLastsMs = 10 * minute
export const codeTries = 5

export const newCode = (id: Code['id'], session: Session['id'], sessionToken: string, digits: string, now: Instant): Code =>
  ({ id, session, hash: codeHash(sessionToken, digits), tries: 0, createdAt: now, expiresAt: now + codeLastsMs, usedAt: null })

export type CodeRefused =
  | { readonly refused: 'code-none' | 'code-used' | 'code-spent' | 'code-expired'; readonly says: Text }
  | { readonly refused: 'code-wrong'; readonly says: Text; readonly left: number }

/** `tried` is stored although the answer is *no*: in a transaction that is rolled back with a refusal the tries would not be bounded. That is why it is no refusal itself. */
export type CodeTried = { readonly tried: Code; readonly answer: CodeRefused }

/** Whether the digits are those that were sent. `code`: the newest of the session, its row locked. Passed, `secondFactorAt` of the session becomes now. */
export const decideCode = (code: Code | undefined, sessionToken: string, digits: string, now: Instant): { readonly passed: Code } | CodeTried | CodeRefused => {
  if (code === undefined) return refuseCode('code-none')
  if (code.usedAt !== null) return refuseCode('code-used')
  if (code.tries >= codeTries) return refuseCode('code-spent')
  if (now >= code.expiresAt) return refuseCode('code-expired')
  if (isSameSecret(code.hash, codeHash(sessionToken, digits))) return { passed: { ...code, usedAt: now } }
  const tried = { ...code, tries: code.tries + 1 }
  return { tried, answer: { refused: 'code-wrong', says: signInSays['code-wrong'], left: codeTries - tried.tries } }
}

const refuseCode = <Why extends 'code-none' | 'code-used' | 'code-spent' | 'code-expired'>(refused: Why): { readonly refused: Why; readonly says: Text } => ({ refused, says: signInSays[refused] })

/** Keyed with the session's token, which no row holds: from the rows alone a million guesses find nothing. Digits may be typed full-width, with spaces. */
const codeHash = (sessionToken: string, digits: string): string => sha256(`code ${sessionToken} ${digits.normalize('NFKC').replace(/\s/g, '')}`)

/** How often links and codes are sent to one person. */
const sending = { atMost: 5, withinMs: hour, apartMs: 30_000 }

export type TooSoon = { readonly refused: 'too-soon'; readonly says: Text; readonly at: Instant }

/** Whether another may be sent now to a person who was sent some at `sentAt`, or from when on. Undefined: now. */
export const decideSending = (sentAt: readonly Instant[], now: Instant): TooSoon | undefined => {
  const recent = sentAt.filter(at => at > now - sending.withinMs).toSorted((a, b) => a - b)
  const [last, first] = [recent.at(-1), recent.at(-sending.atMost)]
  const at = Math.max(last === undefined ? now : last + sending.apartMs, first === undefined ? now : first + sending.withinMs)
  return at > now ? { refused: 'too-soon', says: signInSays['too-soon'], at } : undefined
}

export type SignInRefusal = LinkRefused['refused'] | SessionRefused['refused'] | CodeRefused['refused'] | TooSoon['refused']

/** What a person reads. */
export const signInSays: Readonly<Record<SignInRefusal, Text>> = {
  'link-unknown': { en: 'This link is not complete or was never sent by us. Please open it from the e-mail again.', ja: 'リンクが不完全か、当方からお送りしたものではありません。お手数ですが、メールのリンクをもう一度開いてください。' },
  'link-used': { en: 'This link has been used already. It works once only; we can send you a new one.', ja: 'このリンクはすでに使用されています。ご利用は一度限りです。新しいリンクをお送りできます。' },
  'link-replaced': { en: 'A newer link was sent to you after this one. Please use the newest e-mail, or ask for another link.', ja: 'このリンクの後に、新しいリンクをお送りしています。最新のメールをご利用いただくか、新しいリンクをお求めください。' },
  'link-expired': { en: 'This link has expired. We can send you a new one to the same address.', ja: 'このリンクの有効期限が切れています。同じメールアドレスに新しいリンクをお送りできます。' },
  removed: { en: 'This person is no longer registered here. Please ask your point of contact.', ja: 'ご登録が解除されています。貴社の窓口ご担当者にお問い合わせください。' },
  'session-unknown': { en: 'Please sign in.', ja: 'サインインしてください。' },
  'session-ended': { en: 'You have signed out. Please sign in again.', ja: 'サインアウトしています。もう一度サインインしてください。' },
  'session-idle': { en: 'You were signed out because nothing was done for a while. Please sign in again.', ja: '一定時間操作がなかったため、サインアウトしました。もう一度サインインしてください。' },
  'session-expired': { en: 'Your session has ended. Please sign in again.', ja: 'セッションの有効期限が切れました。もう一度サインインしてください。' },
  'code-none': { en: 'No code was sent to you yet. Please ask for one.', ja: '確認コードはまだ送信されていません。コードの送信をお求めください。' },
  'code-used': { en: 'This code has been used already. Please ask for a new one.', ja: 'この確認コードはすでに使用されています。新しいコードをお求めください。' },
  'code-spent': { en: 'The code was mistyped too often and no longer counts. Please ask for a new one.', ja: '確認コードの入力が規定回数を超えたため、無効になりました。新しいコードをお求めください。' },
  'code-expired': { en: 'This code has expired. Please ask for a new one.', ja: 'この確認コードの有効期限が切れています。新しいコードをお求めください。' },
  'code-wrong': { en: 'This is not the code we sent. Please check the newest e-mail.', ja: '確認コードが正しくありません。最新のメールをご確認ください。' },
  'too-soon': { en: 'We have just sent you an e-mail. Please look for it first; another can be sent a little later.', ja: 'メールをお送りしたばかりです。まず受信トレイをご確認ください。再送信はしばらくしてから可能になります。' },
}
