import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefused, tellsNoPassword } from '#test/bad-input/refusal.ts'
import { type Login, useEncrypted, useRoots } from '#test/postgres/encrypted.ts'
import { usePerson } from '#test/services/rehome.ts'

const shop = `CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, repeat(md5(g::text), 20) FROM generate_series(1, 5000) g; CREATE TABLE keyless (what text); INSERT INTO keyless VALUES ('a'); CREATE INDEX ON orders (item)`

const asking = (url: string, parameters: Readonly<Record<string, string>>): string => {
  const asked = new URL(url)
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value)
  return asked.href
}

/** `rehome read 3` and `rehome stream 3f2a_out`: the first two words say which kind of session it is. */
const kinds = (logins: readonly Login[]): string[] => [...new Set(logins.map(login => login.application.split(/[ :]/).slice(0, 2).join(' ')))].toSorted()

for (const [says, parameters] of [['require', {}], ['verify-full', { sslrootcert: 'right' }]] as const) {
  test(`a move with sslmode=${says} is encrypted in every session, also those that copy, follow, hold the picture and read the schema`, { timeout: 120_000 }, async t => {
    const roots = useRoots(t)
    const [from, to] = await Promise.all([useEncrypted(t, { major: 15, template: shop, roots }), useEncrypted(t, { major: 18, roots })])
    const person = usePerson(t)
    const [source, target] = [from, to].map(({ url }) => asking(url, { sslmode: says, ...('sslrootcert' in parameters ? { sslrootcert: roots.right } : {}) })) as [string, string]
    const moving = person.start('move', '--from', source, '--to', target, '--cutover', 'wait', '--until', 'switched')
    await moving.says(/rehome cutover/, { withinMs: 60_000 })
    await from.database.query(`INSERT INTO orders VALUES (5001, 'while it is followed')`)
    assert.equal((await person.run('cutover')).status, 0)
    const said = await moving.ended
    assert.equal(said.status, 0, said.out + said.err)
    assert.deepEqual(await to.database.query('SELECT count(*)::int AS n FROM orders'), [{ n: 5001 }])
    for (const { logins } of [from, to]) assert.deepEqual(logins().filter(login => !login.encrypted), [])
    for (const kind of ['control', 'read', 'stream', 'holder', 'picture', 'schema', 'fence']) assert.ok(kinds(from.logins()).includes(`rehome ${kind}`), `${kind} among ${kinds(from.logins()).join()}`)
    for (const kind of ['control', 'load', 'build', 'apply', 'stream', 'record']) assert.ok(kinds(to.logins()).includes(`rehome ${kind}`), `${kind} among ${kinds(to.logins()).join()}`)
    // One session of ours and two of pg_dump.
    assert.ok(from.logins().filter(login => login.application === 'rehome schema').length >= 3)
    tellsNoPassword(person, said, [source, target])
  })
}

test('a server that the right authority does not vouch for, or not under this name, and one that wants encryption and is not asked for it: each refused in a sentence, before anybody has logged in', async t => {
  const roots = useRoots(t)
  const [from, to] = await Promise.all([useEncrypted(t, { major: 15, template: shop, roots }), useEncrypted(t, { major: 18, roots })])
  const target = asking(to.url, { sslmode: 'verify-full', sslrootcert: roots.right })
  const elsewhere = new URL(from.url)
  elsewhere.hostname = 'localhost'
  for (const [source, says] of [
    [asking(from.url, { sslmode: 'verify-full', sslrootcert: roots.wrong }), /certificate signature failure/],
    [asking(from.url, { sslmode: 'verify-ca', sslrootcert: roots.wrong }), /certificate signature failure/],
    [asking(from.url, { sslmode: 'verify-full' }), /unable to verify the first certificate\./],
    [asking(elsewhere.href, { sslmode: 'verify-full', sslrootcert: roots.right }), /Host: localhost\. is not/],
    [asking(from.url, { sslmode: 'verify-full', sslrootcert: '/nowhere/root.pem' }), /sslrootcert names a file that cannot be read, \/nowhere\/root\.pem/],
    [asking(from.url, { sslmode: 'disable' }), /no encryption/],
    [from.url, /no encryption/],
  ] as const) {
    await isRefused(usePerson(t), ['move', '--from', source, '--to', target], { status: 4, says: [/The connection to the source is not secured as it must be: /, says, /sslmode=require encrypts; sslmode=verify-full also proves who the server is/], untouched: [from.database, to.database] })
  }
  assert.deepEqual(from.logins(), [])
})
