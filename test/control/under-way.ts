import { randomBytes } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '#domain/access.ts'
import { Fault } from '#domain/faults.ts'
import type { ContactId } from '#domain/parties.ts'
import type { Move } from '#domain/programmes.ts'
import type { Gate, MoveOrder, Operator, Report } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import type { Ledger } from '#ports/ledger.ts'
import { listen, type HttpServer } from '#entrances/http/server.ts'
import type { Ask } from '#wire/ask.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until, type Patience } from '#test/services/until.ts'
import { type Control, useControl } from './rig.ts'

const shop = `CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
  INSERT INTO orders (note) SELECT repeat('n', i % 50) FROM generate_series(1, 2000) i; CREATE TABLE people (id integer PRIMARY KEY, name text); INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 120) i; ANALYZE`

/** `said`: everything it wrote. `ended`: its exit status. */
export type AgentProcess = { readonly child: ChildProcess; said(): string; readonly ended: Promise<number | null> }

/** A vendor's move between two real databases, planned and with its gates, on a real control; and agents that are processes. */
export type UnderWay = {
  readonly control: Control
  readonly move: Move['id']
  readonly tenant: Move['tenant']
  readonly contact: Awaited<ReturnType<Control['customer']>>['contact']
  readonly customer: Awaited<ReturnType<Control['customer']>>['customer']
  readonly from: TestDatabase
  readonly to: TestDatabase
  readonly lead: Ask
  /** Of a session of one more lead, to be sent by hand. */
  readonly leadToken: string
  /** Everything that is in the ledger, as text. */
  dump(): Promise<string>
  /** A control that agents reach, which can be gone for a while. */
  readonly door: { readonly url: string; shut(): Promise<void>; open(): Promise<void> }
  /** A new agent as people add it; answers its token. */
  token(): Promise<{ readonly id: string; readonly token: string }>
  /** A process, as `rehome agent` is. `countUsers`: what counts the tenant's people. */
  agent(token: string, options?: { /** The way to the new home. */ readonly to?: string; /** The database into which it rehearses. */ readonly scratch?: string }): AgentProcess
  row(): Promise<Move>
  order(kind?: MoveOrder['kind']): Promise<MoveOrder>
  reports(): Promise<readonly Report[]>
  stands(stage: Move['stage'], patience?: Patience): Promise<void>
  gate(state: Gate['state']): Promise<void>
}

export const useUnderWay = async (test: Scope, { fill = shop, onSwitched, isSilent, clock: other }: { readonly fill?: string; /** Instead of the clock that stands still. */ readonly clock?: Control['world']['clock']; /** Control has switched, and its answer is not on its way yet. */ readonly onSwitched?: () => Promise<void>; /** While it is, control cannot switch: its ledger is gone just then. */ readonly isSilent?: () => boolean } = {}): Promise<UnderWay> => {
  // What was begun last ends first: agents, then their door, then control.
  const ends: (() => Promise<void>)[] = []
  test.after(async () => { for (const end of ends.toReversed()) await end() })
  const t: Scope = { after: end => { ends.push(end) } }
  const control = await useControl(t, other === undefined ? {} : { clock: other })
  const { world, vendor, clock } = control
  const [from, to] = [await useDatabase(t, { major: 15, template: fill }), await useDatabase(t, { major: 18 })]
  const { customer, contact } = await control.customer('Nordlicht', { duties: ['point-of-contact', 'it'] })
  const [origin, destination, tenant, programme, move, gate] = [world.newId<'home'>(), world.newId<'home'>(), world.newId<'tenant'>(), world.newId<'programme'>(), world.newId<'move'>(), world.newId<'gate'>()]
  const owned = { vendor: vendor.id, customer }
  await world.ledger.transaction(async tx => {
    await tx.add('home', { id: origin, vendor: vendor.id, name: 'the old cloud', kind: 'shared', addressPattern: null, capacity: 4, licensedUsers: null }, { id: destination, vendor: vendor.id, name: 'the new cloud', kind: 'dedicated', addressPattern: null, capacity: 4, licensedUsers: null })
    await tx.add('tenant', { id: tenant, ...owned, home: origin, name: 'nordlicht', address: null, environment: 'prod', users: null, stores: [], measuredAt: null, dedicatedDueAt: null })
    await tx.add('programme', { id: programme, vendor: vendor.id, name: 'To the new cloud', playbook: 'cloud-to-cloud', dueOn: null, people: [], createdAt: clock.now() })
    await tx.add('move', { id: move, ...owned, programme, wave: null, tenant, origin, destination, playbook: 'cloud-to-cloud', version: 1, t0: '2026-11-02', stage: 'planned', leg: 'out', revision: 1, createdAt: clock.now(), endedAt: null, part: null, earlyGo: [] } as Move)
    await tx.add('plan', { id: move, ...owned, move, t0: '2026-11-02', datedBy: 'move', leftOut: [], undecided: [], environments: [], madeAt: clock.now() })
    await tx.add('gate', { id: gate, ...owned, move, key: 'cutover-decision', dueOn: '2026-11-01', state: 'open', history: { decided: null, earlier: [] }, decidedAt: null })
  })
  const lead = await control.as('migration-lead', 'engineer')
  const leadToken = await sessionOf(control, { operator: ['migration-lead'] })
  const door = await openDoor(t, control, onSwitched ?? (async () => { /* nothing then */ }), isSilent)
  const agents = useAgents(t)
  let count = 0
  const row = async (): Promise<Move> => {
    const found = await world.ledger.read(view => view.get('move', move))
    if (found === undefined) throw new Error('the move is gone')
    return found
  }
  return {
    control, move, tenant, contact, customer, from, to, lead, leadToken, door, row,
    dump: () => dumpOf(control),
    async token() { return await (await control.as('engineer'))('agents.add', { name: `agent ${count++} ${randomBytes(3).toString('hex')}` }) },
    agent: (token, { to: way = to.url, scratch } = {}) => agents(door.url, token, { stores: [{ home: 'the old cloud', tenant: 'nordlicht', url: 'env:OLD', countUsers: 'SELECT count(*) FROM people' }, { home: 'the new cloud', tenant: '*', url: 'env:NEW', ...(scratch === undefined ? {} : { rehearsal: 'env:SCRATCH' }) }] }, { OLD: from.url, NEW: way, SCRATCH: scratch ?? '' }),
    async order(kind = 'move') {
      const [found] = await world.ledger.read(view => view.list('move_order', { move, kind }, { descending: true, limit: 1 }))
      if (found === undefined) throw new Error('there is no order')
      return found
    },
    reports: () => world.ledger.read(view => view.list('report', { move }, { by: 'number', limit: 10_000 })),
    async stands(stage, patience) { await until(`the move is ${stage}`, async () => (await row()).stage === stage, { withinMs: 60_000, everyMs: 100, ...patience }) },
    async gate(state) { await world.ledger.transaction(tx => tx.change('gate', gate, { state, decidedAt: state === 'open' ? null : clock.now() })) },
  }
}

