import { randomUUID } from 'node:crypto'
import { createMemoryBook } from '#adapters/licence-book/memory/book.ts'
import { Fault } from '#domain/faults.ts'
import { asId, type Id } from '#domain/ids.ts'
import type { Anchor } from '#domain/licence/anchor.ts'
import { openRequest, signDocument } from '#domain/licence/documents.ts'
import type { Activation, Licence } from '#domain/licence/licence.ts'
import type { Factor } from '#domain/licence/node-lock.ts'
import { assert } from '#lib/assert.ts'
import { sha256 } from '#lib/hash.ts'
import { newPrivateKey, type Signer, signerOf } from '#lib/sign.ts'
import { activate, install } from '#licence/activating.ts'
import { link } from '#licence/orders.ts'
import type { OpenedServer } from '#licence/open.ts'
import type { LicenceWorld } from '#licence/world.ts'
import type { Clock } from '#ports/clock.ts'
import type { Issuer } from '#ports/issuer.ts'
import type { AnchorPlace } from '#ports/licence-anchor.ts'
import { shapes } from '#wire/licence-documents.ts'
import { aLicence, aMachine } from './samples.ts'

/** An issuer as small as can be, which keeps L1: the next generation only against the receipt of the one before, the same for the same server. */
export type TestIssuer = Issuer & { readonly signer: Signer; isAway: boolean; /** What it says of the time. */ at(): number | null; licence(over?: Partial<Licence>): { readonly licence: Licence; readonly document: string } }

export const createTestIssuer = (): TestIssuer => {
  const signer = signerOf(newPrivateKey())
  const standing = new Map<string, { readonly says: Activation; readonly signed: string }>()
  const givenUp = new Map<string, string>()
  const issuer: TestIssuer = {
    signer, isAway: false, at: () => null,
    licence(over = {}) {
      const licence = aLicence(over)
      return { licence, document: signDocument('rehome-licence', licence, signer) }
    },
    async activate(request) {
      reach(issuer)
      const opened = openRequest(request, shapes)
      assert(opened.ok, 'a request that holds')
      const { licence, server, publicKey, machine, nodeLock, receipt, at } = opened.says
      const known = standing.get(licence)
      const isGivenUp = receipt !== null && known !== undefined && generationIn(receipt) === known.says.generation
      if (known !== undefined && known.says.server === server && !isGivenUp && !givenUp.has(known.signed)) return known.signed
      if (known !== undefined && !isGivenUp) throw new Fault('ISSUER_REFUSED' as never, { reason: 'active-elsewhere' })
      const says: Activation = { server, publicKey, licence, generation: (known?.says.generation ?? 0) + 1, machine, nodeLock, receiptHash: receipt === null ? null : sha256(receipt), activatedAt: at }
      const signed = signDocument('rehome-activation', says, signer)
      standing.set(licence, { says, signed })
      return Promise.resolve(signed)
    },
    deactivated: () => {
      reach(issuer)
      return Promise.resolve()
    },
    stands: activation => {
      reach(issuer)
      return Promise.resolve({ stands: [...standing.values()].some(one => one.signed === activation), at: issuer.at() })
    },
  }
  return issuer
}

const reach = ({ isAway }: { readonly isAway: boolean }): void => { if (isAway) throw new Fault('ISSUER_UNREACHABLE' as never, { issuer: 'the test’s', reason: 'it is away' }) }
const generationIn = (receipt: string): number => (JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()) as { generation: number }).generation

/** An anchor in memory. */
export const createAnchors = (): AnchorPlace & { kept: Anchor | undefined } => {
  const place = {
    kept: undefined as Anchor | undefined,
    read: () => Promise.resolve(place.kept),
    write: (anchor: Anchor) => {
      place.kept = anchor
      return Promise.resolve()
    },
  }
  return place
}

export type WorldOptions = Partial<LicenceWorld> & { readonly clock: Clock; readonly factors?: () => readonly Factor[] }

/** A licence server's world, on memory where nothing else is given. */
export const testWorld = ({ factors = () => aMachine('lm-01'), ...given }: WorldOptions): LicenceWorld => ({
  book: createMemoryBook(), anchors: createAnchors(), machine: { name: 'lm-01', factors: () => Promise.resolve(factors()) }, issuer: null, issuerKey: null, issuerAddress: null, signer: signerOf(newPrivateKey()), shapes, version: '0.0.0', leaseSeconds: 90,
  newId: () => randomUUID(), introduce: () => Promise.reject(new Fault('LICENSOR_UNREACHABLE', { server: 'none', reason: 'this test has one server' })), ...given,
})

/** Of an answer that is no refusal. */
export const granted = <T extends object>(answer: T): Exclude<T, { refused: unknown }> => {
  assert(!('refused' in answer && typeof answer.refused === 'string'), `refused: ${JSON.stringify(answer)}`)
  return answer as Exclude<T, { refused: unknown }>
}

const never = new AbortController().signal
export const aKey = (): string => `key-${randomUUID()}`

/** Installs, activates and links licences under one name. */
export const putIn = async ({ stand }: OpenedServer, issuer: TestIssuer, profile: string, ...licences: readonly Partial<Licence>[]): Promise<Id<'licence'>[]> => {
  const ids: Id<'licence'>[] = []
  for (const over of licences) {
    const { licence, document } = issuer.licence(over)
    granted(await install(stand, { document, key: aKey() }))
    granted(await activate(stand, { licence: licence.id, code: 'AAAAA-BBBBB', receipt: null, key: aKey() }, never))
    ids.push(licence.id)
  }
  granted(await link(stand, { name: profile, licences: ids, key: aKey() }))
  return ids
}
export const wish = (over: Partial<{ profile: string; key: string; user: string; borrowHours: number }> = {}) => ({
  profile: over.profile ?? 'solver', key: over.key ?? aKey(), holder: { user: over.user ?? 'mori', host: 'ws-17', program: 'solver 9.2' }, ...(over.borrowHours === undefined ? {} : { borrowHours: over.borrowHours }),
})
export const leaseId = (text: string): Id<'lease'> => asId(text)
