import { isDeepStrictEqual } from 'node:util'
import { Fault } from '#domain/faults.ts'
import type { Holder } from '#domain/licence/licence.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { Instant } from '#domain/time.ts'
import type { Licensor, Released } from '#ports/licensor.ts'
import type { MemoryIssuer, MemoryLicence, MemorySeat } from './issuer.ts'

/** What products ask of a licence server on memory. */
export type MemorySeats = {
  /** A seat of the first licence of the profile that has one free, or why there is none. */
  checkOut(profile: string, holder: Holder, options?: { readonly seconds?: number; readonly isBorrowed?: boolean }): { readonly lease: string; readonly licence: string; readonly until: Instant } | { readonly refused: string }
  /** Whether the seat was out. */
  release(lease: string): boolean
  /** Where whoever asks is sent; null: nowhere. */
  readonly movedTo: string | null
  /** The licences that give out seats here now. */
  readonly active: readonly string[]
}

export type MemoryLicensorOptions = {
  readonly name: string
  readonly issuer: MemoryIssuer
  readonly machine?: string
  readonly now?: () => Instant
}

type Held = { readonly licence: MemoryLicence; readonly document: string; generation: number; isActive: boolean; code: string | null; receipt: string | null; seats: MemorySeat[] }
type Server = {
  readonly name: string; readonly machine: string; readonly issuer: MemoryIssuer; now(): Instant
  readonly held: Map<string, Held>; readonly profiles: Map<string, readonly string[]>; maintenance: Maintenance | null; movedTo: string | null; leases: number
}

/**
 * A licence server on memory, for tests: as strict as ours, without signatures. What it keeps outlives whoever asks it; a key is remembered for ever, and answers
 * what it answered first. What was refused is not remembered. For a bad day wrap it: `adapters/licensor/faulty`.
 */
export const openMemoryLicensor = ({ name, issuer, machine = `machine of ${name}`, now = Date.now }: MemoryLicensorOptions): Licensor & { readonly seats: MemorySeats } => {
  const server: Server = { name, machine, issuer, now, held: new Map(), profiles: new Map(), maintenance: null, movedTo: null, leases: 0 }
  const keyed = keyedOf(name)
  return {
    label: name,
    can: { maintenance: true, carriesSeats: true, redirect: true, profiles: true, keys: true },
    seats: {
      checkOut: (profile, holder, options = {}) => checkOut(server, profile, holder, options),
      release: lease => release(server, lease),
      get movedTo() { return server.movedTo },
      get active() { return [...server.held.values()].flatMap(held => (held.isActive ? [held.licence.id] : [])) },
    },
    async readBack(signal) {
      signal.throwIfAborted()
      return sheetOf(server)
    },
    maintain: keyed('change its maintenance', (maintenance: Parameters<Licensor['maintain']>[0]) => {
      server.maintenance = maintenance === null ? null : { ...maintenance, since: server.maintenance?.since ?? now() }
    }),
    deactivate: keyed('deactivate the licence', (licence: string) => deactivate(server, licence)),
    install: keyed('install the licence', (released: Released) => { install(server, released) }),
    async activate(released, code, key, signal) {
      await keyed('activate the licence', (of: { readonly released: Released; readonly code: string | null }) => { activate(server, of.released, of.code) })({ released, code }, key, signal)
    },
    link: keyed('link the profile', ({ name: profile, licences }: Parameters<Licensor['link']>[0]) => { link(server, profile, licences) }),
    async rename(from, to, key, signal) {
      await keyed('rename the profile', (of: { readonly from: string; readonly to: string }) => { rename(server, of.from, of.to) })({ from, to }, key, signal)
    },
    redirect: keyed('redirect', (to: { readonly url: string } | null) => { server.movedTo = to?.url ?? null }),
    async [Symbol.asyncDispose]() { /* nothing is open */ },
  }
}

class Refused extends Error {}

type Keyed = <Of, Answer>(verb: string, act: (of: Of) => Answer) => (of: Of, key: string, signal: AbortSignal) => Promise<Answer>

const keyedOf = (server: string): Keyed => {
  const answers = new Map<string, { readonly verb: string; readonly of: unknown; readonly answer: unknown }>()
  return <Of, Answer>(verb: string, act: (of: Of) => Answer) => async (of: Of, key: string, signal: AbortSignal): Promise<Answer> => {
    signal.throwIfAborted()
    const refused = (reason: string): Fault => new Fault('LICENSOR_REFUSED', { server, verb, reason })
    const before = answers.get(key)
    if (before !== undefined) {
      if (before.verb !== verb || !isDeepStrictEqual(before.of, of)) throw refused('its key was used for something else')
      return before.answer as Answer // the verb is the same one, and so is its act
    }
    try {
      const answer = act(of)
      answers.set(key, { verb, of, answer })
      return answer
    } catch (error) {
      throw error instanceof Refused ? refused(error.message) : error
    }
  }
}