/** The same world behind a server of its own, at one address however often it is shut and opened. */
const openDoor = async (t: Scope, { world: real }: Control, onSwitched: () => Promise<void>, isSilent?: () => boolean): Promise<UnderWay['door']> => {
  const world = { ...real, ledger: listeningTo(real.ledger, onSwitched, isSilent) }
  const reporter = { failed: (error: unknown) => console.error(error), answered: () => { /* nobody counts */ } }
  let server: HttpServer | undefined = await listen(world, reporter, { host: '127.0.0.1', port: 0 })
  const { port } = server
  const shut = async (): Promise<void> => {
    const closing = server
    server = undefined
    await closing?.[Symbol.asyncDispose]()
  }
  t.after(shut)
  return { url: `http://127.0.0.1:${port}`, shut, async open() { server = await listen(world, reporter, { host: '127.0.0.1', port }) } }
}

/** Agents, each with a folder of its own; those that still run at the end are killed. */
const useAgents = (t: Scope) => {
  const home = mkdtempSync(join(tmpdir(), 'rehome-agents-'))
  const running = new Map<ChildProcess, Promise<unknown>>()
  t.after(async () => {
    for (const child of running.keys()) child.kill('SIGKILL')
    await Promise.all(running.values())
    rmSync(home, { recursive: true, force: true })
  })
  return (url: string, token: string, settings: object, secrets: Readonly<Record<string, string>>): AgentProcess => {
    const own = join(home, randomBytes(4).toString('hex'))
    mkdirSync(own)
    writeFileSync(join(own, 'agent.json'), JSON.stringify(settings), { mode: 0o600 })
    const child = spawn(process.execPath, [join(import.meta.dirname, 'agent.ts'), url, join(own, 'agent.json')], { cwd: own, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], HOME: own, REHOME_HOME: own, REHOME_AGENT_TOKEN: token, ...secrets } })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text })
    const ended = once(child, 'close').then(([status]: (number | null)[]) => {
      running.delete(child)
      return status ?? null
    })
    running.set(child, ended)
    return { child, said: () => said, ended }
  }
}

/** Somebody signed in, whose token is wanted: an operator, or a contact. */
export const sessionOf = async ({ world, vendor, clock }: Control, who: { readonly operator: readonly Role[] } | { readonly contact: ContactId; readonly secondFactorAt?: number }): Promise<string> => {
  const token = world.secret()
  const operator = 'operator' in who ? world.newId<'operator'>() : null
  await world.ledger.transaction(async tx => {
    if (operator !== null && 'operator' in who) await tx.add('operator', { id: operator, vendor: vendor.id, name: 'One more lead', email: `${operator}@kestrel.example`, roles: who.operator, password: null, subject: null, disabledAt: null, failures: 0, failedAt: null } as Operator)
    const at = clock.now()
    await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator, createdAt: at, seenAt: at, expiresAt: at + 400 * 86_400_000, endedAt: null, secondFactorAt: 'contact' in who ? (who.secondFactorAt ?? null) : null })
  })
  return token
}

/** Every row of every table, whatever schema it is in. */
const dumpOf = async ({ database }: Control): Promise<string> => {
  const tables = await database.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
  const rows = await Promise.all(tables.map(({ name }) => database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`)))
  return rows.flat().map(row => row.text).join('\n')
}

/** Does something once, between the commit of control's switch and its answer. */
const listeningTo = (ledger: Ledger, onSwitched: () => Promise<void>, isSilent = () => false): Ledger => {
  let isDone = false
  return {
    ...ledger,
    async transaction(work) {
      let switched = false
      const result = await ledger.transaction(async tx => await work({ ...tx, record: (at, who, deed) => {
        switched ||= deed.verb === 'move.switch'
        if (deed.verb === 'move.switch' && isSilent()) throw new Fault('LEDGER_UNREACHABLE', { reason: 'the test' })
        tx.record(at, who, deed)
      } }))
      if (switched && !isDone) {
        isDone = true
        await onSwitched()
      }
      return result
    },
  }
}
