import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { Fault } from '#domain/faults.ts'
import { AgentSettings } from './agent-settings.ts'

const fileWith = (t: TestContext, content: string, mode = 0o600): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-agent-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'agent.json')
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}
const wrong = (reason: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Fault && error.code === 'AGENT_SETTINGS', String(error))
  assert.match(error.message, reason)
  assert.doesNotMatch(inspect(error, { depth: 9 }), /hunter2/)
  return true
}

test('a tenant is reached by its own line before the one for all; secrets are read where they are, when they are needed', async t => {
  const secret = fileWith(t, 'whsec_aHVudGVyMg==\n')
  const environment: Record<string, string> = { SHARED: 'postgres://app:hunter2@shared/{tenant}' }
  const settings = new AgentSettings(fileWith(t, JSON.stringify({
    stores: [
      { home: 'old', tenant: '*', url: 'env:SHARED', upstream: 'http://{tenant}.old.example' },
      { home: 'old', tenant: 'nordlicht', url: 'postgres://app@own:5433/db?sslmode=require', hook: { url: 'http://127.0.0.1:1/hook', secret: `file:${secret}` }, countUsers: 'SELECT count(*) FROM people', own: ['shop'] },
      { home: 'new', tenant: '*', url: 'postgres://app@new/{tenant}', upstream: 'http://{tenant}.new.example' },
    ], routes: [{ tenant: '*', url: 'http://127.0.0.1:2/route/{tenant}', token: 'env:ROUTE' }],
  })), environment)
  assert.deepEqual(settings.serves, [{ home: 'old', tenant: '*' }, { home: 'old', tenant: 'nordlicht' }, { home: 'new', tenant: '*' }])
  const own = await settings.reach('old', 'nordlicht')
  assert.deepEqual(own, { store: 'app', own: ['shop'], address: { url: 'postgres://app@own:5433/db?sslmode=require' }, hook: { url: 'http://127.0.0.1:1/hook', secret: 'whsec_aHVudGVyMg==' }, countUsers: 'SELECT count(*) FROM people' })
  const [from, to] = [await settings.reach('old', 'a b'), await settings.reach('new', 'a b')]
  assert.deepEqual([from.address, to.upstream], [{ url: 'postgres://app@shared/a%20b', password: 'hunter2' }, 'http://a%20b.new.example/'.replace(/\/$/, '')])
  assert.throws(() => settings.route('a b', from, to), wrong(/no ROUTE/))
  environment['ROUTE'] = 'token'
  assert.deepEqual(settings.route('a b', from, to), { url: 'http://127.0.0.1:2/route/a%20b', token: 'token', origin: 'http://a%20b.old.example', destination: 'http://a%20b.new.example' })
  assert.equal(settings.route('nordlicht', own, to), undefined, 'a home without an address behind the proxy')
  await assert.rejects(settings.reach('elsewhere', 'x'), wrong(/no store of x in elsewhere/))
})

test('settings that others can read, that are no JSON, or that say what is not known are refused with the place', t => {
  const good = JSON.stringify({ stores: [{ home: 'h', tenant: '*', url: 'postgres://u:hunter2@h/d' }] })
  assert.throws(() => new AgentSettings(fileWith(t, good, 0o640), {}), wrong(/others on this machine may read it/))
  assert.throws(() => new AgentSettings(fileWith(t, '{'), {}), wrong(/no JSON/))
  assert.throws(() => new AgentSettings('/nowhere/at/all', {}), wrong(/cannot be read/))
  assert.throws(() => new AgentSettings(fileWith(t, '{"stores":[{"home":"h","tenant":"*","url":"x","pasword":"hunter2"}]}'), {}), wrong(/stores\.0.*pasword/))
})

test('an address that is none is told without its password', async t => {
  const settings = new AgentSettings(fileWith(t, JSON.stringify({ stores: [{ home: 'h', tenant: '*', url: 'mysql://u:hunter2@h/d' }, { home: 'i', tenant: '*', url: 'env:NONE' }] })), {})
  await assert.rejects(settings.reach('h', 'x'), wrong(/mysql:/))
  await assert.rejects(settings.reach('i', 'x'), wrong(/no NONE/))
})
