import { canonical } from './canonical.ts'
import { isSignedBy, type Signer } from './sign.ts'

/** Signed documents that any language can check: JSON Web Signatures in compact form (RFC 7515), Ed25519 (RFC 8037). `typ` keeps one kind from passing for another. */
export const signJws = (typ: string, payload: unknown, signer: Pick<Signer, 'sign'>): string => {
  const said = `${encoded(canonical({ alg: 'EdDSA', typ }))}.${encoded(canonical(payload))}`
  return `${said}.${Buffer.from(signer.sign(said), 'base64').toString('base64url')}`
}

/** The payload, if it is of this kind and signed by this key; else which of them is wrong. What is in it is still to be parsed. */
export const openJws = (text: string, typ: string, publicKey: string): { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly reason: 'form' | 'typ' | 'signature' } => {
  const read = peekJws(text)
  if (read === undefined) return { ok: false, reason: 'form' }
  if (read.typ !== typ) return { ok: false, reason: 'typ' }
  return isSignedBy(read.said, Buffer.from(read.signature, 'base64url').toString('base64'), publicKey) ? { ok: true, payload: read.payload } : { ok: false, reason: 'signature' }
}

/** What it says before anybody has checked it: to find out whose key to check it with. */
export const peekJws = (text: string): { readonly typ: string; readonly payload: unknown; readonly said: string; readonly signature: string } | undefined => {
  const [head = '', body = '', signature = '', ...more] = text.split('.')
  if (more.length > 0 || [head, body, signature].some(part => part === '' || encodedBytes(part) !== part)) return undefined
  try {
    const header: unknown = JSON.parse(decoded(head))
    if (typeof header !== 'object' || header === null || !('alg' in header) || header.alg !== 'EdDSA' || !('typ' in header) || typeof header.typ !== 'string' || Object.keys(header).length !== 2) return undefined
    return { typ: header.typ, payload: JSON.parse(decoded(body)) as unknown, said: `${head}.${body}`, signature }
  } catch {
    return undefined
  }
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url')
const decoded = (part: string): string => Buffer.from(part, 'base64url').toString('utf8')
/** One text for one document: what decodes alike but reads otherwise is refused. */
const encodedBytes = (part: string): string => Buffer.from(part, 'base64url').toString('base64url')
