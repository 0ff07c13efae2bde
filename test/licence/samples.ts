import { randomUUID } from 'node:crypto'
import type { ActivationRequest, Documents } from '#domain/licence/documents.ts'
import { type Factor, lockOn } from '#domain/licence/node-lock.ts'
import type { Activation, Holder, Lease, Licence, ServerIdentity } from '#domain/licence/licence.ts'
import { asId, type Id } from '#domain/ids.ts'
import { newPrivateKey, type Signer, signerOf } from '#lib/sign.ts'

export const at = Date.parse('2026-11-22T09:00:00Z')
export const anId = <Kind extends string>(): Id<Kind> => asId<Kind>(randomUUID())

/** A licence server's key pair and name, and the machine it stands on. */
export type TestServer = { readonly signer: Signer; readonly identity: ServerIdentity; readonly factors: readonly Factor[]; readonly machine: string }
export const aServer = (machine = 'lm-01'): TestServer => {
  const signer = signerOf(newPrivateKey())
  return { signer, identity: { server: anId(), publicKey: signer.publicKey }, factors: aMachine(machine), machine }
}

export const aMachine = (name: string): readonly Factor[] => [
  { kind: 'machine-id', value: `id of ${name}` }, { kind: 'board', value: `board of ${name}` }, { kind: 'network', value: `02:00:5e:10:00:01 of ${name}` }, { kind: 'host-name', value: name },
]

export const aLicence = (over: Partial<Licence> = {}): Licence => ({ id: anId(), product: 'Mesh Solver', kind: 'session', name: 'Parallel sessions', seats: 4, startsAt: at, endsAt: null, graceDays: 0, borrowHours: 48, issuedAt: at, ...over })

export const aHolder: Holder = { user: 'mori', host: 'ws-17', program: 'solver 9.2' }

export const aLease = (over: Partial<Lease> = {}): Lease => ({ lease: anId(), licence: anId(), profile: 'solver', holder: aHolder, takenAt: at, until: at + 90_000, isBorrowed: false, ...over })

export const anActivation = (server: TestServer, over: Partial<Activation> = {}): Activation => ({
  ...server.identity, licence: anId(), generation: 1, machine: server.machine, nodeLock: lockOn(server.factors, 'salt'), receiptHash: null, activatedAt: at, ...over,
})

export const aRequest = (server: TestServer, over: Partial<ActivationRequest> = {}): ActivationRequest => ({
  ...server.identity, request: anId(), licence: anId(), code: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', machine: server.machine, nodeLock: lockOn(server.factors, 'salt'), receipt: null, at, ...over,
})

/** One of every kind. */
export const allDocuments = (server: TestServer): Documents => ({
  'rehome-licence': aLicence(),
  'rehome-activation': anActivation(server),
  'rehome-request': aRequest(server),
  'rehome-deactivation': { licence: anId(), generation: 1, server: server.identity.server, at, leases: [aLease()] },
  'rehome-seat': { ...aLease(), server: server.identity.server, nodeLock: null },
  'rehome-moved': { from: server.identity.server, to: { ...aServer('lm-02').identity, url: 'https://lm-02.example:7070' }, at },
})
