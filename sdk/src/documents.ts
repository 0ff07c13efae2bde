import { createPublicKey, verify } from 'node:crypto'
import type { NodeLock } from './machine.ts'

/** What a product was licensed for, as its vendor signed it. Instants are milliseconds since 1970. */
export type Licence = {
  readonly id: string
  readonly product: string
  readonly kind: string
  readonly name: string
  /** Null: not counted. */
  readonly seats: number | null
  readonly startsAt: number
  /** Null: for ever. */
  readonly endsAt: number | null
  readonly graceDays: number
  readonly borrowHours: number
  readonly issuedAt: number
}
export type Holder = { readonly user: string; readonly host: string; readonly program: string }
export type Activation = {
  readonly server: string; readonly publicKey: string; readonly licence: string; readonly generation: number; readonly machine: string; readonly nodeLock: NodeLock; readonly activatedAt: number
}
export type SeatPaper = {
  readonly lease: string; readonly licence: string; readonly server: string; readonly profile: string; readonly holder: Holder; readonly takenAt: number; readonly until: number
  readonly isBorrowed: boolean; readonly nodeLock: NodeLock | null
}
export type Moved = { readonly from: string; readonly to: { readonly server: string; readonly publicKey: string; readonly url: string }; readonly at: number }

type Says = { readonly 'rehome-licence': Licence; readonly 'rehome-activation': Activation; readonly 'rehome-seat': SeatPaper; readonly 'rehome-moved': Moved }

/** What a signed document (a JSON Web Signature, Ed25519) says; undefined: it is of another kind, changed since it was signed, or signed by another key. */
export const openDocument = <Kind extends keyof Says>(kind: Kind, text: string, publicKey: string): Says[Kind] | undefined => {
  const [head = '', body = '', signature = '', ...more] = text.split('.')
  if (more.length > 0 || !isSigned(`${head}.${body}`, signature, publicKey)) return undefined
  const [header, payload] = [parsed(head), parsed(body)]
  if (header?.['alg'] !== 'EdDSA' || header['typ'] !== kind || payload === undefined) return undefined
  // Whoever signed it writes only what a document of its kind says; what is used here is looked at all the same.
  return needed[kind].every(([field, type]) => typeof fieldOf(payload, field) === type) ? (payload as unknown as Says[Kind]) : undefined
}

const needed: { readonly [Kind in keyof Says]: readonly (readonly [string, 'string' | 'number' | 'object' | 'boolean'])[] } = {
  'rehome-licence': [['id', 'string'], ['product', 'string'], ['kind', 'string'], ['startsAt', 'number'], ['graceDays', 'number'], ['issuedAt', 'number']],
  'rehome-activation': [['server', 'string'], ['publicKey', 'string'], ['licence', 'string'], ['generation', 'number'], ['nodeLock.salt', 'string'], ['nodeLock.factors', 'object'], ['activatedAt', 'number']],
  'rehome-seat': [['lease', 'string'], ['licence', 'string'], ['server', 'string'], ['profile', 'string'], ['takenAt', 'number'], ['until', 'number'], ['isBorrowed', 'boolean'], ['nodeLock', 'object']],
  'rehome-moved': [['from', 'string'], ['to.server', 'string'], ['to.publicKey', 'string'], ['to.url', 'string'], ['at', 'number']],
}

type Fields = Readonly<Record<string, unknown>>

const fieldOf = (fields: Fields, path: string): unknown => path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined), fields)

const parsed = (part: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

const isSigned = (said: string, signature: string, publicKey: string): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' })
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(said), key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
