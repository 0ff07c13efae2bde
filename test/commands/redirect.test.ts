import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useEstate } from '#test/control/estate.ts'
import { usePerson } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

const listens = async (said: () => string): Promise<string> => `http://127.0.0.1:${await until('where it listens', () => /old addresses at 127\.0\.0\.1:(\d+)/.exec(said())?.[1], { withinMs: 60_000 })}`

test('A1: rehome redirect, alone or beside an agent, leads old addresses on; killed, it goes on from its disk, without control', { timeout: 180_000 }, async t => {
  const estate = await useEstate(t, { playbook: 'cloud-to-cloud', start: Date.now() })
  const person = usePerson({ after: end => { t.after(end) } })
  const { control, lead } = estate
  const { tenant } = await estate.tenant('Nordlicht')
  await lead('tenants.change', { tenant, address: 'http://127.0.0.1' })
  const { id: move } = await lead('moves.add', { tenant, programme: estate.programme, destination: estate.destination, t0: new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10) })
  await control.world.ledger.transaction(tx => tx.change('move', move, { stage: 'switched' }))
  const { token } = await (await control.as('engineer'))('agents.add', { name: 'beside the old cloud' })
  const [secret, alone, agent] = [join(person.home, 'token'), join(person.home, 'redirect.json'), join(person.home, 'agent.json')]
  writeFileSync(secret, token, { mode: 0o600 })
  writeFileSync(alone, JSON.stringify({ listen: { port: 0 }, homes: ['the old cloud'] }))
  writeFileSync(agent, JSON.stringify({ stores: [{ home: 'the old cloud', tenant: '*', url: 'env:OLD' }], redirect: { listen: { port: 0 } } }), { mode: 0o600 })
  const led = async (url: string): Promise<string> => {
    const answer = await fetch(`${url}/orders/7?page=2`, { redirect: 'manual' })
    return `${answer.status} ${answer.headers.get('location') ?? ''}`
  }
  const moved = '308 https://nordlicht.example.cloud/orders/7?page=2'
  const start = (command: 'redirect' | 'agent', at: string) => person.start(command, '--control', at, '--settings', command === 'agent' ? agent : alone, '--token', `file:${secret}`)

  const first = start('redirect', control.site)
  await first.says(/1 old addresses lead on/, { withinMs: 60_000 })
  assert.equal(await led(await listens(first.said)), moved)
  assert.ok(!execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(first.child.pid)], { encoding: 'utf8' }).includes(token))
  first.child.kill('SIGKILL')
  await first.ended

  const second = start('redirect', 'http://127.0.0.1:1')
  assert.equal(await led(await listens(second.said)), moved)
  second.child.kill('SIGTERM')
  assert.equal((await second.ended).status, 130)

  const third = start('agent', control.site)
  await third.says(/takes orders from/, { withinMs: 60_000 })
  assert.equal(await led(await listens(third.said)), moved)
  third.child.kill('SIGTERM')
  assert.equal((await third.ended).status, 130)
  const wrong = await person.run('redirect', '--control', control.site, '--settings', secret, '--token', `file:${secret}`)
  assert.match(wrong.err, /AGENT_SETTINGS/)
})
