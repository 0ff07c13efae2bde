import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimatorOf } from '#control/billing/estimates.ts'
import { settingsIn } from '#control/running/settings.ts'
import { defaults } from '#domain/order.ts'
import type { Task } from '#domain/records.ts'
import { type Scope, type TestDatabase, useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'
import { says } from './says.ts'
import { scripted, serves } from './scripted.ts'
import { sessionOf, type UnderWay, useUnderWay } from './under-way.ts'

/** Two megabytes: copied at a given pace they last as long as a test wants. */
const shop = `CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text); INSERT INTO orders (note) SELECT repeat('n', 90) FROM generate_series(1, 20000) i;
  CREATE TABLE people (id integer PRIMARY KEY, name text); INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 120) i; ANALYZE`

type Result = {
  readonly rehearsed?: { readonly rows: number; readonly tables: number; readonly ms: number; readonly p50Ms: number; readonly p95Ms: number; readonly bytesPerSecond: number | null }
  readonly fault?: { readonly code: string; readonly message: string }
  readonly findings?: readonly { readonly id: string }[]
}
type Rig = UnderWay & { readonly scratch: TestDatabase; look(): Promise<{ readonly state: string; readonly result: Result; readonly isOver: boolean }> }

const useRig = async (t: Scope): Promise<Rig> => {
  // The databases outlive the agents.
  const ends: (() => Promise<void>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const scratch = await useDatabase({ after: end => { ends.push(end) } }, { major: 18 })
  const rig = await useUnderWay({ after: end => { ends.push(end) } }, { fill: shop })
  return {
    ...rig, scratch,
    async look() {
      const { state, result, endedAt } = await rig.order('rehearsal')
      return { state, result: result as Result, isOver: endedAt !== null }
    },
  }
}

const over = async (rig: Rig): Promise<Awaited<ReturnType<Rig['look']>>> => await until('the rehearsal is over', async () => { const found = await rig.look(); return found.isOver ? found : undefined }, { withinMs: 60_000, everyMs: 50 })

/** Everything of ours, whatever it is called by. */
const ours = `SELECT 'slot' AS kind, slot_name::text AS name FROM pg_replication_slots WHERE database = current_database() UNION ALL SELECT 'publication', pubname FROM pg_publication UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')
  UNION ALL SELECT 'session', application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rehome %'`
const tables = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'i', 'v') ORDER BY 1`

const assertNothingLeft = async ({ from, to, scratch }: Rig): Promise<void> => {
  // A session of ours is gone a moment after the connection.
  for (const [name, database] of [['origin', from], ['destination', to], ['scratch database', scratch]] as const) await until(`nothing of ours is left in the ${name}`, async () => { assert.deepEqual(await database.query(ours), []); return true })
  for (const database of [to, scratch]) assert.deepEqual(await database.query(tables), [])
}

/** The product at work until it is stopped: how many of its writes were made, and how long the longest took. None may be refused. */
const useWriter = (database: TestDatabase): { stop(): Promise<{ readonly writes: number; readonly longestMs: number }> } => {
  const told = { writes: 0, longestMs: 0 }
  let isOver = false
  const writing = (async () => {
    while (!isOver) {
      const began = performance.now()
      await database.query(`INSERT INTO orders (note) VALUES ('while it is rehearsed'); UPDATE orders SET note = 'again' WHERE id = (SELECT max(id) - 7 FROM orders); DELETE FROM orders WHERE id = (SELECT min(id) FROM orders)`)
      told.longestMs = Math.max(told.longestMs, performance.now() - began)
      assert.deepEqual(await database.query('SELECT tgname FROM pg_trigger WHERE NOT tgisinternal'), [], 'nothing is ever armed')
      told.writes++
    }
  })()
  writing.catch(() => { /* whoever stops it is told */ })
  return { async stop() { isOver = true; await writing; return told } }
}

/** The task that waits for it, as a plan has it. */
const addTask = async ({ control, move, customer }: Rig): Promise<Task['id']> => {
  const id = control.world.newId<'task'>()
  await control.world.ledger.transaction(tx => tx.add('task', {
    id, vendor: control.vendor.id, customer, move, key: 'rehearse', party: 'vendor', duty: null, post: 'engineer', contact: null, dueOn: '2026-10-20',
    about: { template: 'rehearse', item: null, owner: { party: 'vendor', post: 'engineer' }, depends: [], gate: null, reason: { en: '', ja: '' }, grounds: [] }, state: 'open', answers: null, note: null, endedBy: null, endedAt: null, remindedAt: null,
  } as unknown as Task))
  return id
}

test('A6: a rehearsal ordered at control copies and verifies for real while the product writes, closes its task, feeds the estimates and leaves nothing behind', { timeout: 120_000 }, async t => {
  const rig = await useRig(t)
  const { lead, move, control } = rig
  const task = await addTask(rig)
  await assert.rejects(lead('moves.order', { move, kind: 'rehearsal', how: { follow: false } }), says(422, 'rehearsal-how'))
  await assert.rejects((await control.as('support'))('moves.order', { move, kind: 'rehearsal' }), says(403, 'not-your-part'))
  await lead('moves.order', { move, kind: 'rehearsal', how: { bytesPerSecond: 1_500_000 } })
  await rig.gate('go')
  await assert.rejects(lead('moves.order', { move, kind: 'move' }), says(409, 'rehearsal-beside-move', /the rehearsal is waiting/))
  assert.equal((await scripted(control.site, (await rig.token()).token).ask('orders.claim', { serves, waitSeconds: 0 })).claimed, null, 'who has no database for it is not asked')
  const writer = useWriter(rig.from)
  rig.agent((await rig.token()).token, { scratch: rig.scratch.url })
  const watched = await fetch(`${control.site}/api/moves/${move}/live`, { headers: { authorization: `Bearer ${await sessionOf(control, { operator: ['engineer'] })}` } })
  const { state, result } = await over(rig)
  assert.equal(state, 'done', JSON.stringify(result))
  const { writes, longestMs } = await writer.stop()
  assert.ok(writes > 10 && longestMs < defaults.budget.lockWaitMs, `${writes} writes, the longest ${longestMs} ms`)
  const { rehearsed } = result
  assert.ok(rehearsed !== undefined && rehearsed.tables === 2 && rehearsed.rows > 20_000 && rehearsed.ms > 1_000 && rehearsed.p50Ms > 0 && rehearsed.p95Ms > rehearsed.p50Ms && (rehearsed.bytesPerSecond ?? 0) > 0, JSON.stringify(result))
  await assertNothingLeft(rig)
  const events = (await rig.reports()).map(one => one.event as { type: string; stage?: string })
  assert.deepEqual([...new Set(events.flatMap(one => one.stage ?? []))].toSorted(), ['cancelled', 'copying', 'following', 'ordered'])
  assert.deepEqual(events.filter(one => one.type === 'freeze' || one.type === 'proof' || one.type === 'evidence'), [])
  assert.equal((await rig.row()).stage, 'planned', 'the move itself has not begun')
  assert.equal((await control.world.ledger.read(view => view.get('task', task)))?.state, 'done')
  const { checks } = await lead('checks.read', { move })
  assert.match(checks.find(one => one.check === 'rehearsed' && one.held)?.why.en ?? '', /rows of 2 tables .* are the same on both sides.* A freeze takes/)
  const estimate = await control.world.ledger.read(async view => (await estimatorOf(view, control.vendor.id, (await settingsIn(view, control.vendor.id)).known.settings))({ stores: [{ name: 'app', engine: 'postgres', bytes: 1_000_000 }], measuredAt: 0 }))
  assert.equal('assumed' in estimate && estimate.assumed, false)
  const shown = watched.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  await until('the live view has it', async () => { text += (await shown?.read())?.value ?? ''; return /"of":"rehearsal"[^\n]*"type":"rehearsed"/.test(text) }, { withinMs: 20_000, everyMs: 1 })
  await shown?.cancel()
})

test('killed in the middle of the copy and begun again it goes on; taken back it ends; either way nothing is left', { timeout: 120_000 }, async t => {
  const rig = await useRig(t)
  const { lead, move } = rig
  const slow = { bytesPerSecond: 200_000 }
  const copying = (order: string): Promise<unknown> => until('it copies', async () => (await rig.reports()).some(one => one.order === order && (one.event as { phase?: string }).phase === 'copy'), { withinMs: 30_000 })
  const claimedAgain = async (): Promise<void> => {
    const { claims } = await rig.order('rehearsal')
    await until('the next one has it', async () => { rig.control.clock.pass(1 / 1_000); return (await rig.order('rehearsal')).claims > claims }, { withinMs: 30_000, everyMs: 200 })
  }
  const writer = useWriter(rig.from)
  const { id: one } = await lead('moves.order', { move, kind: 'rehearsal', how: slow })
  const first = rig.agent((await rig.token()).token, { scratch: rig.scratch.url })
  await copying(one)
  first.child.kill('SIGKILL')
  await first.ended
  assert.notDeepEqual(await rig.from.query(ours), [])
  const { token } = await rig.token()
  const second = rig.agent(token, { scratch: rig.scratch.url })
  await lead('moves.throttle', { move, bytesPerSecond: 0 })
  await claimedAgain()
  const gone = await over(rig)
  assert.equal(gone.state, 'done', JSON.stringify(gone.result))
  assert.ok((await rig.reports()).some(report => (report.event as { verb?: string }).verb === 'resumed' && (report.event as { stage?: string }).stage === 'copying'))
  await assertNothingLeft(rig)

  const { id: two } = await lead('moves.order', { move, kind: 'rehearsal', how: slow })
  await copying(two)
  second.child.kill('SIGKILL')
  await second.ended
  await lead('orders.withdraw', { order: two })
  assert.equal((await rig.look()).state, 'claimed', 'somebody has to clean up')
  rig.agent(token, { scratch: rig.scratch.url })
  await claimedAgain()
  const { state, result } = await over(rig)
  assert.deepEqual([state, result?.rehearsed], ['withdrawn', undefined])
  await assertNothingLeft(rig)

  const { id: three } = await lead('moves.order', { move, kind: 'rehearsal', how: slow })
  await copying(three)
  for (let times = 0; times < 2; times++) await lead('orders.withdraw', { order: three })
  assert.equal((await over(rig)).state, 'withdrawn')
  await assertNothingLeft(rig)
  const { longestMs } = await writer.stop()
  assert.ok(longestMs < defaults.budget.lockWaitMs, `a write took ${longestMs} ms`)
})

test('a rehearsal into the real destination, or where something is, is refused and touches nothing; nor is one ordered beside the move', { timeout: 120_000 }, async t => {
  const rig = await useRig(t)
  const { lead, move } = rig
  const failed = async (scratch: string): Promise<Result> => {
    await lead('moves.order', { move, kind: 'rehearsal' })
    const agent = rig.agent((await rig.token()).token, { scratch })
    const { state, result } = await over(rig)
    agent.child.kill('SIGTERM')
    await agent.ended
    assert.equal(state, 'failed')
    return result
  }
  const real = await failed(rig.to.url)
  assert.match(`${real.fault?.code ?? ''} ${real.fault?.message ?? ''}`, /REHEARSAL_APART.*the new home itself/)
  await rig.scratch.query(`CREATE TABLE theirs (id int PRIMARY KEY); INSERT INTO theirs VALUES (1)`)
  const full = await failed(rig.scratch.url)
  assert.deepEqual([full.fault?.code, full.findings?.some(one => one.id === 'target-not-empty')], ['PREFLIGHT', true])
  assert.equal((await rig.scratch.query('SELECT * FROM theirs')).length, 1)
  await rig.scratch.query('DROP TABLE theirs')
  await assertNothingLeft(rig)
  const { checks } = await lead('checks.read', { move })
  assert.match(checks.find(one => one.check === 'rehearsed' && !one.held)?.why.en ?? '', /The last rehearsal failed/)
  await rig.gate('go')
  await lead('moves.order', { move, kind: 'move' })
  await assert.rejects(lead('moves.order', { move, kind: 'rehearsal' }), says(409, 'rehearsal-beside-move', /the move is waiting/))
})
