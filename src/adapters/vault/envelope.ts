import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '#domain/faults.ts'
import type { Place, Vault } from '#ports/vault.ts'
import type { VaultKey, VaultKeys } from './keys.ts'

/**
 * A vault of envelopes: each secret is encrypted with a data key of its own, and that one with the key in force (AES-256-GCM, both). Sealed it is
 * `v1.<id of the key>.<wrapped data key>.<secret>`. What is authenticated with the secret is its row and purpose, with the data key the id of its key.
 * A change of keys wraps the data key anew and leaves the rest as it is.
 */
export const openEnvelopes = (keys: VaultKeys): Vault => {
  const [current] = keys
  return {
    async seal(secret, place, signal) {
      signal.throwIfAborted()
      const dataKey = randomBytes(32)
      return join({ keyId: current.id, wrapped: wrap(current, dataKey), body: encrypt(dataKey, Buffer.from(secret, 'utf8'), bodyOf(place)) })
    },
    async open(sealed, place, signal) {
      signal.throwIfAborted()
      const { keyId, wrapped, body } = split(sealed, place)
      return decrypt(unwrap(keyNamed(keys, keyId), wrapped, place), body, bodyOf(place), place).toString('utf8')
    },
    async rewrap(sealed, place, signal) {
      signal.throwIfAborted()
      const { keyId, wrapped, body } = split(sealed, place)
      const dataKey = unwrap(keyNamed(keys, keyId), wrapped, place)
      return keyId === current.id ? sealed : join({ keyId: current.id, wrapped: wrap(current, dataKey), body })
    },
  }
}

type Envelope = { readonly keyId: string; readonly wrapped: Buffer; readonly body: Buffer }

const version = 'v1'
const [ivBytes, tagBytes] = [12, 16]

const join = ({ keyId, wrapped, body }: Envelope): string => [version, keyId, wrapped.toString('base64url'), body.toString('base64url')].join('.')

const split = (sealed: string, place: Place): Envelope => {
  const [, keyId, wrapped, body] = /^v1\.([0-9a-f]{16})\.([\w-]{80})\.([\w-]{38,})$/.exec(sealed) ?? []
  if (keyId === undefined || wrapped === undefined || body === undefined) throw broken(place, 'it has not the form of one')
  return { keyId, wrapped: bytesOf(wrapped, place), body: bytesOf(body, place) }
}

/** The last character of base64 has bits that mean nothing: only the one spelling that we write is taken, so that nothing can be altered unnoticed. */
const bytesOf = (text: string, place: Place): Buffer => {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw broken(place, 'it has not the form of one')
  return bytes
}

const keyNamed = (keys: VaultKeys, id: string): VaultKey => {
  const key = keys.find(one => one.id === id)
  if (key === undefined) throw new Fault('VAULT_KEY_WRONG', { wanted: id, given: keys.map(one => one.id).join(', ') })
  return key
}

/** JSON, so that no two places are the same text. */
const bodyOf = ({ purpose, row }: Place): Buffer => Buffer.from(JSON.stringify([version, purpose, row]))
const wrapOf = (key: VaultKey): Buffer => Buffer.from(JSON.stringify([version, key.id]))

const wrap = (key: VaultKey, dataKey: Buffer): Buffer => encrypt(key.key, dataKey, wrapOf(key))
const unwrap = (key: VaultKey, wrapped: Buffer, place: Place): Buffer => decrypt(key.key, wrapped, wrapOf(key), place)

/** iv, ciphertext, tag. A data key encrypts once, and a random iv of 96 bits is good for 2³² secrets under one key in force. */
const encrypt = (key: VaultKey['key'] | Buffer, plain: Buffer, authenticated: Buffer): Buffer => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(authenticated)
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const decrypt = (key: VaultKey['key'] | Buffer, bytes: Buffer, authenticated: Buffer, place: Place): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(authenticated).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()])
  } catch (cause) {
    throw broken(place, 'it was altered, or sealed for another row', cause)
  }
}

const broken = ({ purpose, row }: Place, reason: string, cause?: unknown): Fault => new Fault('VAULT_SEAL_BROKEN', { purpose, row, reason }, { cause })
