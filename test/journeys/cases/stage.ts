import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { openAddresses } from '#adapters/addresses/http.ts'
import { createSimulatedClock } from '#adapters/clock/simulated.ts'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { openOidc } from '#adapters/identity/oidc.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { openSmtp } from '#adapters/mail/smtp.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { handlersOf } from '#control/running/handlers.ts'
import { reconcileJob } from '#control/running/reconcile.ts'
import { openSetup } from '#control/people/setup.ts'
import type { World } from '#control/ground/world.ts'
import type { Role } from '#domain/access.ts'
import type { Locale } from '#domain/locale.ts'
import type { Message } from '#domain/records.ts'
import type { Country, Day, Instant, Zone } from '#domain/time.ts'
import { listen } from '#entrances/http/server.ts'
import { openWorld } from '#main/world.ts'
import type { Addresses } from '#ports/addresses.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { Read } from '#ports/mail.contract.ts'
import { browserAt } from '#test/control/browser.ts'
import { startOidcProvider } from '#test/services/oidc-provider.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { readLetter, type SmtpSink, useSmtpSink } from '#test/services/smtp-sink.ts'
import { type Contact, contactAt, operatorAt, type Person, type Surroundings } from './people.ts'

export type StageOptions = {
  /** The day on which it begins, at nine in the morning where the vendor is. */
  readonly start: Day
  readonly vendor: { readonly name: string; readonly country: Country; readonly zone: Zone; readonly locale: Locale }
  /** Folders with other playbooks than those that come with Rehome. */
  readonly playbooks?: readonly string[]
  /** The folder with the bundles that customers fetch. */
  readonly bundles?: string
  /** Console and portal as they were built, for those who look at them in a browser. */
  readonly web?: { readonly folder: string }
  /** How requests get to control; as browsers send them, unless said otherwise. `alone`: does something while no worker, agent or other request changes the ledger; `world`: what it is done in. */
  readonly send?: (stage: Pick<Stage, 'world' | 'database'> & { alone<T>(work: () => Promise<T>): Promise<T> }, scope: Scope) => Promise<Surroundings['send']>
}

/**
 * Where a case is played from the first letter to the last invoice: one real control over a real ledger, its jobs under a clock that passes only when told, a real
 * mail server in which people read their letters, and the vendor's own sign-in service. Everything on it ends with the test.
 */
export type Stage = {
  readonly world: World
  readonly site: string
  readonly database: TestDatabase
  readonly sink: SmtpSink
  /** Ends with the stage, the last first: for what a case sets up beside it. */
  readonly scope: Scope
  /** The first administrator, who set control up with the address that it printed. */
  readonly admin: Person
  now(): Instant
  /** Everything that is due now is done, and its letters are out. */
  settle(): Promise<void>
  /** Lets time pass until a day, at this time of the vendor's clock on the wall, or until an instant; all that was due on the way is done. */
  passUntil(when: Day | Instant, time?: string): Promise<void>
  /** One part of the case, named by what is required of it: `A3 …`. What follows is not played where it fails. */
  step(title: string, work: () => Promise<void>): Promise<void>
  /** Adds one of the vendor's people, who signs in at the vendor's service when they first ask something. `operator` is their id. */
  operator(name: string, ...roles: Role[]): Promise<Person & { readonly operator: string; readonly name: string }>
  /** A person of a customer or partner with this address: whoever reads its letters. */
  contact(email: string): Contact
  /** Rows of letters, for what a reader cannot see: which occasion one was for. */
  messages(where?: Partial<Message>): Promise<Message[]>
  /** Of every letter that went out: it went to one person, once, in that person's language, and says whom to turn to. The journal is as it was written. */
  checkAtEnd(turnTo: readonly string[]): Promise<{ readonly letters: number; readonly lines: number }>
}

const from = { name: 'Kestrel Analytics', address: 'moves@kestrel.example' }

