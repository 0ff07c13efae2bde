import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'
import { startTcpProxy } from '#test/services/tcp-proxy.ts'

const shop = 'CREATE TABLE orders (id integer PRIMARY KEY, item text); INSERT INTO orders SELECT g, md5(g::text) FROM generate_series(1, 500) g'
const at = (url: string, port: number): string => Object.assign(new URL(url), { port: String(port) }).href

test('a target that restarts while a move is taken up again is waited for; one that nobody has ever moved to is not', async t => {
  const person = usePerson(t)
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
  await using proxy = await startTcpProxy(Number(new URL(target.url).port))
  const command = ['move', '--from', source.url, '--to', at(target.url, proxy.port), '--cutover', 'wait', '--until', 'switched']
  const first = person.start(...command)
  await first.says(/rehome cutover/)
  first.child.kill('SIGKILL')
  await first.ended
  await proxy.cut()

  const elsewhere = await person.run('move', '--from', source.url, '--to', at(target.url, await freePort()))
  assert.equal(elsewhere.status, 4)
  assert.doesNotMatch(elsewhere.out, /Trying again/)

  const second = person.start(...command)
  await second.says(/The target cannot be reached: .* Trying again/)
  await proxy.restore()
  await second.says(/going on with [^]*rehome cutover/)
  await person.run('cutover')
  assert.equal((await second.ended).status, 0, second.said())
})
