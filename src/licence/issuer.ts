import { asId, type Id } from '#domain/ids.ts'
import { claimIn, openDocument, openRequest, type Shapes, signDocument } from '#domain/licence/documents.ts'
import { codeBytes, codeOf, readCode } from '#domain/licence/code.ts'
import { type ActivationDecision, decideActivation, receiptMisfit, seatsUntil, type ShownReceipt } from '#domain/licence/issue.ts'
import type { Activation, Deactivation, Licence } from '#domain/licence/licence.ts'
import type { RefusalCode } from '#domain/refusals.ts'
import type { Instant } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { isSameSecret } from '#lib/secret.ts'
import type { Signer } from '#lib/sign.ts'
import type { IssuerAnchor } from '#ports/issuer-anchor.ts'
import type { GivenUp, IssuedActivation, IssuedLicence, IssuerBook } from '#ports/issuer-book.ts'
import { newestOf } from './issuer-anchoring.ts'
import type { WrongCodes } from './wrong-codes.ts'

/** All that an issuer needs. `salt`: chance, another each time, that nobody guesses. */
export type IssuerWorld = {
  readonly book: IssuerBook
  readonly anchor: IssuerAnchor
  readonly clock: { now(): Instant }
  readonly signer: Signer
  readonly shapes: Shapes
  readonly wrongCodes: WrongCodes
  newId(): string
  salt(): string
}

/** The rules forbid it; what else is in it says why. */
export type IssuerRefused = { readonly refused: RefusalCode }

export type LicenceWish = Omit<Licence, 'id' | 'issuedAt' | 'startsAt'> & { readonly startsAt?: Instant; readonly key: string }

/** How often somebody who was beaten to it looks anew: whoever won ends the race, so the second look knows. */
const mostLooks = 5

/** A new licence, its signed document and its activation code. The code is kept by nobody: only its hash is. The same key is the same licence. */
export const issue = async (world: IssuerWorld, { key, ...wish }: LicenceWish): Promise<{ readonly licence: Id<'licence'>; readonly document: string; readonly code: string } | IssuerRefused> => {
  const now = world.clock.now()
  const licence: Licence = { ...wish, startsAt: wish.startsAt ?? now, id: asId(world.newId()), issuedAt: now }
  const [salt, fingerprint] = [world.salt(), sha256(canonical(wish))]
  const kept = await world.book.issue({ licence, document: signDocument('rehome-licence', licence, world.signer), key, fingerprint, salt, codeHash: sha256(codeFrom(salt, world.signer)), withdrawnAt: null })
  if (kept.fingerprint !== fingerprint) return { refused: 'key-taken' }
  return { licence: kept.licence.id, document: kept.document, code: codeFrom(kept.salt, world.signer) }
}

/** A page of what was issued, by id. */
export const list = async (world: IssuerWorld, { after = null, limit = 100 }: { readonly after?: string | null; readonly limit?: number }) => {
  const rows = await world.book.list({ after, limit: limit + 1 })
  const items = rows.slice(0, limit).map(({ issued: { licence: { id, product, kind, name, seats, endsAt }, withdrawnAt }, newest }) => ({
    licence: id, product, kind, name, seats, endsAt, withdrawnAt, generation: newest?.generation ?? 0,
    activeAt: newest === null || newest.givenUp !== null ? null : { server: newest.server, machine: newest.machine, since: newest.activatedAt },
  }))
  return { items, next: rows.length > limit ? items.at(-1)?.licence ?? null : null }
}

/** Nobody activates it any more. Where it is active it stays so. */
export const withdraw = async (world: IssuerWorld, { licence }: { readonly licence: Id<'licence'> }): Promise<{ readonly licence: Id<'licence'> } | IssuerRefused> => {
  if ((await world.book.issued(licence)) === undefined) return { refused: 'not-found' }
  await world.book.withdraw(licence, world.clock.now())
  return { licence }
}

/** L1. `from`: where the request came from, whose wrong codes are counted. */
export const activate = async (world: IssuerWorld, { request: text, from }: { readonly request: string; readonly from: string }): Promise<{ readonly activation: string } | IssuerRefused> => {
  const opened = openRequest(text, world.shapes)
  if (!opened.ok) return refused('request-wrong', { why: whys[opened.wrong] })
  const { says: request } = opened
  const until = world.wrongCodes.shutUntil({ from, licence: request.licence }, world.clock.now())
  if (until !== undefined) return refused('too-many-codes', { until: told(until) })
  const issued = await world.book.issued(request.licence)
  if (issued === undefined || !isSameSecret(sha256(readCode(request.code) ?? ''), issued.codeHash)) {
    world.wrongCodes.count({ from, licence: request.licence }, world.clock.now())
    return { refused: 'code-unknown' }
  }
  const requestHash = sha256(text)
  for (let looks = 0; looks < mostLooks; looks++) {
    const given = await activateOnce(world, request.licence, { request, requestHash })
    if (given !== undefined) return given
  }
  throw new Error('the licence was activated by others again and again while this one looked')
}

/** A licence was given up: it is active nowhere. Told again: nothing more. */
export const deactivated = async (world: IssuerWorld, { receipt }: { readonly receipt: string }): Promise<Record<string, never> | IssuerRefused> => {
  const claimed = claimIn('rehome-deactivation', receipt, world.shapes)
  if (!claimed.ok) return refused('receipt-wrong', { why: whys[claimed.wrong] })
  const { newest, isBehind } = await newestOf(world, claimed.says.licence)
  if (isBehind) return { refused: 'issuer-restored' }
  if (newest === undefined) return refused('receipt-wrong', { why: 'the licence was never active' })
  const shown = shownReceipt(world, receipt, newest)
  // One of a generation that another has followed was needed for that one, and is known.
  if (newest.generation > claimed.says.generation) return {}
  const misfit = receiptMisfit(newest, shown.says)
  if (misfit !== undefined || shown.says === null) return refused('receipt-wrong', { why: misfit ?? whys.signature })
  const isFirst = await world.book.giveUp(newest.licence, newest.generation, givenUpBy(shown.hash, shown.says))
  const now = isFirst ? undefined : await world.book.newest(newest.licence)
  return now?.generation === newest.generation && now.givenUp?.receiptHash !== shown.hash ? refused('receipt-wrong', { why: 'the server gave another one when it gave the licence up' }) : {}
}

