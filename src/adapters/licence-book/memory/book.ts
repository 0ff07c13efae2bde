import { Fault } from '#domain/faults.ts'
import type { ServerIdentity } from '#domain/licence/licence.ts'
import type { KeptLease } from '#domain/licence/seats.ts'
import { hourOf, type UsageHour } from '#domain/licence/usage.ts'
import { Gate } from '#lib/gate.ts'
import type { BookChange, HeldBook, KeptAnswer, KeptLicence, KeptProfile, KeptState, LicenceBook } from '#ports/licence-book.ts'

type Pages = {
  identity: ServerIdentity | undefined
  state: Pick<KeptState, 'seen' | 'maintenance' | 'moved' | 'forgiven'>
  epoch: number
  readonly licences: Map<string, KeptLicence>
  readonly profiles: Map<string, KeptProfile>
  readonly leases: Map<string, KeptLease>
  readonly usage: Map<string, UsageHour>
  readonly answers: Map<string, KeptAnswer & { readonly at: number }>
  readonly lapsed: Map<string, KeptLease & { readonly at: number }>
}

/** `end`: as if the server that has it had been killed; what it kept is still there. */
export type MemoryBook = LicenceBook & { end(): void }

/** A book in memory, for tests of what stands on it. */
export const createMemoryBook = (): MemoryBook => {
  const pages: Pages = { identity: undefined, state: { seen: 0, maintenance: null, moved: null, forgiven: [] }, epoch: 0, licences: new Map(), profiles: new Map(), leases: new Map(), usage: new Map(), answers: new Map(), lapsed: new Map() }
  const free = new Gate(true)
  let end = (): void => { /* nobody has it */ }
  return {
    async hold(signal, wait) {
      if (!free.isOpen) wait?.()
      // Of several that wait one is first; the others find the gate shut again.
      while (!free.isOpen) await free.pass(signal)
      free.shut()
      const lost = new AbortController()
      const mine = (): void => {
        if (lost.signal.aborted) return
        lost.abort(new Fault('LICENCE_BOOK_UNREACHABLE', { reason: 'the session is over' }))
        free.open()
      }
      end = mine
      return heldOf(pages, pages.epoch + 1, lost.signal, mine)
    },
    end: () => { end() },
    [Symbol.asyncDispose]: () => Promise.resolve(end()),
  }
}

const heldOf = (pages: Pages, epoch: number, lost: AbortSignal, end: () => void): HeldBook => {
  const still = async (): Promise<void> => {
    await Promise.resolve()
    lost.throwIfAborted()
  }
  return {
    epoch, lost,
    async read(identity) {
      await still()
      pages.identity ??= identity
      const from = hourOf(pages.state.seen)
      return { ...pages.state, identity: pages.identity, licences: [...pages.licences.values()], profiles: [...pages.profiles.values()], leases: [...pages.leases.values()], usage: [...pages.usage.values()].filter(({ hour }) => hour >= from) }
    },
    async keep(changes) {
      await still()
      for (const change of changes) write(pages, change)
    },
    async answered(key) {
      await still()
      const known = pages.answers.get(key)
      return known === undefined ? undefined : { key, fingerprint: known.fingerprint, answer: known.answer }
    },
    async lapsed(after) {
      await still()
      return [...pages.lapsed.values()].filter(({ until }) => until > after).map(({ at: _, ...lease }) => lease)
    },
    async trim({ answersMs, keysMs }, most) {
      await still()
      return trim(pages, Date.now() - answersMs, Date.now() - keysMs, most)
    },
    async usage(from, to, licence) {
      await still()
      return [...pages.usage.values()].filter(one => one.hour >= from && one.hour < to && (licence === undefined || one.licence === licence)).sort((a, b) => a.hour - b.hour || (a.licence < b.licence ? -1 : 1))
    },
    [Symbol.asyncDispose]: () => Promise.resolve(end()),
  }
}

const trim = ({ answers, lapsed }: Pages, answersBefore: number, keysBefore: number, most: number): number => {
  const over = [...answers.values()].filter(({ at }) => at < keysBefore).slice(0, most)
  for (const { key } of over) answers.delete(key)
  const old = [...answers.values()].filter(({ at, answer }) => at < answersBefore && answer !== null).slice(0, most)
  for (const one of old) answers.set(one.key, { ...one, answer: null })
  const gone = [...lapsed.values()].filter(({ at }) => at < keysBefore).slice(0, most)
  for (const { lease } of gone) lapsed.delete(lease)
  return over.length + old.length + gone.length
}

const write = (pages: Pages, { taken = [], ended = [], licences = [], profiles = [], profilesGone = [], usage = [], answers = [], lapsed = [], forgiven, epoch, ...server }: BookChange): void => {
  for (const lease of lapsed) pages.lapsed.set(lease.lease, { ...lease, at: Date.now() })
  for (const lease of taken) pages.leases.set(lease.lease, lease)
  for (const lease of ended) pages.leases.delete(lease)
  for (const licence of licences) pages.licences.set(licence.licence, licence)
  for (const name of profilesGone) pages.profiles.delete(name)
  for (const profile of profiles) pages.profiles.set(profile.name, profile)
  for (const hour of usage) {
    const name = `${hour.licence} ${hour.hour}`
    pages.usage.set(name, { ...hour, peak: Math.max(hour.peak, pages.usage.get(name)?.peak ?? 0) })
  }
  // As they come back from a database.
  for (const { answer, ...rest } of answers) pages.answers.set(rest.key, { ...rest, at: Date.now(), answer: JSON.parse(JSON.stringify(answer)) as unknown })
  pages.state = { ...pages.state, ...server, seen: Math.max(pages.state.seen, server.seen ?? 0) }
  pages.epoch = Math.max(pages.epoch, epoch ?? 0)
  if (forgiven !== undefined) forgive(pages, forgiven)
}

const forgive = (pages: Pages, { hours, hoursGone, ...forgiveness }: NonNullable<BookChange['forgiven']>): void => {
  pages.state = { ...pages.state, seen: forgiveness.at, forgiven: [forgiveness, ...pages.state.forgiven].slice(0, 20) }
  for (const [name, { hour }] of pages.usage) if (hour >= hoursGone) pages.usage.delete(name)
  for (const hour of hours) pages.usage.set(`${hour.licence} ${hour.hour}`, hour)
  for (const lease of pages.leases.keys()) pages.lapsed.delete(lease)
}
