import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runProgram } from '#entrances/cli/program.ts'
import type { Services } from '#entrances/cli/services.ts'
import type { Config } from '../../src/main/config.ts'
import { runLicenceServer } from '../../src/main/licence-server.ts'
import { readLicenceSettings } from '../../src/main/licence-settings.ts'
import { licencesOf } from '../../src/main/licences.ts'
import { useDatabase } from '../services/postgres.ts'
import { until } from '../services/until.ts'

const dayMs = 86_400_000

/** A licence server on a real database, and the commands as they are typed, all of it in this process. */
const useServer = async (t: TestContext) => {
  const database = await useDatabase(t, { major: 18 })
  const home = mkdtempSync(join(tmpdir(), 'rehome-commands-'))
  t.after(() => { rmSync(home, { recursive: true, force: true }) })
  const settings = readLicenceSettings({ home, environment: { REHOME_LICENCE_DATABASE: database.url } } as unknown as Config, { listen: '127.0.0.1:0', leaseSeconds: '30' })
  let [said, ending, ended] = ['', new AbortController(), Promise.resolve()]
  const stop = async (): Promise<void> => {
    ending.abort()
    await ended
  }
  const start = async (): Promise<void> => {
    ;[said, ending] = ['', new AbortController()]
    ended = runLicenceServer(settings, '1.2.3', more => { said += more }, ending.signal)
    await Promise.race([ended, until('the server answers', () => said.includes('answers at'), { withinMs: 60_000 })])
  }
  const at = (): string => /answers at (\S+?)\.?\n/.exec(said)?.[1] ?? ''
  t.after(stop)
  await start()
  const run = async (...words: string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> => {
    let [out, err] = ['', '']
    const into = (write: (more: string) => void) => ({ write: (more: string) => { write(more); return true } }) as unknown as NodeJS.WriteStream
    const environment = { REHOME_LICENCE_TOKEN: readFileSync(join(home, 'licence/admin-token'), 'utf8').trim() }
    // Of the services only those of licences are asked by these commands.
    const services = { version: '1.2.3', licences: licencesOf(), whoami: () => 'the tester' } as unknown as Services
    const status = await runProgram(['licence', ...words], { services, environment, out: into(more => { out += more }), error: into(more => { err += more }), signal: new AbortController().signal })
    return { status, out, err }
  }
  /** What a command says for machines. */
  const json = async (...words: string[]): Promise<Record<string, unknown>> => {
    const { status, out, err } = await run(...words, '--json')
    assert.equal(status, 0, `${words.join(' ')}: ${out}${err}`)
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  }
  return { database, home, at, run, json, stop, start, said: () => said, file: (name: string) => join(home, name) }
}

test('every command about a licence server shows examples, and does what it says on a real one, for people and for machines', async t => {
  const { run, json, at, file } = await useServer(t)
  for (const name of ['server', 'backup', 'compare', 'move', 'profiles', 'seats', 'usage', 'activate', 'deactivate', 'maintain', 'forgive-clock', 'issue', 'node-lock']) {
    const { status, out } = await run(name, '--help')
    assert.equal(status, 0, name)
    assert.match(out, new RegExp(`rehome licence ${name}`), name)
    if (name !== 'server') assert.match(out, /--json/, name)
  }
  const issued = await json('issue', '--at', at(), '--product', 'Mesh Solver', '--of', 'session', '--name', 'Sessions', '--seats', '2', '--to', file('issued'))
  const licence = String(issued['licence'])
  assert.equal((await json('activate', '--at', at(), '--document', file('issued/sessions.licence'), '--code', `file:${file('issued/sessions.code')}`))['licence'], licence)
  assert.deepEqual((await json('profiles', '--at', at(), '--link', `Solver=${licence}`))['profiles'], [{ name: 'Solver', licences: [licence] }])
  const taken = await fetch(new URL('/api/seats/check-out', at()), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ profile: 'Solver', holder: { user: 'mori', host: 'ws-17', program: 'solver' }, key: 'a-key-of-its-own' }) })
  assert.equal(taken.status, 200)
  assert.deepEqual((await json('seats', '--at', at(), '--profile', 'Solver'))['more'], 0)
  assert.match((await run('seats', '--at', at())).out, /mori.*ws-17/s)
  assert.equal((((await json('usage', '--at', at()))['hours'] as { checkOuts: number }[])[0])?.checkOuts, 1)
  assert.equal((await json('maintain', 'on', '--at', at(), '--reason', 'New disks'))['type'], 'maintenance')
  await json('maintain', 'off', '--at', at())
  await json('backup', '--from', at(), '--to', file('sheets'))
  const sheet = readdirSync(file('sheets')).find(name => name.endsWith('.json')) ?? ''
  const same = await run('compare', join(file('sheets'), sheet), '--with', at())
  assert.equal(same.status, 0, same.out + same.err)
  await json('compare', join(file('sheets'), sheet), '--with', at())
  await json('deactivate', '--at', at(), '--licence', licence, '--receipt', file('receipt'))
  assert.ok(existsSync(file('receipt')))
  const differs = await run('compare', join(file('sheets'), sheet), '--with', at())
  assert.equal(differs.status, 1)
  assert.equal((await run('activate', '--at', at(), '--licence', licence, '--code', `file:${file('issued/sessions.code')}`, '--receipt', file('receipt'))).status, 0)
  const wrong = await run('seats', '--at', at(), '--token', `file:${file('receipt')}`)
  assert.equal(wrong.status, 1)
  assert.match(wrong.err, /needs the token of this licence server/)
  const gone = await run('seats', '--at', 'http://127.0.0.1:9')
  assert.equal(gone.status, 4)
  assert.match(gone.err, /gave no answer/)
})

