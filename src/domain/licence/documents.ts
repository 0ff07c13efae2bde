import { openJws, peekJws, signJws } from '#lib/jws.ts'
import type { Signer } from '#lib/sign.ts'
import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Activation, Deactivation, Lease, Licence, Moved, ServerIdentity } from './licence.ts'
import type { NodeLock } from './node-lock.ts'

/** What a licence server asks of the issuer. It names its own key, and is signed by it. `request`: another for every wish, so that an old one is never taken for a new one. */
export type ActivationRequest = ServerIdentity & {
  readonly request: Id<'activation-request'>
  readonly licence: Id<'licence'>
  readonly code: string
  readonly machine: string
  readonly nodeLock: NodeLock
  /** The signed receipt of the generation before; null: there was none, or nobody sits on a seat of it any more. */
  readonly receipt: string | null
  readonly at: Instant
}

/** A seat as its holder keeps it. `nodeLock`: the machine it was borrowed for; null: it is for whoever has it. */
export type Seat = Lease & { readonly server: Id<'licence-server'>; readonly nodeLock: NodeLock | null }

/** Every kind of document and what it says. */
export type Documents = {
  readonly 'rehome-licence': Licence
  readonly 'rehome-activation': Activation
  readonly 'rehome-request': ActivationRequest
  readonly 'rehome-deactivation': Deactivation
  readonly 'rehome-seat': Seat
  readonly 'rehome-moved': Moved
}
export type DocumentKind = keyof Documents

/** What a payload says, if it is of this kind: what comes from outside is believed no more than that. Undefined: it is not. */
export type Shapes = { readonly [Kind in DocumentKind]: (payload: unknown) => Documents[Kind] | undefined }

/** `no-document`: cut short, or nothing of ours. `another-kind`: signed for something else. `signature`: changed since it was signed, or signed by another key. `contents`: it does not say what a document of this kind says. */
export type DocumentWrong = 'no-document' | 'another-kind' | 'signature' | 'contents'
export type Opened<T> = { readonly ok: true; readonly says: T } | { readonly ok: false; readonly wrong: DocumentWrong }

export const signDocument = <Kind extends DocumentKind>(kind: Kind, says: Documents[Kind], signer: Pick<Signer, 'sign'>): string => signJws(kind, says, signer)

/** What a document says, if it is of this kind, signed by this key, and says what such a document says. */
export const openDocument = <Kind extends DocumentKind>(kind: Kind, text: string, publicKey: string, shapes: Shapes): Opened<Documents[Kind]> => {
  const opened = openJws(text, kind, publicKey)
  if (!opened.ok) return { ok: false, wrong: wrongs[opened.reason] }
  const says = shapes[kind](opened.payload)
  return says === undefined ? { ok: false, wrong: 'contents' } : { ok: true, says }
}

/** A request is signed by the key that it names: it comes from whoever has that key, and from nobody that we know yet. */
export const openRequest = (text: string, shapes: Shapes): Opened<ActivationRequest> => {
  const claimed = claimIn('rehome-request', text, shapes)
  return claimed.ok ? openDocument('rehome-request', text, claimed.says.publicKey, shapes) : claimed
}

/** What a document claims before its signature was checked: to find out whose key to check it with. */
export const claimIn = <Kind extends DocumentKind>(kind: Kind, text: string, shapes: Shapes): Opened<Documents[Kind]> => {
  const read = peekJws(text)
  if (read === undefined) return { ok: false, wrong: 'no-document' }
  if (read.typ !== kind) return { ok: false, wrong: 'another-kind' }
  const says = shapes[kind](read.payload)
  return says === undefined ? { ok: false, wrong: 'contents' } : { ok: true, says }
}

const wrongs = { form: 'no-document', typ: 'another-kind', signature: 'signature' } as const
