import { randomBytes } from 'node:crypto'
import { asId, type Id } from '#domain/ids.ts'
import { takeActivation } from '#domain/licence/activation.ts'
import { agrees } from '#domain/licence/forgive.ts'
import { claimIn, openDocument, signDocument } from '#domain/licence/documents.ts'
import { lockOn } from '#domain/licence/node-lock.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import { type KeptLease, resumed } from '#domain/licence/seats.ts'
import type { Held } from '#domain/licence/standing.ts'
import { writeAnchor } from './anchoring.ts'
import { type Decided, inTurn, once } from './once.ts'
import { forgetGone, keep, keptOf, type Stand, timeOf } from './stand.ts'

export type Activated = { readonly licence: Id<'licence'>; readonly generation: number; readonly activation: string }

/** Puts a licence in, inactive. It is here already: done. */
export const install = (stand: Stand, said: { readonly document: string; readonly key: string }): Promise<{ readonly licence: Id<'licence'> } | LicenceRefused> =>
  once(stand, 'install', said, () => {
    const { issuerKey, shapes } = stand.world
    if (issuerKey === null) return { refused: 'no-issuer' }
    const opened = openDocument('rehome-licence', said.document, issuerKey, shapes)
    if (!opened.ok) return { refused: 'document-wrong', why: whys[opened.wrong] }
    const { id } = opened.says
    const known = stand.held.get(id)
    if (known !== undefined) return known.document === said.document ? { answer: { licence: id }, change: {} } : { refused: 'other-document', licence: id }
    const held: Held = { licence: opened.says, document: said.document, activation: null, doubt: null, differ: null, generation: 0, receipt: null, brought: null, code: null, waits: false }
    return { answer: { licence: id }, change: { licences: [keptOf(held)] }, after: () => { stand.held.set(id, held) } }
  })

/** The signed request for an activation. The receipt is kept, for when the activation comes. */
export const request = (stand: Stand, said: { readonly licence: Id<'licence'>; readonly code: string; readonly receipt: string | null }): Promise<{ readonly request: string } | LicenceRefused> =>
  inTurn(stand, async () => {
    const held = stand.held.get(said.licence)
    if (held === undefined) return { refused: 'licence-unknown', licence: said.licence }
    const brought = said.receipt ?? held.brought
    const asking: Held = { ...held, brought, code: said.code }
    const signed = await requestOf(stand, asking, said.code)
    await keep(stand, { licences: [keptOf(asking)] })
    stand.held.set(said.licence, asking)
    return { request: signed }
  })

type Wish = { readonly licence: Id<'licence'>; readonly code?: string; readonly activation?: string; readonly receipt: string | null; readonly key: string }

/** Binds a licence to this machine: by its code, asked of the issuer, or by an activation that came as a file. */
export const activate = (stand: Stand, said: Wish, signal: AbortSignal): Promise<Activated | LicenceRefused> =>
  once(stand, 'activate', said, async () => {
    const held = stand.held.get(said.licence)
    const { issuer, issuerKey } = stand.world
    if (held === undefined) return { refused: 'licence-unknown', licence: said.licence }
    if ((said.code === undefined) === (said.activation === undefined)) return { refused: 'code-or-activation' }
    if (issuerKey === null || (issuer === null && said.activation === undefined)) return { refused: 'no-issuer' }
    const asking: Held = { ...held, brought: said.receipt ?? held.brought, code: said.code ?? held.code }
    // What the issuer was asked for it answers again: when we do not live to hear it, the next try does.
    const activation = said.activation ?? await issuer?.activate(await requestOf(stand, asking, said.code ?? ''), signal) ?? ''
    return await take(stand, asking, activation, issuerKey)
  })

const take = async (stand: Stand, held: Held, signed: string, issuerKey: string): Promise<Decided<Activated> | LicenceRefused> => {
  const opened = openDocument('rehome-activation', signed, issuerKey, stand.world.shapes)
  if (!opened.ok) return { refused: 'document-wrong', why: whys[opened.wrong] }
  const { says } = opened
  const { id } = held.licence
  const receipts = [held.brought, held.receipt].filter(one => one !== null)
  const taken = takeActivation(held, stand.anchored[id], says, stand.identity, await stand.world.machine.factors(), receipts)
  if ('refused' in taken) return taken
  const answer = { licence: id, generation: says.generation, activation: signed }
  // Active already: that it is shown again proves nothing about a doubt.
  if (held.activation?.says.generation === says.generation) return { answer, change: {} }
  const active: Held = { ...held, activation: { says, signed }, doubt: null, differ: null, generation: says.generation, brought: null, waits: held.waits && !agrees(stand.world.clock.now(), says.activatedAt) }
  const carried = taken.receipt === null ? [] : carriedBy(stand, taken.receipt)
  return {
    answer, change: { licences: [keptOf(active)], taken: carried },
    async after() {
      forgetGone(stand, id)
      for (const lease of carried) if (stand.seats.find(lease.lease) === undefined) stand.seats.sit(lease)
      stand.held.set(id, active)
      await writeAnchor(stand)
    },
  }
}

/** Who sat where the licence was before sits here (L6). The issuer vouches for the receipt: its hash stands in the activation. */
const carriedBy = (stand: Stand, receipt: string): KeptLease[] => {
  const opened = claimIn('rehome-deactivation', receipt, stand.world.shapes)
  const { time } = timeOf(stand)
  return opened.ok ? opened.says.leases.map(lease => resumed({ ...lease, key: null }, time, stand.leaseMs)).filter(({ until }) => until > time) : []
}

const requestOf = async (stand: Stand, held: Held, code: string): Promise<string> => {
  const { machine, newId, signer } = stand.world
  const { time } = timeOf(stand)
  const nodeLock = lockOn(await machine.factors(), randomBytes(16).toString('base64url'))
  return signDocument('rehome-request', { ...stand.identity, request: asId(newId()), licence: held.licence.id, code, machine: machine.name, nodeLock, receipt: held.brought ?? held.receipt, at: time }, signer)
}

/** Of a document that is not taken. */
const whys = {
  'no-document': 'it was cut short, or is nothing of ours', 'another-kind': 'it is a document of another kind', signature: 'it was changed since it was signed, or signed by another issuer', contents: 'it does not say what such a document says',
} as const