test('a clock that was far ahead is told at the start and to whoever asks, and forgiven by a person, who is asked once more and written down', async t => {
  const { run, json, at, file, stop, start, said, database } = await useServer(t)
  await json('issue', '--at', at(), '--product', 'Mesh Solver', '--of', 'session', '--name', 'Sessions', '--seats', '2', '--to', file('issued'))
  const { licence } = await json('activate', '--at', at(), '--document', file('issued/sessions.licence'), '--code', `file:${file('issued/sessions.code')}`)
  await json('profiles', '--at', at(), '--link', `Solver=${String(licence)}`)
  const nothing = await run('forgive-clock', '--at', at(), '--reason', 'x', '--yes')
  assert.match(nothing.out, /there is nothing to forgive/)
  assert.equal(nothing.status, 1)
  await stop()
  // As a start with a clock four years ahead leaves it.
  await database.query(`UPDATE licence.server SET seen = now() + interval '4 years'`)
  await start()
  assert.match(said(), /is behind the time that it has seen.*rehome licence forgive-clock/)
  const wish = () => fetch(new URL('/api/seats/check-out', at()), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ profile: 'Solver', holder: { user: 'mori', host: 'ws-17', program: 'solver' }, key: 'a-key-of-its-own' }) })
  const refused = await wish()
  assert.equal(refused.status, 409)
  assert.match(await refused.text(), /clock-set-back.*rehome licence forgive-clock/s)
  const shown = await json('forgive-clock', '--at', at())
  assert.ok(Number(shown['ahead']) > 4 * 365 * dayMs)
  assert.equal((await wish()).status, 409, 'it was only shown')
  const nobody = await run('forgive-clock', '--at', at(), '--reason', 'An empty battery')
  assert.equal(nobody.status, 2)
  assert.match(nobody.err, /Only if the clock is right now.*nobody at a terminal to ask once more.*--yes/s)
  assert.match((await run('forgive-clock', '--at', at(), '--yes')).err, /Say what was wrong with the clock, with --reason/)
  const done = await run('forgive-clock', '--at', at(), '--reason', 'An empty battery', '--by', 'R. Amari', '--yes')
  assert.equal(done.status, 0, done.err)
  assert.match(done.out, /The server’s time is \d{4}-.* again, and no longer \d{4}-/)
  assert.equal((await wish()).status, 200)
  assert.deepEqual(await database.query('SELECT by_whom, reason FROM licence.forgiven'), [{ by_whom: 'R. Amari', reason: 'An empty battery' }])
  await stop()
  await start()
  assert.doesNotMatch(said(), /restored from a copy|is behind/)
  assert.equal((await wish()).status, 200)
})
