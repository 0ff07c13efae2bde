import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'

type Checkout = { readonly at: string; run(...options: string[]): Promise<{ status: number | null; said: string }>; installs(): Promise<number> }

/** A checkout whose npm notes that it was asked, and takes a moment. */
const makeCheckout = async (t: TestContext, npm = 'mkdir -p node_modules'): Promise<Checkout> => {
  const at = await mkdtemp(join(tmpdir(), 'rehome-setup-'))
  t.after(() => rm(at, { recursive: true, force: true }))
  await cp(join(import.meta.dirname, '../../scripts/setup.cjs'), join(at, 'scripts/setup.cjs'))
  await writeFile(join(at, 'package-lock.json'), '{ "one": 1 }')
  await mkdir(join(at, 'path'))
  await writeFile(join(at, 'path/npm'), `#!/bin/sh\necho "$@" >> installs\nsleep 0.3\n${npm}\n`)
  await chmod(join(at, 'path/npm'), 0o755)
  return {
    at,
    async run(...options) {
      const child = spawn(process.execPath, [join(at, 'scripts/setup.cjs'), ...options], { env: { PATH: `${join(at, 'path')}${delimiter}${process.env['PATH']}` }, stdio: ['ignore', 'pipe', 'pipe'] })
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      return { status: child.exitCode, said: out + err }
    },
    installs: async () => (await readFile(join(at, 'installs'), 'utf8').catch(() => '')).split('\n').length - 1,
  }
}

test('packages are installed once, silently good afterwards, and again when the lock changed', async t => {
  const checkout = await makeCheckout(t)
  assert.match((await checkout.run()).said, /installing packages/)
  assert.deepEqual(await checkout.run(), { status: 0, said: '' })
  assert.equal(await checkout.installs(), 1)
  await writeFile(join(checkout.at, 'package-lock.json'), '{ "one": 2 }')
  assert.equal((await checkout.run()).status, 0)
  assert.equal(await checkout.installs(), 2)
})

test('several at once install once', async t => {
  const checkout = await makeCheckout(t)
  const answers = await Promise.all([1, 2, 3, 4].map(() => checkout.run()))
  assert.deepEqual(answers.map(answer => answer.status), [0, 0, 0, 0])
  assert.match(answers.map(answer => answer.said).join(''), /another process \(\d*\w*\) sets up this checkout already/)
  assert.equal(await checkout.installs(), 1)
})

test('what a killed set-up left does not keep several others from installing once', async t => {
  const checkout = await makeCheckout(t)
  const gone = spawn('true')
  await once(gone, 'exit')
  await mkdir(join(checkout.at, '.rehome'))
  await writeFile(join(checkout.at, '.rehome/setup.lock'), String(gone.pid))
  const answers = await Promise.all([1, 2, 3].map(() => checkout.run()))
  assert.deepEqual(answers.map(answer => answer.status), [0, 0, 0])
  assert.equal(await checkout.installs(), 1)
})

test('an install that failed is said, and tried again by the next run', async t => {
  const checkout = await makeCheckout(t, 'mkdir -p node_modules; echo "the registry is away"; test -f good')
  const { status, said } = await checkout.run()
  assert.equal(status, 1)
  assert.match(said, /the registry is away[\s\S]*npm ci did not succeed/)
  await writeFile(join(checkout.at, 'good'), '')
  assert.equal((await checkout.run()).status, 0)
})

test('an unknown option is refused with those there are', async t => {
  const checkout = await makeCheckout(t)
  const { status, said } = await checkout.run('--for-fun')
  assert.equal(status, 1)
  assert.match(said, /unknown option --for-fun; there are --for-tests and --for-bench/)
  assert.equal(await checkout.installs(), 0)
})