export const useStage = async (t: Scope & { test(title: string, part: () => Promise<void>): Promise<void> }, { start, vendor, playbooks = [], bundles, web, send }: StageOptions): Promise<Stage> => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const scope: Scope = { after: end => { ends.push(end) } }
  const database = await useDatabase(scope, { major: 18 })
  const clock = createSimulatedClock(wall(start, '09:00', vendor.zone))
  const troubles: unknown[] = []
  const jobs = await openJobs({ url: database.url, clock, onTrouble: error => { troubles.push(error) } })
  ends.push(async () => { await jobs[Symbol.asyncDispose]() })
  const opened = await openLedger({ url: database.url, jobs })
  ends.push(async () => { await opened[Symbol.asyncDispose]() })
  const door = doorTo(opened)
  const { ledger } = door
  const port = await freePort()
  const site = `http://127.0.0.1:${port}`
  const known: Record<string, { email: string; email_verified: true; name: string }> = {}
  const service = await startOidcProvider({ redirect: `${site}/api/sign-in/return`, people: known, asks: true })
  ends.push(async () => { await service[Symbol.asyncDispose]() })
  const world: World = {
    ...await openWorld({ ledger, clock, site, keys: keysOf(newKey(), 'the journey'), playbooks, ...(bundles === undefined ? {} : { bundles }) }),
    addresses: onlyHere(openAddresses({ timeoutMs: 2_000 })),
    signInService: openOidc({ issuer: service.issuer, id: service.id, secret: service.secret, redirect: `${site}/api/sign-in/return`, scopes: 'openid email profile', groupsClaim: 'groups', trustsAddresses: false }),
  }
  const bugs: unknown[] = []
  // One machine plays everybody: the limits of one are too few for it.
  const server = await listen(world, { failed: error => { bugs.push(error); console.error(error) }, answered: () => { /* nobody counts */ } }, { host: '127.0.0.1', port, limits: { perMinute: 1e6, openPerMinute: 1e6 }, ...(web === undefined ? {} : { web }) })
  ends.push(async () => {
    await server[Symbol.asyncDispose]()
    assert.deepEqual([bugs, troubles], [[], []], 'no bug, and nothing to be tried again')
  })
  const sink = await useSmtpSink(scope)
  const mail = openSmtp({ host: sink.host, port: sink.port, security: 'none' })
  ends.push(async () => { await mail[Symbol.asyncDispose]() })
  const stop = new AbortController()
  const working = jobs.work(handlersOf(world, { mail, from }), stop.signal)
  ends.push(async () => { stop.abort(); await working })
  await ledger.transaction(tx => tx.enqueue(reconcileJob(clock.now())))

  const read: Promise<Read>[] = []
  const letters = async (): Promise<Read[]> => {
    for (const { bytes, to } of sink.raw.slice(read.length)) read.push(readLetter(bytes, to))
    return await Promise.all(read)
  }
  const settle = (): Promise<void> => jobs.passUntil(clock.now())
  const around: Surroundings = {
    site, settle,
    inbox: async address => (await letters()).filter(one => one.envelope.includes(address)),
    send: (await send?.({ world: { ...world, ledger: opened }, database, alone: async work => { await settle(); return await door.alone(work) } }, scope)) ?? ((url, init, browser) => browser.open(`${url.pathname}${url.search}`, init)),
  }
  const operators = (email: string): Person => operatorAt(around, email, url => service.browse(url, email))
  const knowAtService = (email: string, name: string): void => { known[email] = { email, email_verified: true, name } }

  const adminEmail = 'admin@kestrel.example'
  await setUp(world, { ...vendor, email: adminEmail })
  knowAtService(adminEmail, 'The administrator')
  const admin = operators(adminEmail)
  const messages = (where: Partial<Message> = {}): Promise<Message[]> => ledger.read(view => view.list('message', where, { limit: 10_000 }))
  return {
    world, site, database, sink, scope, admin, settle, messages, now: clock.now,
    passUntil: (when, time = '09:00') => jobs.passUntil(typeof when === 'number' ? when : wall(when, time, vendor.zone)),
    async step(title, work) {
      let failed = true
      await t.test(title, async () => {
        await work()
        await settle()
        failed = false
      })
      if (failed) throw new Error(`the journey ends at: ${title}`)
    },
    async operator(name, ...roles) {
      const email = `${name.toLowerCase().replaceAll(/\W+/g, '-')}@kestrel.example`
      const { id } = await admin.ask('people.add', { name, email, roles })
      knowAtService(email, name)
      return { ...operators(email), operator: id, name }
    },
    contact: email => contactAt(around, email),
    async checkAtEnd(turnTo) {
      const [all, rows] = [await letters(), await messages()]
      const sent = rows.filter(row => row.state === 'sent' && row.digest === null)
      assert.equal(all.length, sent.length, 'every letter that is written down as sent went out, once')
      assert.equal(new Set(all.map(one => one.id)).size, all.length, 'none went out twice')
      const same = Map.groupBy(all, one => `${shown(one.writtenAt)} ${one.envelope.join()} ${one.subject} ${one.text}`)
      assert.deepEqual([...same.values()].filter(some => some.length > 1).map(([one, ...more]) => `${shown(one?.writtenAt ?? 0)} ${one?.envelope.join()} ${one?.subject}, ${more.length} more`), [], 'nobody is told the same twice')
      const byId = new Map(sent.map(row => [row.messageId, row]))
      for (const one of all) {
        const row = byId.get(one.id)
        assert.ok(row !== undefined, one.subject)
        assert.deepEqual(one.envelope, [row.address])
        assert.match(one.html, new RegExp(`<html lang="${row.locale}"`), `${one.subject}: in the reader's language`)
        for (const person of turnTo) assert.ok(one.text.includes(person) && one.html.includes(person), `${one.subject} (to ${row.address}) names ${person}`)
      }
      assert.deepEqual(rows.filter(row => ['waiting', 'failed', 'bounced'].includes(row.state)).map(row => `${row.event} ${row.state} ${row.why}`), [])
      assert.deepEqual((await jobs.failed()).map(one => `${one.job.name} ${one.job.key}: ${one.reason}`), [], 'no job was given up')
      const { lines, wrong } = await ledger.verifyJournal()
      assert.equal(wrong, undefined)
      return { letters: all.length, lines }
    },
  }
}