const deactivate = (server: Server, id: string): Released => {
  const held = server.held.get(id)
  if (held === undefined) throw new Refused(`there is no licence ${id} here`)
  if (held.isActive) {
    held.receipt = server.issuer.write({ licence: id, generation: held.generation, server: server.name, seats: outOf(server, held) })
    held.isActive = false
    held.seats = []
  }
  if (held.receipt === null) throw new Refused('the licence was never active here')
  return { licence: id, document: held.document, receipt: held.receipt }
}

const install = (server: Server, { licence: id, document }: Released): Held => {
  const licence = server.issuer.read(document)
  if (licence === undefined) throw new Refused('the licence is not signed by its issuer')
  if (licence.id !== id) throw new Refused(`the document is of the licence ${licence.id}`)
  const held = server.held.get(id) ?? { licence, document, generation: 0, isActive: false, code: null, receipt: null, seats: [] }
  server.held.set(id, held)
  return held
}

const activate = (server: Server, released: Released, code: string | null): void => {
  const held = server.held.get(released.licence)
  if (held === undefined) throw new Refused(`there is no licence ${released.licence} here: install it first`)
  if (held.isActive) return
  const told = server.issuer.activate(released.licence, code, released.receipt, server.name)
  if ('refused' in told) throw new Refused(told.refused)
  if (told.generation <= held.generation) throw new Refused('the licence was given up here: its receipt is needed')
  const receipt = released.receipt === null ? undefined : server.issuer.readReceipt(released.receipt)
  Object.assign(held, { generation: told.generation, isActive: true, code, receipt: null, seats: [...receipt?.seats ?? []] } satisfies Partial<Held>)
}

const link = (server: Server, profile: string, licences: readonly string[]): void => {
  const absent = licences.find(licence => !server.held.has(licence))
  if (absent !== undefined) throw new Refused(`there is no licence ${absent} here`)
  server.profiles.set(profile, [...licences])
}

const rename = (server: Server, from: string, to: string): void => {
  const licences = server.profiles.get(from)
  if (licences === undefined) throw new Refused(`there is no profile ${from} here`)
  if (from === to) return
  if (server.profiles.has(to)) throw new Refused(`another profile has the name ${to}`)
  server.profiles.delete(from)
  server.profiles.set(to, licences)
}

const outOf = (server: Server, held: Held): MemorySeat[] => held.seats.filter(seat => seat.until > server.now())

const checkOut = (server: Server, profile: string, holder: Holder, { seconds = 90, isBorrowed = false }: { readonly seconds?: number; readonly isBorrowed?: boolean }): ReturnType<MemorySeats['checkOut']> => {
  if (server.movedTo !== null) return { refused: 'moved' }
  if (server.maintenance !== null) return { refused: 'maintenance' }
  const licences = server.profiles.get(profile)
  if (licences === undefined) return { refused: 'profile-unknown' }
  const active = licences.flatMap(licence => server.held.get(licence) ?? []).filter(held => held.isActive)
  const free = active.find(held => held.licence.seats === null || outOf(server, held).length < held.licence.seats)
  if (free === undefined) return { refused: active.length === 0 ? 'licence-inactive' : 'seats-taken' }
  server.leases += 1
  const seat = { lease: `${server.name}/${server.leases}`, profile, holder, until: server.now() + seconds * 1_000, isBorrowed }
  free.seats = [...outOf(server, free), seat]
  return { lease: seat.lease, licence: free.licence.id, until: seat.until }
}

const release = (server: Server, lease: string): boolean => [...server.held.values()].some(held => {
  const left = held.seats.filter(seat => seat.lease !== lease)
  const isOut = left.length < held.seats.length
  held.seats = left
  return isOut
})

const sheetOf = (server: Server): Awaited<ReturnType<Licensor['readBack']>> => ({
  format: 'rehome-licences/1',
  server: { name: server.name, product: 'memory', version: '1' },
  takenAt: server.now(),
  maintenance: server.maintenance,
  licences: [...server.held.values()].toSorted((a, b) => byText(a.licence.id, b.licence.id)).map(held => ({
    ...held.licence, state: held.isActive ? 'active' : 'inactive', machine: held.isActive ? server.machine : null, code: held.code,
    taken: outOf(server, held).map(({ holder, until, isBorrowed }) => ({ holder, until, isBorrowed })),
  })),
  profiles: [...server.profiles].toSorted(([a], [b]) => byText(a, b)).map(([name, licences]) => ({ name, licences })),
})

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
