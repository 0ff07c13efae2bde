import { sha256 } from '#lib/hash.ts'
import { isSameSecret } from '#lib/secret.ts'
import { type OperatorId, type Role, roles as allRoles } from './access.ts'
import type { Text } from './locale.ts'
import type { Instant } from './time.ts'

const minute = 60_000

/** What the vendor's own sign-in says of a person, after every signature and time in it was checked. */
export type Claims = {
  readonly issuer: string
  /** Names the person at that issuer, for ever. */
  readonly subject: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly name: string | null
  readonly groups: readonly string[]
}

/** An operator as the ledger has it. `subject`: as `subjectOf`, once the person has come by the vendor's sign-in. */
export type OperatorOnFile = { readonly id: OperatorId; readonly email: string; readonly subject: string | null; readonly roles: readonly Role[]; readonly disabledAt: Instant | null }

/** A vendor's setting: which groups of its sign-in have which roles here. */
export type GroupRoles = Readonly<Record<string, readonly Role[]>>

/** `id` null: the person comes for the first time, and the groups say that it may. */
export type Admitted = { readonly id: OperatorId | null; readonly subject: string; readonly roles: readonly Role[] }
export type NotAdmitted = { readonly refused: 'person-unknown' | 'address-not-verified' | 'no-role' | 'removed'; readonly says: Text }

export const subjectOf = ({ issuer, subject }: Pick<Claims, 'issuer' | 'subject'>): string => `${issuer} ${subject}`

/**
 * Who this is here, and with which roles. A person is known by the subject; by the address only the first time, if the issuer has verified it and
 * nobody else has come with it. Where groups are mapped they decide the roles; otherwise the roles on file do.
 */
export const admit = (claims: Claims, groupRoles: GroupRoles, onFile: readonly OperatorOnFile[]): Admitted | NotAdmitted => {
  const subject = subjectOf(claims)
  const email = claims.email?.toLowerCase()
  const byAddress = onFile.find(one => one.subject === null && one.email.toLowerCase() === email)
  const known = onFile.find(one => one.subject === subject) ?? byAddress
  if (known !== undefined && known.disabledAt !== null) return refuse('removed')
  if (known !== undefined && known.subject === null && !claims.isEmailVerified) return refuse('address-not-verified')
  const isMapped = Object.keys(groupRoles).length > 0
  const roles = isMapped ? rolesOf(claims.groups, groupRoles) : (known?.roles ?? [])
  if (roles.length > 0) return { id: known?.id ?? null, subject, roles }
  return refuse(known === undefined ? 'person-unknown' : 'no-role')
}

const rolesOf = (groups: readonly string[], groupRoles: GroupRoles): Role[] => {
  const has = new Set(groups.flatMap(group => (Object.hasOwn(groupRoles, group) ? (groupRoles[group] ?? []) : [])))
  return allRoles.filter(role => has.has(role))
}

/** A sign-in on its way through the vendor's provider: kept here, never in the browser. `browser`: the SHA-256 of a token in a cookie of the browser that began. */
export type Pending = { readonly state: string; readonly nonce: string; readonly verifier: string; readonly returnTo: string; readonly browser: string; readonly expiresAt: Instant }

export const pendingLastsMs = 10 * minute

export type PendingRefused = { readonly refused: 'sign-in-unknown' | 'sign-in-expired'; readonly says: Text }

/** Whether this browser may finish the sign-in. The row is deleted when it is read, so that it counts once. */
export const decidePending = (pending: Pending | undefined, browserToken: string, now: Instant): { readonly pending: Pending } | PendingRefused => {
  if (pending === undefined || !isSameSecret(pending.browser, sha256(browserToken))) return refuse('sign-in-unknown')
  return now < pending.expiresAt ? { pending } : refuse('sign-in-expired')
}

/** The provider's own *no*, or an answer that does not belong to what was begun: another state or nonce, a code that was used or is too old. */
export type SignInRefused = { readonly refused: 'sign-in-denied' | 'sign-in-void'; readonly says: Text; /** For the log, made safe to show. */ readonly reason: string }

