import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, as PEM. */
export type Certificate = { readonly certificate: string; readonly key: string }

/** An authority of a test's own. Node makes keys and reads certificates; to write one takes the few lines of DER below. */
export type Authority = {
  /** Its own certificate, as PEM: what `sslrootcert` names. */
  readonly root: string
  /** A server's certificate for an IPv4 address. */
  issue(address: string): Certificate
}

export const makeAuthority = (name: string): Authority => {
  const issuer = keys()
  const sealed = (subject: string, key: KeyObject, extensions: readonly Buffer[]): string => pem(certificateOf({ issuer: name, subject, key, extensions }, issuer.privateKey))
  return {
    root: sealed(name, issuer.publicKey, [extension('2.5.29.19', sequence(tlv(0x01, Buffer.from([0xff]))))]),
    issue(address) {
      const own = keys()
      const names = sequence(tlv(0x87, Buffer.from(address.split('.').map(Number))))
      return { certificate: sealed(address, own.publicKey, [extension('2.5.29.17', names)]), key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
    },
  }
}

const keys = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** RFC 5280, 4.1. */
const certificateOf = ({ issuer, subject, key, extensions }: { issuer: string; subject: string; key: KeyObject; extensions: readonly Buffer[] }, signer: KeyObject): Buffer => {
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
  const serial = randomBytes(8)
  serial[0] = 1
  const validity = sequence(...['200101000000Z', '491231235959Z'].map(time => tlv(0x17, Buffer.from(time))))
  const whole = sequence(
    tlv(0xa0, integer(Buffer.from([2]))), integer(serial), ecdsaWithSha256, nameOf(issuer), validity, nameOf(subject),
    key.export({ type: 'spki', format: 'der' }), tlv(0xa3, sequence(...extensions)))
  return sequence(whole, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), sign('sha256', whole, signer)))
}

const nameOf = (common: string): Buffer => sequence(tlv(0x31, sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(common)))))
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tlv(0x04, value))
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts)
const integer = (value: Buffer): Buffer => tlv(0x02, value)

const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Seven bits a byte, the highest first; all but the last say that more follow. */
const base128 = (n: number): number[] => {
  const bytes = [n & 0x7f]
  for (let left = n >>> 7; left > 0; left >>>= 7) bytes.unshift(0x80 | (left & 0x7f))
  return bytes
}

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const pem = (der: Buffer): string => `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?!$)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
