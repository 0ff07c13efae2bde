import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { usePerson } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

test('a backup that is taken in the second in which control starts does not stop the server of the ledger under it, and control stops it at its end', { timeout: 180_000 }, async t => {
  const port = await freePort()
  const person = usePerson(t).with({ REHOME_PORT: String(port) })
  const health = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok
  // The ledger is made first, so that there is something to back up at once.
  const first = person.start('control')
  await first.says(/Control answers/, { withinMs: 90_000 })
  first.child.kill('SIGTERM')
  assert.equal((await first.ended).status, 0, first.said())
  const backup = person.run('backup', join(person.home, 'one.backup'), '--json')
  const control = person.start('control')
  const { status, out, err } = await backup
  assert.equal(status, 0, err)
  assert.match(out, /"rows":\d+/)
  await control.says(/Control answers/, { withinMs: 90_000 })
  await until('that it answers', health, { withinMs: 30_000 })
  const again = await person.run('backup', join(person.home, 'two.backup'), '--json')
  assert.equal(again.status, 0, again.err)
  assert.ok(await health(), 'nor does one beside a control that runs')
  control.child.kill('SIGTERM')
  assert.equal((await control.ended).status, 0, control.said())
  // Nobody is left: the next one starts it, and stops it.
  assert.equal((await person.run('journal', 'verify')).status, 0)
})
