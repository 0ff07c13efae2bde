import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { asId } from '#domain/ids.ts'
import type { Kind } from '#domain/records.ts'
import { addSamples, noJobs, useLedger } from '#test/ledger/ledger.ts'
import { newId, samples, secondHome } from '#test/ledger/samples.ts'
import { useServer } from '#test/services/postgres.ts'
import { openLedger } from './ledger.ts'

const refused = (constraint: string | RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'LEDGER_REFUSED' && (typeof constraint === 'string' ? error.facts['constraint'] === constraint : constraint.test(String(error.facts['constraint'])))
const who = { kind: 'operator', id: 'o', name: 'The lead' } as const
const deed = { verb: 'gate.decide', kind: 'gate', subject: 'g', facts: { note: 'é', nested: { b: 1, a: [null] } } }

test('a record of each kind is read as it was written, and its table has no column besides', async t => {
  const { ledger, database } = await useLedger(t)
  await ledger.transaction(addSamples)
  for (const kind of Object.keys(samples) as Kind[]) {
    assert.deepEqual(await ledger.read(view => view.get(kind, samples[kind].id as never)), samples[kind], kind)
    const columns = await database.query<{ name: string }>(`SELECT replace(column_name, '_', '') AS name FROM information_schema.columns WHERE table_schema = 'rehome' AND table_name = $1`, [kind])
    assert.deepEqual(columns.map(c => c.name).toSorted(), Object.keys(samples[kind]).map(f => f.toLowerCase()).toSorted(), kind)
  }
})

test('what a transaction did is there whole or not at all, with its journal', async t => {
  const { ledger } = await useLedger(t)
  await assert.rejects(ledger.transaction(async tx => {
    await addSamples(tx, 'customer')
    tx.record(1, who, deed)
    throw new Error('the use case failed')
  }), /the use case failed/)
  assert.equal(await ledger.read(view => view.count('vendor', {})), 0)
  assert.deepEqual(await ledger.verifyJournal(), { lines: 0 })
})

test('lists are filtered by value, list, range, none and partner, and come in pages', async t => {
  const { ledger } = await useLedger(t)
  await ledger.transaction(addSamples)
  const others = Array.from({ length: 25 }, (_, n) => ({ ...samples.customer, id: newId<'customer'>(), name: `Customer ${String(n).padStart(2, '0')}`, partner: n % 2 === 0 ? samples.partner.id : null }))
  await ledger.transaction(tx => tx.add('customer', ...others))
  await ledger.read(async view => {
    assert.equal(await view.count('customer', { partner: null }), 12)
    assert.equal(await view.count('customer', { within: { partner: samples.partner.id } }), 14)
    assert.equal(await view.count('task', { within: { partner: samples.partner.id }, state: ['open', 'done'], dueOn: { from: '2026-11-22', to: '2026-11-22' } }), 1)
    assert.equal(await view.count('task', { dueOn: { from: '2026-11-23' } }), 0)
    assert.equal(await view.count('window', { startsAt: { to: samples.window.startsAt - 1 } }), 0)
    assert.equal(await view.count('contact', { duties: ['it', 'billing'] }), 1)
    assert.equal(await view.count('customer', { id: [] }), 0)
    for (const page of [{ by: 'name' as const }, { by: 'name' as const, descending: true }, {}]) {
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const part = await view.list('customer', {}, { ...page, limit: 7, ...(after === undefined ? {} : { after }) })
        seen.push(...part.map(c => c.name))
        after = part.at(-1)?.id
        if (part.length < 7) break
      }
      assert.equal(new Set(seen).size, 26)
      if ('by' in page) assert.deepEqual(seen, 'descending' in page ? seen.toSorted().reverse() : seen.toSorted())
    }
  })
})

