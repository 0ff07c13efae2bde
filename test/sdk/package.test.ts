import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { issuer, useFakeServer } from './server.ts'

const run = promisify(execFile)
const checkout = join(import.meta.dirname, '../..')

/** Products run on older versions than ours; where the machine has one, it is taken. */
const oldNode = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath

test('the package installs without a registry and does what its README says, with the Node of the machine', { timeout: 120_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-package-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [sdk, empty] = [join(checkout, 'sdk'), join(folder, 'product')]
  const manifest = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')) as { readonly dependencies?: object }
  assert.equal(manifest.dependencies, undefined)
  await run(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), '-p', join(sdk, 'tsconfig.json')])
  const npm = (args: readonly string[], cwd: string) => run('npm', [...args, '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--cache', join(folder, 'cache')], { cwd })
  const { stdout } = await npm(['pack', sdk, '--json', '--pack-destination', folder], folder)
  const [packed] = JSON.parse(stdout) as { readonly filename: string; readonly files: readonly { readonly path: string }[] }[]
  assert.ok(packed !== undefined)
  assert.deepEqual(packed.files.map(({ path }) => path).filter(path => !path.startsWith('dist/')).toSorted(), ['README.md', 'package.json'])
  for (const file of ['dist/index.js', 'dist/index.d.ts']) assert.ok(packed.files.some(({ path }) => path === file), file)
  await run('mkdir', ['-p', empty])
  writeFileSync(join(empty, 'package.json'), '{"name":"product","private":true,"type":"module"}')
  await npm(['install', join(folder, packed.filename)], empty)

  const server = await useFakeServer(t)
  const readme = readFileSync(join(sdk, 'README.md'), 'utf8')
  writeFileSync(join(empty, 'readme.js'), `const stopWork = () => {}, save = papers => { globalThis.kept = papers }, load = () => globalThis.kept\nlet saw; const solve = async ({ signal }) => { saw = signal.aborted }\n${asProgram(readme, server.url, empty)}\nconsole.log(JSON.stringify({ saw, answer }))\n`)
  const said = JSON.parse((await run(oldNode, ['readme.js'], { cwd: empty, timeout: 60_000 })).stdout) as { readonly saw: boolean; readonly answer: { readonly ok: boolean } }
  assert.deepEqual([said.saw, said.answer.ok], [false, true])

  // Ends by itself although a seat is held: nobody closes anything here.
  writeFileSync(join(empty, 'held.js'), `import { openLicences } from '@rehome/licence'\nawait openLicences({ url: '${server.url}', issuerKey: '${issuer.publicKey}', profile: 'solver' }).checkOut()\nconsole.log('held')\n`)
  const began = performance.now()
  assert.equal((await run(oldNode, ['held.js'], { cwd: empty, timeout: 60_000 })).stdout, 'held\n')
  assert.ok(performance.now() - began < 25_000, 'it waited for no heartbeat, which come every 30 seconds')
})

/** The README's own lines, with this server's address and key; closing comes last. */
const asProgram = (readme: string, url: string, folder: string): string => {
  const blocks = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  const [first = '', second = ''] = blocks
  const close = 'await licences.close()\n'
  assert.ok(blocks.length === 2 && first.includes(close))
  return `${first.replace(close, '')}\n${second}\n${close}`.replaceAll('https://licences.customer.example', url).replaceAll('MCowBQYDK2VwAyEA…', issuer.publicKey).replaceAll('/var/lib/solver', folder)
}
