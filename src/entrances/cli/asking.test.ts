import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { useControl, type Control } from '#test/control/rig.ts'
import { sha256 } from '#lib/hash.ts'
import { runProgram } from './program.ts'
import type { Services } from './services.ts'

const run = async (site: string, token: string | undefined, ...parameters: readonly string[]) => {
  const [out, error]: [string[], string[]] = [[], []]
  const sink = (into: string[]) => ({ write: (text: string) => into.push(text), columns: 100 }) as unknown as NodeJS.WriteStream
  const services = { version: '1', control: () => ({ site, ...(token === undefined ? {} : { token }) }) } as unknown as Services
  const status = await runProgram(parameters, { services, environment: {}, out: sink(out), error: sink(error), signal: new AbortController().signal })
  return { status, out: out.join(''), error: error.join('') }
}

const tokenOf = async ({ world, vendor }: Control): Promise<string> => {
  const token = world.secret()
  const [operator, now] = [world.newId<'operator'>(), world.clock.now()]
  await world.ledger.transaction(async tx => {
    await tx.add('operator', { id: operator, vendor: vendor.id, name: 'The lead', email: 'lead@kestrel.example', roles: ['migration-lead'], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
    await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: null, operator, createdAt: now, seenAt: now, expiresAt: now + 1e9, endedAt: null, secondFactorAt: null })
  })
  return token
}

test('whatever control can be asked is a command: options become fields, answers become tables, refusals a sentence and a status', async t => {
  const control = await useControl(t)
  const token = await tokenOf(control)
  const ask = (...parameters: readonly string[]) => run(control.site, token, ...parameters)
  const added = await ask('customers', 'add', '--name', 'Nordlicht \u001b[2J', '--country', 'DE', '--zone', 'Europe/Berlin', '--locale', 'en', '--json')
  assert.equal(added.status, 0, added.error)
  const { id } = JSON.parse(added.out) as { id: string }
  assert.equal((await ask('contacts', 'add', '--customer', id, '--name', 'The contact', '--email', 'it@nordlicht.example', '--duties', 'it, developer')).status, 0)
  const listed = await ask('customers', 'list', '--limit', '5')
  assert.match(listed.out, /^id +vendor +name +country/)
  assert.match(listed.out, /Nordlicht/)
  assert.ok(!listed.out.includes('\u001b'))
  assert.match((await ask('customers', 'read', '--customer', id)).out, /contacts\n +- id .*\n[^]*duties +it, developer/)
  const wrong = await ask('customers', 'add', '--name', 'x', '--country', 'Germany', '--zone', 'UTC', '--locale', 'en')
  assert.deepEqual([wrong.status, wrong.out], [1, ''])
  assert.match(wrong.error, /country: is no country/)
  assert.equal((await ask('customers', 'add', '--name', 'x')).status, 2)
  assert.equal((await ask('customers', 'list', '--limit', 'many')).status, 2)
  const refused = await run(control.site, undefined, 'customers', 'list', '--json')
  assert.deepEqual([refused.status, (JSON.parse(refused.out) as { type: string }).type], [1, '/problems/not-signed-in'])
  const twice = await Promise.all([1, 2].map(() => ask('partners', 'add', '--name', 'Morgenrot', '--locale', 'en', '--idempotency-key', 'k', '--json')))
  assert.equal(twice[0]?.out, twice[1]?.out)
})

test('a control that is not there is said so, with what to do', async () => {
  const { status, error } = await run('http://127.0.0.1:1', undefined, 'customers', 'list')
  assert.equal(status, 4)
  assert.match(error, /cannot be reached.*npm start/)
})

test('a field that is an object is given as JSON or from a file', async () => {
  const file = join(tmpdir(), `rehome-${process.pid}.json`)
  writeFileSync(file, '{')
  const { status, error } = await run('http://127.0.0.1:1', undefined, 'programmes', 'add', '--name', 'x', '--playbook', 'y', '--people', `@${file}`)
  assert.equal(status, 2, error)
})
