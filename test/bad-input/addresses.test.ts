import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { useRole } from '#test/postgres/contexts.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { isRefused } from './refusal.ts'

const at = (url: string, change: (url: URL) => void): string => {
  const other = new URL(url)
  change(other)
  return other.href
}

test('what is not the address of a database is said without repeating it, and nothing is asked of anybody', async t => {
  const person = usePerson(t)
  const good = 'postgres://shop@127.0.0.1:9/shop'
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /The source is not a URL\. It looks like postgres:\/\/user@host:5432\/database/],
    ['shop', /The source is not a URL/],
    ['postgres://shop:pass word@[::/shop', /The source is not a URL.*percent-encoded/],
    ['mysql://shop:s3cr3t-pass@127.0.0.1/shop', /of the kind mysql:\/\/; Rehome moves postgres:\/\//],
    ['postgres://shop:s3cr3t-pass@127.0.0.1', /names no database: add it after the host/],
    ['postgres://127.0.0.1/shop', /names no user: add it before the host/],
    ['postgres://shop:100%@127.0.0.1/shop', /password.*percent-encoded/],
    ['env:NO_SUCH_NAME', /The environment has no NO_SUCH_NAME/],
    ['file:/no/such/file', /The file \/no\/such\/file cannot be read/],
  ]
  for (const [from, says] of cases) {
    const said = await isRefused(person, ['move', '--from', from, '--to', good], { status: 2, says: [says] })
    assert.ok(!/s3cr3t|pass word|100%@/.test(said.out + said.err))
  }
  await isRefused(person, ['move', '--from', good], { status: 2, says: [/required option '--to <url>'/] })
  assert.deepEqual(readdirSync(person.home), [])
})

test('a server that is not there, a host without a name, a database that is not there: each says which side and what to do', async t => {
  const person = usePerson(t)
  const target = await useDatabase(t, { major: 18 })
  const port = String(await freePort())
  const cases: readonly (readonly [string, RegExp])[] = [
    [at(target.url, url => { url.port = port }), /The source cannot be reached: .*ECONNREFUSED.*Check that the server runs/],
    [at(target.url, url => { url.hostname = 'no-such-host.invalid' }), /The source cannot be reached: .*no-such-host\.invalid/],
    [at(target.url, url => { url.pathname = '/nobody_made_this' }), /The source refused the login: database "nobody_made_this" does not exist/],
  ]
  for (const [from, says] of cases) {
    await isRefused(person, ['move', '--from', from, '--to', target.url], { status: 4, says: [says], untouched: [target] })
  }
})

test('a wrong password is refused by the server, and neither the right one nor the wrong one is told', async t => {
  const person = usePerson(t)
  const [source, target] = [await useDatabase(t, { major: 15 }), await useDatabase(t, { major: 18 })]
  const role = await useRole(t, source)
  const wrong = at(role.url, url => { url.password = 'kw%3A%2F%40%24+%22special' })
  const says = [/The source refused the login: password authentication failed for user "role_\w+"/, /Check user and password\. They can be given in the URL/, /STORE_REFUSED_LOGIN/]
  for (const way of [[], ['--json']]) await isRefused(person, ['move', '--from', wrong, '--to', target.url, ...way], { status: 4, says: way.length === 0 ? says : [/The source refused the login: password authentication failed for user/, says[1] ?? /x/], untouched: [source, target] })
  const none = at(role.url, url => { url.password = '' })
  await isRefused(person, ['move', '--from', none, '--to', target.url], { status: 4, says: [/The source refused the login: .*password/], untouched: [source, target] })
  await isRefused(person.with({ REHOME_SOURCE_PASSWORD: 'from-the-environment' }), ['move', '--from', none, '--to', target.url], { status: 4, says: [/password authentication failed/], untouched: [source, target] })
})

test('a pooler in front of either side is told from the server itself', async t => {
  const { usePooler } = await import('#test/postgres/pooler.ts')
  const person = usePerson(t)
  const [source, target] = [await useDatabase(t, { major: 15 }), await useDatabase(t, { major: 18 })]
  const pooled = await usePooler(t, [source.url], { mode: 'transaction', size: 20 })
  await isRefused(person, ['move', '--from', pooled, '--to', target.url], {
    status: 3, says: [/✗ Between here and the source there is a pooler that lends its server sessions for one transaction at a time/, /→ Give the server's own address and port/, /Nothing was changed/], untouched: [source, target],
  })
})

test('a place where the evidence cannot be written is found before anything begins', async t => {
  const person = usePerson(t)
  const [source, target] = [await useDatabase(t, { major: 15 }), await useDatabase(t, { major: 18 })]
  await isRefused(person, ['move', '--from', source.url, '--to', target.url, '--evidence', '/dev/null/evidence.json'], {
    status: 4, says: [/The evidence cannot be written to \/dev\/null\/evidence\.json: .*Give another place with --evidence/], untouched: [source, target],
  })
})