/** Names that the journey makes up are known to no name server; nothing but this machine is asked. */
const onlyHere = ({ ask }: Addresses): Addresses => ({ ask: async (address, signal) => (new URL(address).hostname === '127.0.0.1' ? ask(address, signal) : { why: 'nobody knows this name' }) })

/** A ledger whose decisions can be kept waiting. */
const doorTo = (ledger: Ledger): { readonly ledger: Ledger; alone<T>(work: () => Promise<T>): Promise<T> } => {
  let shut = Promise.resolve<unknown>(undefined)
  const underWay = new Set<Promise<unknown>>()
  return {
    ledger: {
      ...ledger,
      async transaction(work) {
        await shut
        const mine = ledger.transaction(work)
        underWay.add(mine)
        return await mine.finally(() => underWay.delete(mine))
      },
    },
    async alone(work) {
      const mine = shut.then(async () => { await Promise.allSettled(underWay); return await work() })
      shut = mine.catch(() => { /* whoever asked hears of it */ })
      return await mine
    },
  }
}

/** The page behind the address that control prints at its first start, filled in. */
const setUp = async (world: World, { name, country, zone, locale, email }: StageOptions['vendor'] & { readonly email: string }): Promise<void> => {
  const address = await openSetup(world)
  assert.ok(address !== undefined, 'nobody is there yet')
  const browser = browserAt(world.site)
  const path = new URL(address).pathname
  assert.match(await (await browser.open(path)).text(), /name="password"/)
  const done = await browser.submit(path, { company: name, country, zone, locale, name: 'The administrator', email, password: randomBytes(18).toString('base64url') })
  assert.equal(done.status, 303, await done.text())
  assert.equal(await openSetup(world), undefined, 'there is never another one')
}

const shown = (at: Instant): string => new Date(at).toISOString()

const wall = (day: Day, time: string, zone: Zone): Instant => Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(zone).epochMilliseconds