export const signInRefused = (refused: SignInRefused['refused'], reason: string): SignInRefused => ({ refused, says: operatorSays[refused], reason })

/** A path of ours to return to. Anything that could lead elsewhere becomes the front page. */
export const safeReturn = (path: string): string => (/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) ? path : '/')

/** Tries that failed, of one operator or one address of the network. */
export type Failures = { readonly failures: number; readonly failedAt: Instant | null }
export const noFailures: Failures = { failures: 0, failedAt: null }

/** So many are free; from then on each failure doubles the wait, up to the longest. A day of quiet forgives all. */
export const lockOut = { free: 4, firstMs: 30_000, longestMs: 60 * minute, forgivenMs: 24 * 60 * minute }

export type Locked = { readonly refused: 'locked'; readonly says: Text; readonly until: Instant }

/** Whether another try is let in. Undefined: it is. Asked before the password is looked at, so that a right one does not show while locked. */
export const decideTry = ({ failures, failedAt }: Failures, now: Instant): Locked | undefined => {
  if (failedAt === null || failures <= lockOut.free) return undefined
  const until = failedAt + Math.min(lockOut.longestMs, lockOut.firstMs * 2 ** (failures - lockOut.free - 1))
  return now < until ? { refused: 'locked', says: operatorSays.locked, until } : undefined
}

/** Stored although the sign-in is refused: not in a transaction that is rolled back with the refusal. */
export const afterFailure = ({ failures, failedAt }: Failures, now: Instant): Failures =>
  ({ failures: failedAt !== null && now - failedAt < lockOut.forgivenMs ? failures + 1 : 1, failedAt: now })

/** The one-time token that is printed when the ledger has no operator yet: with it the first admin is made, with a passkey or a password. */
export type Setup = { readonly hash: string; readonly createdAt: Instant; readonly usedAt: Instant | null }

const setupLastsMs = 24 * 60 * minute

export const newSetup = (token: string, now: Instant): Setup => ({ hash: sha256(token), createdAt: now, usedAt: null })

export type SetupRefused = { readonly refused: 'setup-done' | 'setup-wrong' | 'setup-expired'; readonly says: Text }

/** `operators`: how many there are, disabled ones too. With the first, set-up is over for good. */
export const decideSetup = (setup: Setup | undefined, token: string, operators: number, now: Instant): { readonly setup: Setup; readonly roles: readonly Role[] } | SetupRefused => {
  if (operators > 0 || (setup !== undefined && setup.usedAt !== null)) return refuse('setup-done')
  if (setup === undefined || !isSameSecret(setup.hash, sha256(token))) return refuse('setup-wrong')
  return now - setup.createdAt < setupLastsMs ? { setup: { ...setup, usedAt: now }, roles: ['admin'] } : refuse('setup-expired')
}

export type PasswordRefused = { readonly refused: 'password-too-short' | 'password-too-long' | 'password-too-plain'; readonly says: Text }

export const longestPassword = 256

/** Whether a new password may be taken. Length is what counts; nothing is asked of the kinds of its characters. Undefined: it may. */
export const decidePassword = (password: string, person: { readonly email: string; readonly name: string }): PasswordRefused | undefined => {
  const characters = [...password.normalize('NFKC').toLowerCase()]
  if (characters.length < 12) return refuse('password-too-short')
  if (password.length > longestPassword) return refuse('password-too-long')
  const ours = [person.email, person.name, person.email.split('@')[0] ?? ''].map(word => word.toLowerCase()).filter(word => word.length > 3)
  const rest = ours.reduce((text, word) => text.replaceAll(word, ''), characters.join(''))
  return new Set(characters).size < 5 || rest.length < 6 ? refuse('password-too-plain') : undefined
}

/** Why a passkey was not taken. `reason`: for the log, made safe to show. */
export type PasskeyRefused = { readonly refused: 'passkey-not-accepted'; readonly says: Text; readonly reason: string }

