import { openWorld } from '#main/world.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import type { JobsWithin } from '#adapters/ledger/postgres/transaction.ts'
import type { Role } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import type { ContactId, Duty, Vendor } from '#domain/parties.ts'
import { sha256 } from '#lib/hash.ts'
import type { World } from '#control/ground/world.ts'
import { listen } from '#entrances/http/server.ts'
import { type Ask, asking } from '#wire/ask.ts'
import { noJobs } from '#test/ledger/ledger.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'

/** A clock of days: moved by tests, and never by itself. */
export type DayClock = World['clock'] & { at(instant: number): void; pass(days: number): void }

const dayClock = (start: number): DayClock => {
  let now = start
  return { now: () => now, elapsed: () => performance.now(), sleep: () => Promise.resolve(), at: instant => { now = instant }, pass: days => { now += days * 86_400_000 } }
}

export type Control = {
  readonly world: World
  readonly clock: DayClock
  readonly site: string
  readonly database: TestDatabase
  readonly vendor: Vendor
  /** Asks as an operator of the vendor with these roles. */
  as(...roles: readonly Role[]): Promise<Ask>
  /** Asks as a person of a customer or partner who is in the ledger. */
  asContact(contact: ContactId): Promise<Ask>
  /** A new customer with one contact for these duties. */
  customer(name: string, options?: { readonly partner?: string; readonly duties?: readonly Duty[] }): Promise<{ readonly customer: ReturnType<typeof asId<'customer'>>; readonly contact: ContactId }>
  /** These people have answered from their addresses. */
  verify(...contacts: readonly ContactId[]): Promise<void>
  /** Asks as nobody. */
  readonly ask: Ask
}

/** A control of its own on a ledger of its own, listening on loopback, with one vendor in it. */
export const useControl = async (t: Scope, { jobs = noJobs, start = Date.UTC(2026, 10, 2, 3), playbooks = [], bundles, clock: other, database: given }: { readonly jobs?: JobsWithin; /** Instead of the day clock, with the database that `jobs` are in. */ readonly clock?: World['clock']; readonly database?: TestDatabase; readonly start?: number; /** Folders with others than the built-in ones. */ readonly playbooks?: readonly string[]; /** The folder with the bundles that customers fetch. */ readonly bundles?: string } = {}): Promise<Control> => {
  const ends: (() => Promise<void>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const database = given ?? await useDatabase(t, { major: 18 })
  const ledger = await openLedger({ url: database.url, jobs })
  ends.push(async () => { await ledger[Symbol.asyncDispose]() })
  const clock: DayClock = { ...dayClock(start), ...other }
  const world = await openWorld({ ledger, clock, site: 'http://127.0.0.1', keys: keysOf(newKey(), 'the test'), playbooks, ...(bundles === undefined ? {} : { bundles }) })
  const failures: unknown[] = []
  const server = await listen(world, { failed: error => { failures.push(error); console.error(error) }, answered: () => { /* nobody counts */ } }, { host: '127.0.0.1', port: 0 })
  ends.push(async () => {
    await server[Symbol.asyncDispose]()
    if (failures.length > 0) throw failures[0]
  })
  const site = `http://127.0.0.1:${server.port}`
  const vendor: Vendor = { id: world.newId(), name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' }
  await ledger.transaction(tx => tx.add('vendor', vendor))
  const signIn = async (who: { readonly contact: ContactId } | { readonly roles: readonly Role[] }): Promise<Ask> => {
    const token = world.secret()
    const operator = 'roles' in who ? world.newId<'operator'>() : null
    await ledger.transaction(async tx => {
      if ('roles' in who && operator !== null) await tx.add('operator', { id: operator, vendor: vendor.id, name: `A person for ${who.roles.join(' and ')}`, email: `${operator}@kestrel.example`, roles: who.roles, password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
      await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator, createdAt: clock.now(), /* Never idle, however far a test moves the clock. */ seenAt: clock.now() + 400 * 86_400_000, expiresAt: clock.now() + 400 * 86_400_000, endedAt: null, secondFactorAt: null })
    })
    return asking(site, token)
  }
  return {
    world, clock, site, database, vendor, ask: asking(site), as: (...roles) => signIn({ roles }), asContact: contact => signIn({ contact }),
    async verify(...contacts) { await ledger.transaction(async tx => { for (const contact of contacts) await tx.change('contact', contact, { verifiedAt: clock.now() }) }) },
    async customer(name, { partner, duties = ['point-of-contact'] as readonly Duty[] } = {}) {
      const customer = { id: world.newId<'customer'>(), vendor: vendor.id, partner: partner === undefined ? null : asId<'partner'>(partner), name, country: 'DE', zone: 'Europe/Berlin', locale: 'en' as const }
      const contact = { id: world.newId<'contact'>(), customer: customer.id, partner: null, name: `A person at ${name}`, company: name, email: `person@${name.toLowerCase().replaceAll(/\W+/g, '-')}.example`, phone: null, extension: null, duties, locale: 'en' as const, verifiedAt: clock.now(), removedAt: null }
      await ledger.transaction(async tx => { await tx.add('customer', customer); await tx.add('contact', contact) })
      return { customer: customer.id, contact: contact.id }
    },
  }
}

