import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

type Flags = { readonly isPresent?: boolean; readonly isVerified?: boolean }
/** What may be wrong with an answer. */
export type Deviation = Flags & { readonly origin?: string; readonly challenge?: string; readonly host?: string; readonly counter?: number; readonly type?: string }

/** A device with one passkey of the curve P-256, and the browser in front of it, as WebAuthn level 3 describes both. */
export interface Authenticator {
  readonly id: string
  /** Answers what a browser was asked by `navigator.credentials.create`. */
  create(asked: { readonly challenge: string }, deviation?: Deviation): object
  /** Answers what a browser was asked by `navigator.credentials.get`. */
  get(asked: { readonly challenge: string }, deviation?: Deviation): object
}

export const makeAuthenticator = (origin: string): Authenticator => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  // RFC 9053: kty EC2, alg ES256, crv P-256, then the point.
  const coseKey = isoCBOR.encode(new Map<number, number | Uint8Array>([[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]]))
  let uses = 0

  const collected = (type: string, asked: { readonly challenge: string }, deviation: Deviation): Buffer =>
    Buffer.from(JSON.stringify({ type: deviation.type ?? type, challenge: deviation.challenge ?? asked.challenge, origin: deviation.origin ?? origin, crossOrigin: false }))
  const data = (deviation: Deviation, attested?: Buffer): Buffer => {
    const { isPresent = true, isVerified = true, host = new URL(origin).hostname, counter = uses } = deviation
    const flags = (isPresent ? 1 : 0) | (isVerified ? 4 : 0) | (attested === undefined ? 0 : 64)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([createHash('sha256').update(host).digest(), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }
  const answer = (response: object): object => ({ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key', clientExtensionResults: {}, response })

  return {
    id: id.toString('base64url'),
    create(asked, deviation = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authData = data(deviation, Buffer.concat([Buffer.alloc(16), length, id, coseKey]))
      const attestation = isoCBOR.encode(new Map<string, string | Map<string, string> | Uint8Array>([['fmt', 'none'], ['attStmt', new Map<string, string>()], ['authData', Uint8Array.from(authData)]]))
      return answer({ clientDataJSON: collected('webauthn.create', asked, deviation).toString('base64url'), attestationObject: Buffer.from(attestation).toString('base64url'), transports: ['internal'] })
    },
    get(asked, deviation = {}) {
      uses++
      const [authData, json] = [data(deviation), collected('webauthn.get', asked, deviation)]
      const signature = createSign('sha256').update(authData).update(createHash('sha256').update(json).digest()).sign(privateKey)
      return answer({ clientDataJSON: json.toString('base64url'), authenticatorData: authData.toString('base64url'), signature: signature.toString('base64url') })
    },
  }
}

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'))