export const passkeyRefused = (reason: string): PasskeyRefused => ({ ...refuse('passkey-not-accepted'), reason })

export type OperatorRefusal = NotAdmitted['refused'] | PendingRefused['refused'] | SignInRefused['refused'] | SetupRefused['refused'] | Locked['refused'] | PasswordRefused['refused'] | PasskeyRefused['refused']

const refuse = <Why extends OperatorRefusal>(refused: Why): { readonly refused: Why; readonly says: Text } => ({ refused, says: operatorSays[refused] })

/** What a person reads. */
export const operatorSays: Readonly<Record<OperatorRefusal, Text>> = {
  'person-unknown': { en: 'Your sign-in worked, but nobody has given you a role here yet. Please ask an administrator of Rehome.', ja: 'サインインには成功しましたが、こちらでの権限がまだ付与されていません。Rehomeの管理者にお問い合わせください。' },
  'address-not-verified': { en: 'Your sign-in has not verified your e-mail address, so we cannot tell who you are here. Please have it verified there.', ja: 'サインイン元でメールアドレスが確認されていないため、ご本人であることを確認できません。サインイン元でアドレスの確認を行ってください。' },
  'no-role': { en: 'You are known here, but have no role at present. Please ask an administrator of Rehome.', ja: 'ご登録はありますが、現在有効な権限がありません。Rehomeの管理者にお問い合わせください。' },
  removed: { en: 'You no longer have access here. Please ask an administrator of Rehome.', ja: 'アクセス権は取り消されています。Rehomeの管理者にお問い合わせください。' },
  'sign-in-unknown': { en: 'This sign-in was not begun in this browser, or is finished already. Please begin again.', ja: 'このサインインは、このブラウザーで開始されたものではないか、すでに完了しています。もう一度最初から行ってください。' },
  'sign-in-expired': { en: 'The sign-in took too long. Please begin again.', ja: 'サインインの制限時間を過ぎました。もう一度最初から行ってください。' },
  'sign-in-denied': { en: 'The sign-in was broken off at your sign-in service. Please begin again.', ja: 'サインイン元でサインインが中止されました。もう一度最初から行ってください。' },
  'sign-in-void': { en: 'This sign-in cannot be finished: it was finished already, or took too long. Please begin again.', ja: 'このサインインは完了できません。すでに完了しているか、時間が経過しています。もう一度最初から行ってください。' },
  'password-too-short': { en: 'A password has at least twelve characters. A few words in a row are easy to keep in mind.', ja: 'パスワードは12文字以上にしてください。いくつかの単語を並べると覚えやすくなります。' },
  'password-too-long': { en: 'A password has at most 256 characters.', ja: 'パスワードは256文字以内にしてください。' },
  'password-too-plain': { en: 'This password is too easy to guess: it repeats a few characters, or is little more than your name or address.', ja: 'このパスワードは推測されやすいため使用できません。同じ文字の繰り返しや、お名前・メールアドレスに近いものは避けてください。' },
  'passkey-not-accepted': { en: 'This passkey was not accepted. Please try again, or use another way to sign in.', ja: 'このパスキーは受け付けられませんでした。もう一度お試しいただくか、別の方法でサインインしてください。' },
  locked: { en: 'Too many tries have failed. Please wait a while before the next one.', ja: '失敗が続いたため、一時的にサインインを停止しています。しばらくしてからもう一度お試しください。' },
  'setup-done': { en: 'The first administrator has been set up already. Please sign in.', ja: '最初の管理者はすでに登録されています。サインインしてください。' },
  'setup-wrong': { en: 'This is not the set-up link that was printed at the last start.', ja: '直近の起動時に表示されたセットアップ用リンクではありません。' },
  'setup-expired': { en: 'The set-up link has expired. Start Rehome again to have a new one printed.', ja: 'セットアップ用リンクの有効期限が切れています。Rehomeを再起動すると、新しいリンクが表示されます。' },
}
