import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { useDatabase, type TestDatabase } from '#test/services/postgres.ts'
import { usePerson, type Person } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

const shop = `CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, repeat(md5(g::text), 8) FROM generate_series(1, 30000) g; CREATE INDEX ON orders (item)`
type Stage = { person: Person; source: TestDatabase; target: TestDatabase; move: string[] }

const use = async (t: TestContext): Promise<Stage> => {
  const person = usePerson(t) // first, so that its movers are gone before their databases
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
  return { person, source, target, move: ['move', '--from', source.url, '--to', target.url] }
}
const hasSchema = async (database: TestDatabase): Promise<boolean> => (await database.query("SELECT FROM pg_namespace WHERE nspname = 'rehome'")).length > 0
const slots = async (database: TestDatabase): Promise<number> => (await database.query('SELECT FROM pg_replication_slots WHERE database = current_database()')).length
const statusOf = async (person: Person): Promise<Record<string, unknown>> => JSON.parse((await person.run('status', '--json')).out) as Record<string, unknown>

test('a running move is paused, resumed, throttled, cut over, turned back and settled from another terminal', async t => {
  const { person, source, target, move } = await use(t)
  const mover = person.start(...move, '--cutover', 'wait', '--rate', '1MB')
  await mover.says(/copy begins/)
  const { move: id, isRunning, stage } = await until('a status', async () => (await statusOf(person).catch(() => undefined)))
  assert.deepEqual([isRunning, stage], [true, 'copying'])
  const socket = join(person.home, '.rehome/moves', `${String(id)}.sock`)
  assert.equal(statSync(socket).mode & 0o777, 0o600)
  assert.equal(statSync(join(person.home, '.rehome/moves')).mode & 0o777, 0o700)

  const say = async (status: number, says: RegExp, ...command: string[]): Promise<void> => {
    const { status: ended, out, err } = await person.run(...command)
    assert.match(out + err, says)
    assert.equal(ended, status, out + err)
  }
  await say(0, /Paused\./, 'pause')
  await mover.says(/paused/)
  await say(0, /Going on\./, 'resume')
  await say(1, /Nothing waits for a decision now/, 'cutover')
  await say(0, /3 jobs, no limit/, 'throttle', '--jobs', '3', '--rate', '0')
  await mover.says(/rehome cutover/)
  await say(1, /Now only cutover can be said/, 'settle')
  await say(0, /waits: everything is ready; a person decides \(rehome cutover\)/, 'status')
  await source.query('UPDATE orders SET item = \'changed\' WHERE id = 7')
  await say(0, /cutover begins/, 'cutover', '--approved-by', 'Operator One')
  await mover.says(/rehome turn-back or rehome settle/)
  await assert.rejects(source.query('DELETE FROM orders'), /rehome|frozen|moved/i)
  await target.query("INSERT INTO orders VALUES (100001, 'written in the new home')")
  await say(0, /turn-back begins/, 'turn-back', '--approved-by', 'Operator Two')
  await mover.says(/the old home serves/, { withinMs: 60_000 })
  assert.deepEqual(await source.query('SELECT item FROM orders WHERE id = 100001'), [{ item: 'written in the new home' }])
  await assert.rejects(target.query('DELETE FROM orders'), /rehome|frozen|moved/i)
  await source.query('DELETE FROM orders WHERE id = 1')
  await say(0, /settle begins/, 'settle')
  const { status, out, err } = await mover.ended
  assert.equal(status, 0, out + err)
  assert.equal(await hasSchema(source), false, 'the home that serves keeps nothing of ours')
  assert.equal(await slots(source) + await slots(target), 0)
  assert.equal(existsSync(socket), false)
  const evidence = JSON.parse(readFileSync(join(person.home, `rehome-${String(id)}-back.evidence.json`), 'utf8')) as { manifest: { approvals: { who: string; what: string }[] } }
  assert.deepEqual(evidence.manifest.approvals.map(a => [a.what, a.who]), [['move', 'the tester'], ['cutover', 'Operator One'], ['turn-back', 'Operator Two']])
  await say(0, /settled\n[\s\S]*evidence: \//, 'status')
})

test('a killed mover is said to be one, its socket is in nobody’s way, and the same command goes on', async t => {
  const { person, target, move } = await use(t)
  const mover = person.start(...move, '--rate', '1MB')
  await mover.says(/copy begins/)
  await until('a socket', () => readdirSync(join(person.home, '.rehome/moves')).some(name => name.endsWith('.sock')))
  mover.child.kill('SIGKILL')
  await mover.ended
  const before = await person.run('status')
  assert.match(before.out, /copying \(its mover is not running: the same move command goes on\)/)
  for (const command of [['pause'], ['cutover'], ['throttle', '--jobs', '1']]) {
    const { status, err } = await person.run(...command)
    assert.equal(status, 1)
    assert.match(err, /No mover of that move runs on this machine\. Run the same `rehome move …` command again/)
  }
  const { status, out, err } = await person.run(...move, '--until', 'switched')
  assert.equal(status, 0, out + err)
  assert.match(out, /going on with test_/)
  assert.deepEqual(await target.query('SELECT count(*)::int AS n FROM orders'), [{ n: 30_000 }])
})

test('Ctrl-C ends a move in good order, twice at once, and the same command goes on', async t => {
  const { person, source, target, move } = await use(t)
  const first = person.start(...move, '--rate', '1MB')
  await first.says(/copy begins/)
  first.child.kill('SIGINT')
  const once = await first.ended
  assert.equal(once.status, 130, once.out + once.err)
  assert.match(once.err, /Stopping in good order; once more to stop at once/)
  assert.match(once.out, /Nothing is lost: the same command goes on/)
  const second = person.start(...move, '--cutover', 'wait')
  await second.says(/rehome cutover/)
  second.child.kill('SIGINT')
  second.child.kill('SIGINT')
  assert.equal((await second.ended).status, 130)
  await source.query('DELETE FROM orders WHERE id % 2 = 0')
  const { status, out, err } = await person.run(...move, '--until', 'switched')
  assert.equal(status, 0, out + err)
  assert.deepEqual(await target.query('SELECT count(*)::int AS n FROM orders'), [{ n: 15_000 }])
})

test('a cancelled move leaves nothing on the source, which serves on', async t => {
  const { person, source, move } = await use(t)
  const mover = person.start(...move, '--cutover', 'wait', '--json')
  await mover.says(/"type":"waits"/)
  assert.equal((await person.run('cancel')).status, 0)
  const { status, out } = await mover.ended
  assert.equal(status, 1, out)
  for (const line of out.trim().split('\n')) assert.equal(typeof (JSON.parse(line) as { at: unknown }).at, 'string')
  assert.deepEqual([await hasSchema(source), await slots(source)], [false, 0])
  await source.query('DELETE FROM orders WHERE id = 1')
})

test('where several moves run, one is asked for by name', async t => {
  const [one, other] = [await use(t), await use(t)]
  const movers = [one.person.start(...one.move, '--rate', '1MB'), one.person.start(...other.move, '--rate', '1MB')]
  for (const mover of movers) await mover.says(/copy begins/)
  const known = await until('two moves', async () => {
    const lines = (await one.person.run('status', '--json')).out.trim().split('\n').map(line => JSON.parse(line) as { move: string; tenant: string })
    return lines.length === 2 ? lines : undefined
  })
  const { status, err } = await one.person.run('pause')
  assert.equal(status, 1)
  assert.match(err, /Several moves run here: say --move \w+ or --move \w+/)
  const second = known.find(m => m.tenant === other.source.name)
  assert.match((await one.person.run('pause', '--move', second?.move ?? '')).out, /Paused/)
  await movers[1]?.says(/paused/)
  assert.doesNotMatch(movers[0]?.said() ?? '', /paused/)
  assert.equal((await one.person.run('status', '--move', 'no-such')).status, 1)
  // A status file that is none is passed over.
  writeFileSync(join(one.person.home, '.rehome/moves/broken.json'), '{')
  assert.equal((await one.person.run('status')).status, 0)
})

test('a second mover at the same move is refused while the first one works, which is not disturbed', async t => {
  const { person, move } = await use(t)
  const first = person.start(...move, '--cutover', 'wait', '--until', 'switched')
  await first.says(/rehome cutover/)
  const second = await person.run(...move, '--cutover', 'wait')
  assert.equal(second.status, 4, second.out)
  assert.match(second.err, /Another process is at work on this move already \(\w+\)\.\nTalk to it with `rehome status`/)
  assert.equal((await person.run('cutover')).status, 0)
  assert.equal((await first.ended).status, 0, first.said())
})