test('rows are counted by a field in one question, as far as somebody may see them; many are put in place by one', async t => {
  const { ledger } = await useLedger(t)
  await ledger.transaction(addSamples)
  const other = newId<'task'>()
  const open = { ...samples.task, id: other, key: 'other', state: 'open', endedBy: null, endedAt: null, answers: null, note: null } as const
  await ledger.transaction(tx => tx.put('task', open, { ...samples.task, note: 'put' }))
  await ledger.transaction(tx => tx.put('task', { ...open, dueOn: '2026-12-01' }))
  await ledger.read(async view => {
    assert.deepEqual([(await view.get('task', other))?.dueOn, (await view.get('task', samples.task.id))?.note, await view.count('task', {})], ['2026-12-01', 'put', 2])
    assert.deepEqual([...await view.tally('task', 'move', { state: 'open' })], [[samples.move.id, 1]])
    assert.deepEqual(Object.fromEntries(await view.tally('task', 'state', {})), { open: 1, done: 1 })
    assert.deepEqual([...await view.tally('home', 'licensedUsers', { id: samples.home.id })], [['', 1]])
    assert.equal((await view.tally('task', 'state', { within: { vendor: newId<'vendor'>() } })).size, 0)
  })
})

test('constraints hold what must never be, whoever forgets it', async t => {
  const { ledger } = await useLedger(t)
  await ledger.transaction(addSamples)
  const add = <K extends Kind>(kind: K, change: object) => ledger.transaction(tx => tx.add(kind, { ...samples[kind], id: newId(), ...change }))
  await assert.rejects(add('move', {}), refused('move_of_tenant'), 'two moves of one tenant at once')
  await assert.rejects(add('move', { origin: secondHome.id }), refused(/move/), 'a move to where it is')
  await assert.rejects(add('window', { startsAt: samples.window.startsAt + 1_000 }), refused(/^window_of_/), 'two windows at once')
  await assert.rejects(add('message', {}), refused('message_once'), 'the same letter twice')
  await assert.rejects(add('charge', {}), refused('charge_once'), 'the same charge twice')
  await assert.rejects(add('quote', { number: 'Q-2' }), refused('quote_accepted'), 'two quotes accepted for one move')
  await assert.rejects(add('quote', { number: 'Q-2', state: 'sent', acceptedAt: null }), refused(/quote/), 'accepted by somebody and not accepted')
  await assert.rejects(add('sign_off', {}), refused('sign_off_once'), 'signed off twice by one duty')
  await assert.rejects(add('contract', {}), refused('contract_of_kind'), 'two subscriptions at once')
  await assert.rejects(add('contact', { email: 'IT@nordlicht.example' }), refused('contact_address'), 'one address twice at one customer')
  await assert.rejects(add('contact', { partner: samples.partner.id, email: 'x@y' }), refused(/contact/), 'of a customer and a partner')
  await assert.rejects(add('move_order', { state: 'waiting', agent: null, leaseUntil: null }), refused('order_of_move'), 'two orders of a kind for one move')
  await assert.rejects(add('report', {}), refused('report_once'), 'a report taken twice')
  const other = { ...samples.customer, id: newId<'customer'>(), name: 'Another' }
  await ledger.transaction(tx => tx.add('customer', other))
  await assert.rejects(add('task', { key: 'k', customer: other.id }), refused(/task/), 'a task of another customer’s move')
  await assert.rejects(add('move', { customer: other.id }), refused(/move/), 'a move of another customer’s tenant')
})

test('who looks whether something is there and adds it where it is not has it once, however many do so at once', async t => {
  const { ledger } = await useLedger(t)
  await ledger.transaction(addSamples)
  const [all, everybody] = [4, Promise.withResolvers<void>()]
  let looked = 0
  const write = (): Promise<boolean> => ledger.transaction(async tx => {
    if (await tx.count('message', { key: 'the same' }) > 0) return false
    if (++looked === all) everybody.resolve()
    await everybody.promise
    await tx.add('message', { ...samples.message, id: newId<'message'>(), key: 'the same', messageId: null })
    return true
  })
  const written = await Promise.all(Array.from({ length: all }, write))
  assert.equal(written.filter(one => one).length, 1)
})

test('the journal is chained, one line after the other under concurrent writers, and only ever added to', async t => {
  const { ledger, database } = await useLedger(t)
  await Promise.all(Array.from({ length: 40 }, (_, n) => ledger.transaction(tx => {
    tx.record(n, who, { ...deed, subject: `g${n % 2}` })
    tx.record(n, who, deed)
    return Promise.resolve()
  })))
  assert.deepEqual(await ledger.verifyJournal(), { lines: 80 })
  assert.equal((await ledger.read(view => view.entries({ subject: 'g1' }))).length, 20)
  for (const statement of ['UPDATE rehome.journal SET verb = verb', 'DELETE FROM rehome.journal', 'TRUNCATE rehome.journal']) await assert.rejects(database.query(statement), /only ever added to/)
  const tamper = async (statement: string): Promise<string | undefined> => {
    await database.query(`BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`)
    return (await ledger.verifyJournal()).wrong
  }
  assert.equal(await tamper(`UPDATE rehome.journal SET facts = '{"note": "e"}' WHERE seq = 7`), 'line 7 was changed')
  assert.equal(await tamper('DELETE FROM rehome.journal WHERE seq = 5'), 'line 5 is missing')
})

