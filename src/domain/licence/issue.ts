import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { ActivationRequest } from './documents.ts'
import type { Deactivation, Licence, ServerIdentity } from './licence.ts'

const dayMs = 86_400_000

/** What the issuer knows of the newest activation of a licence. */
export type Newest = ServerIdentity & {
  readonly licence: Id<'licence'>
  readonly generation: number
  readonly machine: string
  readonly activatedAt: Instant
  readonly givenUp: { readonly receiptHash: string; readonly seatsUntil: Instant | null } | null
}

/** A receipt as it came with a request: its hash, and what it says if its server signed it. */
export type ShownReceipt = { readonly hash: string; readonly says: Deactivation | null }

export type ActivationWish = {
  readonly request: ActivationRequest
  readonly receipt: ShownReceipt | null
  /** The generation that this very request was given before. */
  readonly answered: number | undefined
}

export type ActivationDecision =
  | { readonly give: 'same' }
  /** `receiptHash`: what the new activation follows. `before`: the generation before is given up by this receipt, of which the issuer had not heard. */
  | { readonly give: 'next'; readonly generation: number; readonly receiptHash: string | null; readonly before: Deactivation | null }
  | ActivationRefused
export type ActivationRefused =
  | { readonly refused: 'licence-withdrawn' | 'request-used' | 'machine-unclear' }
  | { readonly refused: 'licence-over'; readonly since: Instant }
  | { readonly refused: 'active-elsewhere' | 'receipt-missing'; readonly machine: string; readonly since: Instant }
  | { readonly refused: 'receipt-wrong'; readonly why: string }

/** L1: whether a licence is activated for whoever asks. The code was found right before. */
export const decideActivation = (licence: Licence, withdrawnAt: Instant | null, newest: Newest | null, wish: ActivationWish, now: Instant): ActivationDecision => {
  if (withdrawnAt !== null) return { refused: 'licence-withdrawn' }
  const over = overSince(licence)
  if (over !== null && now >= over) return { refused: 'licence-over', since: over }
  if (new Set(wish.request.nodeLock.factors.map(({ kind }) => kind)).size < 2) return { refused: 'machine-unclear' }
  if (wish.answered !== undefined) return newest?.generation === wish.answered && newest.givenUp === null ? { give: 'same' } : { refused: 'request-used' }
  if (newest === null) return { give: 'next', generation: 1, receiptHash: null, before: null }
  return newest.givenUp === null ? whileStanding(newest, wish) : onceGivenUp(newest, newest.givenUp, wish, now)
}

/** From then on nobody gives out seats of it; null: never. */
export const overSince = ({ endsAt, graceDays }: Pick<Licence, 'endsAt' | 'graceDays'>): Instant | null => (endsAt === null ? null : endsAt + graceDays * dayMs)

/** Why a receipt is not one of this generation; undefined: it is. */
export const receiptMisfit = ({ licence, generation, server }: Pick<Newest, 'licence' | 'generation' | 'server'>, says: Deactivation | null): string | undefined => {
  if (says === null) return 'it is not signed by the server that had the licence'
  if (says.licence !== licence) return 'it is of another licence'
  if (says.server !== server) return 'it is of another server'
  return says.generation === generation ? undefined : `it is of generation ${says.generation}, and ${generation} is the newest`
}

/** The last seat that went with a receipt is free from then on; null: nobody sat on one. */
export const seatsUntil = ({ leases }: Deactivation): Instant | null => leases.reduce<Instant | null>((last, { until }) => (last === null || until > last ? until : last), null)

const whileStanding = (newest: Newest, { request, receipt }: ActivationWish): ActivationDecision => {
  const isSameServer = newest.server === request.server && newest.publicKey === request.publicKey
  const misfit = receipt === null ? undefined : receiptMisfit(newest, receipt.says)
  if (receipt !== null && misfit === undefined) return { give: 'next', generation: newest.generation + 1, receiptHash: receipt.hash, before: receipt.says }
  // A server that asks again, because no answer came, still shows the receipt that it asked with.
  if (isSameServer) return { give: 'same' }
  return misfit === undefined ? { refused: 'active-elsewhere', machine: newest.machine, since: newest.activatedAt } : { refused: 'receipt-wrong', why: misfit }
}

const onceGivenUp = (newest: Newest, givenUp: NonNullable<Newest['givenUp']>, { receipt }: ActivationWish, now: Instant): ActivationDecision => {
  const next = { give: 'next', generation: newest.generation + 1, before: null } as const
  if (receipt?.hash === givenUp.receiptHash) return { ...next, receiptHash: receipt.hash }
  if (receipt !== null) return { refused: 'receipt-wrong', why: receiptMisfit(newest, receipt.says) ?? 'the server gave another one when it gave the licence up' }
  // The seats that went with it count where it is activated next: without the receipt nobody there would know of them.
  return givenUp.seatsUntil === null || givenUp.seatsUntil <= now ? { ...next, receiptHash: null } : { refused: 'receipt-missing', machine: newest.machine, since: givenUp.seatsUntil }
}
