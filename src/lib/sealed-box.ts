import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto'

/** A pair of keys for secrets that travel one way: whoever has the public half seals, only the private half opens. Both are base64 of DER. */
export type Box = { readonly publicKey: string; readonly privateKey: string }

export const newBox = (): Box => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { publicKey: spki(publicKey), privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') }
}

/** Seals for the holder of the private half. `about` is authenticated with it: the text opens for nothing else. X25519, HKDF-SHA-256 and AES-256-GCM, by a key pair of its own each time. */
export const sealFor = (publicKey: string, about: string, secret: string): string => {
  const theirs = publicOf(publicKey)
  const mine = generateKeyPairSync('x25519')
  const cipher = createCipheriv('aes-256-gcm', keyOf(mine.privateKey, theirs, spki(mine.publicKey)), noIv).setAAD(Buffer.from(about))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${spki(mine.publicKey)}.${body.toString('base64')}`
}

/** The secret; undefined: it was altered, cut short, or sealed for another. */
export const openWith = (privateKey: string, about: string, sealed: string): string | undefined => {
  const [sender = '', body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64')
  try {
    const key = keyOf(createPrivateKey({ key: Buffer.from(privateKey, 'base64'), type: 'pkcs8', format: 'der' }), publicOf(sender), sender)
    const decipher = createDecipheriv('aes-256-gcm', key, noIv, { authTagLength: 16 }).setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** Each key is used once. */
const noIv = Buffer.alloc(12)

const keyOf = (privateKey: KeyObject, publicKey: KeyObject, sender: string): Buffer => Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), Buffer.alloc(0), `rehome box ${sender}`, 32))
const publicOf = (text: string): KeyObject => createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })
const spki = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64')