test('a request asked again gets the answer it got; asked twice at once it is carried out once', async t => {
  const { ledger } = await useLedger(t)
  const ask = (name: string): Promise<unknown> => ledger.transaction(async tx => {
    const known = await tx.answered('key 1', 'print')
    if (known !== undefined) return known.answer
    await tx.add('vendor', { ...samples.vendor, id: newId<'vendor'>(), name })
    await tx.keepAnswer('key 1', { made: name })
    return { made: name }
  })
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map(ask))
  assert.equal(new Set(answers.map(answer => JSON.stringify(answer))).size, 1)
  assert.equal(await ledger.read(view => view.count('vendor', {})), 1)
  await assert.rejects(ledger.transaction(async tx => { await tx.answered('key 2', 'print'); throw new Error('died') }), /died/)
  assert.equal(await ledger.transaction(tx => tx.answered('key 2', 'print')), undefined, 'one that failed is asked anew')
})

test('two who change the same wait for each other; a deadlock is run again', async t => {
  const { ledger } = await useLedger(t)
  await ledger.transaction(addSamples)
  const homes = [samples.home.id, secondHome.id]
  const raise = (ids: readonly typeof samples.home.id[]) => ledger.transaction(async tx => {
    for (const id of ids) {
      const home = await tx.lock('home', id)
      await new Promise(resolve => setTimeout(resolve, 50))
      await tx.change('home', id, { capacity: (home?.capacity ?? 0) + 1 })
    }
  })
  await Promise.all([raise(homes), raise(homes.toReversed()), raise(homes)])
  assert.deepEqual((await ledger.read(view => view.list('home', {}))).map(h => h.capacity), [5, 7])
  assert.equal(await ledger.transaction(tx => tx.change('home', asId('00000000-0000-7000-8000-ffffffffffff'), { capacity: 1 })), false)
  assert.equal(await ledger.transaction(tx => tx.change('home', samples.home.id, { capacity: 1 }, { kind: 'dedicated' })), false)
})

test('a server that is killed under a transaction is a fault, nothing was done, and the ledger goes on when it is back', { timeout: 60_000 }, async t => {
  const ends: (() => Promise<void>)[] = []
  t.after(async () => { for (const end of ends) await end() })
  const server = await useServer(t, { major: 18 })
  const ledger = await openLedger({ url: server.superuserUrl(), jobs: noJobs })
  ends.push(async () => { await ledger[Symbol.asyncDispose]() })
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const torn = ledger.transaction(async tx => {
    await tx.add('vendor', samples.vendor)
    resolve()
    await new Promise(rest => setTimeout(rest, 1_000))
    await tx.add('vendor', { ...samples.vendor, id: newId<'vendor'>() })
  })
  const failed = assert.rejects(torn, (error: unknown) => error instanceof Fault && error.code === 'LEDGER_UNREACHABLE')
  await begun
  await server.kill()
  await failed
  await assert.rejects(ledger.read(view => view.count('vendor', {})), (error: unknown) => error instanceof Fault && error.code === 'LEDGER_UNREACHABLE')
  await server.restart()
  assert.equal(await ledger.read(view => view.count('vendor', {})), 0)
})

test('processes that open a new ledger together make it once; a server that is not there is said so', async t => {
  const { database } = await useLedger(t)
  const ledgers = await Promise.all([1, 2, 3, 4].map(() => openLedger({ url: database.url, jobs: noJobs })))
  for (const ledger of ledgers) await ledger[Symbol.asyncDispose]()
  await assert.rejects(openLedger({ url: 'postgres://nobody:hush@127.0.0.1:1/none', jobs: noJobs }), (error: unknown) => error instanceof Fault && error.code === 'LEDGER_UNREACHABLE' && !error.message.includes('hush'))
})
