import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSetup } from '#control/people/setup.ts'
import { controlOf, forgetSignedIn, keepSignedIn } from '#main/signed-in.ts'
import { useControl } from '#test/control/rig.ts'
import { says } from '#test/control/says.ts'
import { asking } from '#wire/ask.ts'
import { runProgram } from './program.ts'
import type { Services } from './services.ts'

const machine = (t: { after(end: () => void): void }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  const signedIn = join(folder, 'kept', 'signed-in.json')
  const run = async (...parameters: readonly string[]) => {
    const [out, error]: [string[], string[]] = [[], []]
    const sink = (into: string[]) => ({ write: (text: string) => into.push(text), columns: 100 }) as unknown as NodeJS.WriteStream
    const services = { version: '1', control: () => controlOf({ site: '', token: undefined, signedIn }), signedIn: { keep: (site: string, token: string) => { keepSignedIn(signedIn, site, token) }, forget: () => { forgetSignedIn(signedIn) } } } as unknown as Services
    const status = await runProgram(parameters, { services, environment: {}, out: sink(out), error: sink(error), signal: new AbortController().signal })
    return { status, out: out.join(''), error: error.join('') }
  }
  return { folder, signedIn, run }
}

test('a machine signs in, is known by its person, and signs out for good', async t => {
  const control = await useControl(t)
  const { token } = await control.ask('setup.finish', { token: (await openSetup(control.world))?.split('/').at(-1) ?? '', vendor: { name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'en' }, name: 'The first', email: 'first@kestrel.example', password: 'a heron beside the pond' })
  const { folder, signedIn, run } = machine(t)
  const file = join(folder, 'token')
  writeFileSync(file, `${token ?? ''}\n`)
  assert.equal((await run('sign-in', '--site', `${control.site}/`, '--token-file', file)).out, `The first <first@kestrel.example> at ${control.site}, of Kestrel Analytics: admin\n`)
  assert.equal(statSync(signedIn).mode & 0o077, 0, 'for its owner alone')
  assert.deepEqual(JSON.parse(readFileSync(signedIn, 'utf8')), { site: control.site, token })
  const self = JSON.parse((await run('whoami', '--json')).out) as { name: string; site: string }
  assert.deepEqual([self.name, self.site], ['The first', control.site])
  assert.equal((await run('people', 'list')).status, 0, 'every command asks as that person')
  assert.equal((await run('sign-out')).out, `Signed out of ${control.site}.\n`)
  assert.throws(() => statSync(signedIn), { code: 'ENOENT' })
  await assert.rejects(asking(control.site, token ?? '')('sessions.read', {}), says(401, 'not-signed-in'))
})

test('a wrong token is not kept, a password goes over no open line, and neither is asked for where nobody sits', async t => {
  const control = await useControl(t)
  const { folder, signedIn, run } = machine(t)
  const file = join(folder, 'token')
  writeFileSync(file, 'made up')
  const wrong = await run('sign-in', '--site', control.site, '--token-file', file)
  assert.deepEqual([wrong.status, wrong.error], [1, 'Sign in first.\n'])
  assert.throws(() => statSync(signedIn), { code: 'ENOENT' })
  assert.match((await run('sign-in', '--site', 'http://moves.example', '--token-file', file)).error, /https:\/\/ only/)
  assert.match((await run('sign-in', '--site', control.site, '--token-file', join(folder, 'none'))).error, /cannot be read/)
  const unattended = await run('sign-in', '--site', control.site, '--email', 'first@kestrel.example')
  assert.deepEqual([unattended.status, /no terminal to ask/.test(unattended.error)], [2, true])
  // Nothing that is secret is a command: others on the machine can read command lines.
  assert.equal((await run('sessions', 'begin', '--email', 'a@b.example', '--password', 'x')).status, 2)
})