/** Whether an activation is the newest of its licence and was not given up. One that is newer than the book knows was given out before the book was restored from a copy: our own signature says so, and the book learns it. */
export const stands = async (world: IssuerWorld, { activation }: { readonly activation: string }): Promise<{ readonly stands: boolean; readonly at: Instant } | IssuerRefused> => {
  const opened = openDocument('rehome-activation', activation, world.signer.publicKey, world.shapes)
  if (!opened.ok) return refused('activation-wrong', { why: whys[opened.wrong] })
  const { says } = opened
  const anchored = await world.anchor.newest(says.licence)
  if (says.generation < anchored) return { stands: false, at: world.clock.now() }
  const before = await world.book.newest(says.licence)
  const isNews = says.generation > (before?.generation ?? 0)
  if (isNews && await world.book.learn({ ...activationParts(says), document: activation, givenUp: null }, world.clock.now())) await world.anchor.remember([says])
  const newest = isNews ? await world.book.newest(says.licence) : before
  return { stands: newest !== undefined && newest.givenUp === null && newest.document === activation, at: world.clock.now() }
}

type Wish = { readonly request: Extract<ReturnType<typeof openRequest>, { ok: true }>['says']; readonly requestHash: string }

/** Undefined: another was faster, and everything is to be looked at anew. */
const activateOnce = async (world: IssuerWorld, id: Id<'licence'>, { request, requestHash }: Wish): Promise<{ readonly activation: string } | IssuerRefused | undefined> => {
  const { newest, isBehind } = await newestOf(world, id)
  const [issued, answered] = [await world.book.issued(id), await world.book.answered(requestHash)]
  assert(issued !== undefined, 'a licence that was issued stays in the book')
  if (isBehind) return { refused: 'issuer-restored' }
  const receipt = request.receipt === null ? null : shownReceipt(world, request.receipt, newest)
  const decision = decideActivation(issued.licence, issued.withdrawnAt, newest ?? null, { request, receipt, answered }, world.clock.now())
  if ('refused' in decision) return refusalOf(decision)
  if (decision.give === 'same') {
    assert(newest !== undefined, 'what is given again was given before')
    await world.book.answer(requestHash, id, newest.generation)
    await world.anchor.remember([newest])
    return { activation: newest.document }
  }
  const next = activationOf(world, issued, { request, requestHash }, decision)
  const before = decision.before === null || receipt === null ? null : givenUpBy(receipt.hash, decision.before)
  if (!await world.book.activate(next, requestHash, before)) return undefined
  // After the book and before the answer: what is answered is known, whatever becomes of the book.
  await world.anchor.remember([next])
  return { activation: next.document }
}

const activationOf = (world: IssuerWorld, { licence }: IssuedLicence, { request: { server, publicKey, machine, nodeLock } }: Wish, { generation, receiptHash }: Extract<ActivationDecision, { give: 'next' }>): IssuedActivation => {
  const activatedAt = world.clock.now()
  const document = signDocument('rehome-activation', { server, publicKey, licence: licence.id, generation, machine, nodeLock, receiptHash, activatedAt }, world.signer)
  return { server, publicKey, licence: licence.id, generation, machine, document, activatedAt, givenUp: null }
}

const activationParts = ({ server, publicKey, licence, generation, machine, activatedAt }: Activation) => ({ server, publicKey, licence, generation, machine, activatedAt })

/** A receipt counts if the server that has, or had, the newest generation signed it. */
const shownReceipt = ({ shapes }: IssuerWorld, text: string, newest: IssuedActivation | undefined): ShownReceipt => {
  const opened = newest === undefined ? undefined : openDocument('rehome-deactivation', text, newest.publicKey, shapes)
  return { hash: sha256(text), says: opened?.ok === true ? opened.says : null }
}

const givenUpBy = (receiptHash: string, says: Deactivation): GivenUp => ({ receiptHash, at: says.at, seatsUntil: seatsUntil(says) })

/** Made of chance and the issuer's key, so that the same wish asked again gets the same code, and nothing that is kept tells it. Signatures of Ed25519 are always the same; no document is signed of such a text. */
const codeFrom = (salt: string, signer: Signer): string => codeOf(Buffer.from(sha256(signer.sign(`activation code of ${salt}`)), 'hex').subarray(0, codeBytes))

const whys = {
  'no-document': 'it is cut short, or none of ours', 'another-kind': 'it is a document of another kind', signature: 'it was changed since it was signed, or signed by another key', contents: 'it does not say what such a document says',
} as const

const told = (at: Instant): string => new Date(at).toISOString()
const refused = (code: RefusalCode, facts: Readonly<Record<string, string>>): IssuerRefused => ({ refused: code, ...facts })

const refusalOf = (decision: Extract<ActivationDecision, { refused: string }>): IssuerRefused => {
  const { refused: code, ...facts } = decision
  if (decision.refused === 'receipt-missing') return refused(code, { machine: decision.machine, until: told(decision.since) })
  return 'since' in decision ? refused(code, { ...('machine' in decision ? { machine: decision.machine } : {}), since: told(decision.since) }) : { refused: code, ...facts }
}
