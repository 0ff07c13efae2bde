import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign as signBytes, verify as verifyBytes, type KeyObject } from 'node:crypto'

/** An Ed25519 key pair: the private half for signing, the public half as base64 of its DER form (SPKI), which can be handed to anybody. */
export type Signer = { readonly publicKey: string; sign(text: string): string }

/** A new private key as PEM (PKCS #8). A secret. */
export const newPrivateKey = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const signerOf = (privatePem: string): Signer => {
  const key = createPrivateKey(privatePem)
  return { publicKey: publicOf(key), sign: text => signBytes(null, Buffer.from(text), key).toString('base64') }
}

/** False also for a key or a signature that is none. */
export const isSignedBy = (text: string, signature: string, publicKey: string): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' })
    // One text for one signature and one key: base64 that decodes alike but reads otherwise is refused.
    const isPlain = Buffer.from(signature, 'base64').toString('base64') === signature && Buffer.from(publicKey, 'base64').toString('base64') === publicKey
    return isPlain && key.asymmetricKeyType === 'ed25519' && verifyBytes(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

/** Short enough to be compared by people: the first half of the key's SHA-256, in groups of four. */
export const fingerprintOf = (publicKey: string): string => (createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32).match(/.{4}/g) ?? []).join(' ')

const publicOf = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
