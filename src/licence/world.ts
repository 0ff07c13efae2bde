import type { Shapes } from '#domain/licence/documents.ts'
import type { ServerIdentity } from '#domain/licence/licence.ts'
import type { Signer } from '#lib/sign.ts'
import type { Clock } from '#ports/clock.ts'
import type { Issuer } from '#ports/issuer.ts'
import type { AnchorPlace } from '#ports/licence-anchor.ts'
import type { LicenceBook } from '#ports/licence-book.ts'
import type { Machine } from '#ports/machine.ts'

/** All that a licence server stands on. */
export type LicenceWorld = {
  readonly book: LicenceBook
  readonly anchors: AnchorPlace
  readonly clock: Clock
  readonly machine: Machine
  /** Null: requests and activations go as files. */
  readonly issuer: Issuer | null
  /** By which documents are checked; null: no issuer is known yet. */
  readonly issuerKey: string | null
  /** For people: where the issuer is. */
  readonly issuerAddress: string | null
  /** The server's own key. */
  readonly signer: Signer
  readonly shapes: Shapes
  readonly version: string
  readonly leaseSeconds: number
  newId(): string
  /** Who answers at an address: to whom people are sent. */
  introduce(url: string, signal: AbortSignal): Promise<ServerIdentity>
}
