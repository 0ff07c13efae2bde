import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useUnderWay } from '#test/control/under-way.ts'
import { usePerson } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

test('rehome agent joins with a token from a file or the environment, shows it to nobody, and ends when it is revoked', { timeout: 60_000 }, async t => {
  const rig = await useUnderWay(t)
  const person = usePerson({ after: end => { t.after(end) } })
  const { id, token } = await rig.token()
  const [settings, secret] = [join(person.home, 'agent.json'), join(person.home, 'token')]
  writeFileSync(settings, JSON.stringify({ stores: [{ home: 'the old cloud', tenant: '*', url: 'env:OLD' }] }), { mode: 0o600 })
  writeFileSync(secret, `${token}\n`, { mode: 0o600 })
  const words = ['agent', '--control', rig.door.url, '--settings', settings]
  const refused = await person.run(...words, '--token', token)
  assert.equal(refused.status, 2)
  assert.match(refused.err, /list of processes/)
  assert.ok(!refused.err.includes(token))
  assert.match((await person.run(...words)).err, /no REHOME_AGENT_TOKEN/)
  assert.match((await person.run('agent', '--control', 'http://control.example', '--settings', settings, '--token', `file:${secret}`)).err, /CONTROL_REFUSED/)
  const running = person.start(...words, '--token', `file:${secret}`)
  await running.says(/takes orders from/)
  assert.ok(!execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(running.child.pid)], { encoding: 'utf8' }).includes(token))
  await until('it was heard', async () => (await rig.control.world.ledger.read(view => view.get('agent', id as never)))?.joinedAt !== null)
  await (await rig.control.as('admin'))('agents.revoke', { agent: id as never })
  const { status, err } = await running.ended
  assert.equal(status, 4)
  assert.match(err, /CONTROL_REFUSED/)
  assert.ok(!err.includes(token))
})
