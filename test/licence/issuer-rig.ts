import { memoryIssuerBook } from '#adapters/issuer-book/memory/book.ts'
import type { Id } from '#domain/ids.ts'
import { type ActivationRequest, signDocument } from '#domain/licence/documents.ts'
import type { Lease } from '#domain/licence/licence.ts'
import { activate, issue, type IssuerRefused, type IssuerWorld, type LicenceWish } from '#licence/issuer.ts'
import { WrongCodes } from '#licence/wrong-codes.ts'
import { newToken } from '#lib/secret.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { risingUuids } from '#lib/uuid.ts'
import type { IssuerAnchor } from '#ports/issuer-anchor.ts'
import type { IssuerBook } from '#ports/issuer-book.ts'
import { shapes } from '#wire/licence-documents.ts'
import { aRequest, at, type TestServer } from './samples.ts'

export const memoryIssuerAnchor = (): IssuerAnchor => {
  const known = new Map<string, number>()
  return {
    newest: licence => Promise.resolve(known.get(licence) ?? 0),
    remember(given) {
      for (const { licence, generation } of given) known.set(licence, Math.max(generation, known.get(licence) ?? 0))
      return Promise.resolve()
    },
  }
}

/** An issuer whose time is set by hand. */
export const anIssuer = (book: IssuerBook = memoryIssuerBook()): IssuerWorld & { clock: { at: number; now(): number } } => {
  const clock = { at, now: () => clock.at }
  return { book, anchor: memoryIssuerAnchor(), clock, signer: signerOf(newPrivateKey()), shapes, wrongCodes: new WrongCodes(), newId: risingUuids(() => clock.at), salt: newToken }
}

export const aWish = (over: Partial<LicenceWish> = {}): LicenceWish => ({ product: 'Mesh Solver', kind: 'session', name: 'Parallel sessions', seats: 4, endsAt: null, graceDays: 0, borrowHours: 48, key: newToken(), ...over })

/** What somebody gets for a wish that is not refused. */
export const granted = <Answer extends object>(answer: Answer | IssuerRefused): Answer => {
  if ('refused' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer
}

export const issued = async (world: IssuerWorld, over: Partial<LicenceWish> = {}) => granted(await issue(world, aWish(over)))

export const requestOf = (server: TestServer, { licence, code }: { readonly licence: Id<'licence'>; readonly code: string }, over: Partial<ActivationRequest> = {}): string =>
  signDocument('rehome-request', aRequest(server, { licence, code, ...over }), server.signer)

export const activateAt = (world: IssuerWorld, server: TestServer, what: { readonly licence: Id<'licence'>; readonly code: string }, receipt: string | null = null) =>
  activate(world, { request: requestOf(server, what, { receipt }), from: '192.0.2.7' })

export const receiptOf = (server: TestServer, licence: Id<'licence'>, generation: number, leases: readonly Lease[] = []): string =>
  signDocument('rehome-deactivation', { licence, generation, server: server.identity.server, at, leases }, server.signer)
