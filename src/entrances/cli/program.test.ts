import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { Fault } from '#domain/faults.ts'
import { readAddress } from './address.ts'
import type { Desk } from './desk.ts'
import { codeOf, exits } from './exit.ts'
import { programOf, runProgram } from './program.ts'
import type { MoveRequest, Services } from './services.ts'

const nothing = (): never => { throw new Error('not in this test') }
const services = (some: Partial<Services> = {}): Services => ({
  version: '1.2.3', preflight: nothing, move: nothing, tell: nothing, known: async () => [], verify: nothing, cleanUp: nothing, checkEvidence: nothing, demo: nothing, agent: nothing, redirect: nothing, serveLicences: nothing, signedIn: { keep: nothing, forget: nothing }, licences: { sheet: nothing, keep: nothing, readSheet: nothing, change: nothing, move: nothing, nodeLock: nothing }, bundles: { exportTo: nothing, check: nothing, importFrom: nothing }, ledger: { serve: nothing, start: nothing, work: nothing, backUp: nothing, restore: nothing, verifyJournal: nothing }, control: nothing, whoami: () => 'the tester', ...some,
})

/** A command line, run without a process: what it wrote and the status it ends with. */
const run = async (parameters: readonly string[], some: Partial<Services> = {}, environment: Desk['environment'] = {}) => {
  const [out, error]: [string[], string[]] = [[], []]
  const sink = (into: string[]) => ({ write: (text: string) => into.push(text) }) as unknown as NodeJS.WriteStream
  const status = await runProgram(parameters, { services: services(some), environment, out: sink(out), error: sink(error), signal: new AbortController().signal })
  return { status, out: out.join(''), error: error.join('') }
}
const desk = { services: services() } as unknown as Desk
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]
const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`)
const databases = ['--from', 'postgres://a:secret-one@h/d', '--to', 'postgres://b:secret-two@h/e']

test('every command says what it is for, shows an example of itself, and describes each option', async () => {
  for (const command of all(programOf(desk))) {
    const { status, out } = await run([...pathOf(command).split(' ').slice(1), '--help'])
    assert.equal(status, 0)
    if (command.parent !== null && command.commands.length === 0) assert.match(out, new RegExp(`Examples:\\n  .*rehome .*${command.name()}`), command.name())
    assert.notEqual(command.description(), '', command.name())
    for (const option of command.options) assert.notEqual(option.description, '', `${command.name()} ${option.flags}`)
  }
  const { out } = await run(['--help'])
  for (const [code, says] of Object.values(exits)) assert.ok(out.includes(`${code}  ${says}`))
})

test('a wrong word is refused with the one that was meant, status 2', async () => {
  for (const [line, says] of [
    [['mvoe'], /unknown command 'mvoe'\s+\(Did you mean move\?\)/], [['move', ...databases, '--fron', 'x'], /unknown option '--fron'\s+\(Did you mean --from\?\)/], [['evidence', 'chek'], /Did you mean check/],
    [['move', ...databases, '--jobs', '0'], /whole number from 1 to 32/], [['move', ...databases, '--jobs', '2.5'], /whole number/], [['move', ...databases, '--freeze-budget', '5'], /duration with its unit, such as 500ms/],
    [['move', ...databases, '--rate', 'fast'], /size, such as 64MB/], [['move', ...databases, '--cutover', 'maybe'], /Allowed choices are auto, wait/],
    [['throttle'], /Say what to change: --jobs, --rate, or both/], [['cleanup'], /Say where: --from, --to, or both/], [['move', ...databases, '--route', 'http://x'], /--route needs --origin-upstream/],
    [['move', ...databases, '--origin-hook', 'http://x'], /REHOME_ORIGIN_HOOK_SECRET/], [['evidence', 'check'], /missing required argument 'file'/],
  ] as const) {
    const { status, error } = await run(line)
    assert.match(error, says)
    assert.equal(status, 2, line.join(' '))
    assert.doesNotMatch(error, /secret-/)
  }
})

test('each end has its exit status', async () => {
  const move = ['move', ...databases]
  const standing = { stage: 'settled', leg: 'out', cold: false } as const
  const ends: readonly (readonly [number, Services['move']])[] = [
    [0, async () => ({ end: 'stands', standing, move: 'm' })], [1, async () => ({ end: 'stands', standing: { ...standing, stage: 'cancelled' }, move: 'm' })], [3, async () => ({ end: 'blocked', findings: [] })],
    [130, async () => ({ end: 'stopped' })], [4, async () => { throw new Fault('STORE_FULL', { store: 'target', reason: 'x' }) }], [5, async () => { throw new Fault('DOUBT', { reason: 'x' }) }],
    [1, async () => { throw new Fault('VERIFY_DIFFERS', { count: 1, table: 't', key: '1' }) }],
  ]
  for (const [status, end] of ends) assert.equal((await run(move, { move: end })).status, status)
  assert.deepEqual(Object.keys(exits).map(name => codeOf(name as keyof typeof exits)), [0, 1, 2, 3, 4, 5, 130])
})

test('a failure is a sentence, what to do and its code; for machines the same as JSON', async () => {
  const fail = async (): Promise<never> => { throw new Fault('STORE_FULL', { store: 'target', reason: 'disk \u001b[31mfull' }) }
  const said = await run(['move', ...databases], { move: fail })
  assert.match(said.error, /^\nThe target has no room left: disk \\u\{1b\}\[31mfull\.\nMake room .*\n\(STORE_FULL, see docs\/errors\.md\)\n$/)
  const json = await run(['move', ...databases, '--json'], { move: fail })
  assert.deepEqual([json.error, (JSON.parse(json.out) as { code: string }).code], ['', 'STORE_FULL'])
})

test('the order is what the options say, and defaults are those of the domain', async () => {
  const asked: MoveRequest[] = []
  const move: Services['move'] = async request => { asked.push(request); return { end: 'stopped' } }
  await run(['move', ...databases], { move })
  await run(['move', ...databases, '--jobs', '4', '--no-follow', '--schema', 'existing', '--cutover', 'wait', '--freeze-budget', '1500ms', '--rate', '20MB', '--max-log', '1GiB', '--tenant', 'Kestrel', '--until', 'switched'], { move })
  const [plain, full] = asked
  assert.deepEqual([plain?.order.jobs, plain?.order.follow, plain?.order.cutover, plain?.order.tenant, plain?.order.freezeBudgetMs, plain?.until], [2, true, 'auto', 'd', 5_000, 'settled'])
  assert.deepEqual([full?.order.jobs, full?.order.follow, full?.order.schema, full?.order.bytesPerSecond, full?.order.budget.retainedBytes, full?.order.freezeBudgetMs, full?.until], [4, false, 'existing', 20e6, 2 ** 30, 1_500, 'switched'])
  assert.deepEqual([full?.from, full?.to], [{ url: 'postgres://a@h/d', password: 'secret-one' }, { url: 'postgres://b@h/e', password: 'secret-two' }])
})

test('a password comes from the URL, the side’s variable, PGPASSWORD or the prompt, in that order, and stays out of the URL', async t => {
  const ask = async (): Promise<string> => 'typed'
  const read = (url: string, environment: Record<string, string> = {}): Promise<unknown> => readAddress('source', url, environment, ask)
  const both = { REHOME_SOURCE_PASSWORD: 'one', PGPASSWORD: 'two' }
  assert.deepEqual(await read('postgres://u:p%40%3A%2F%25@h:5433/d?sslmode=require', both), { url: 'postgres://u@h:5433/d?sslmode=require', password: 'p@:/%' })
  assert.deepEqual(await read('postgresql://u@h/d?password=in+query&sslmode=require', both), { url: 'postgresql://u@h/d?sslmode=require', password: 'in query' })
  assert.deepEqual(await read('postgres://u@h/d', both), { url: 'postgres://u@h/d', password: 'one' })
  assert.deepEqual(await read('postgres://u@h/d', { PGPASSWORD: 'two', REHOME_TARGET_PASSWORD: 'other side' }), { url: 'postgres://u@h/d', password: 'two' })
  assert.deepEqual(await read('postgres://u@h/d'), { url: 'postgres://u@h/d', password: 'typed' })
  assert.deepEqual(await readAddress('source', 'postgres://u@h/d', {}, async () => undefined), { url: 'postgres://u@h/d' })
  const folder = mkdtempSync(join(tmpdir(), 'rehome-address-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  writeFileSync(join(folder, 'old'), 'postgres://u:p@h/d\n')
  assert.deepEqual(await read(`file:${join(folder, 'old')}`), { url: 'postgres://u@h/d', password: 'p' })
  assert.deepEqual(await read('env:OLD', { OLD: 'postgres://u:p@h/d' }), { url: 'postgres://u@h/d', password: 'p' })
})

test('completion knows every command, option and choice, in a real bash', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-completion-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  writeFileSync(join(folder, 'rehome.bash'), (await run(['completion', 'bash'])).out)
  const complete = (...words: string[]): string[] =>
    execFileSync('bash', ['-c', 'source "$0/rehome.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rehome; printf "%s\\n" "${COMPREPLY[@]}"', folder, 'rehome', ...words], { encoding: 'utf8' }).trim().split('\n')
  assert.deepEqual(complete('pre'), ['preflight'])
  assert.ok(complete('').includes('turn-back') && complete('').includes('evidence'))
  assert.deepEqual(complete('move', '--cut'), ['--cutover'])
  assert.deepEqual(complete('move', '--from', 'env:OLD', '--cutover', ''), ['auto', 'wait'])
  assert.deepEqual(complete('evidence', 'ch'), ['check'])
  assert.deepEqual(complete('evidence', 'check', '--k'), ['--key'])
  assert.match((await run(['completion', 'zsh'])).out, /^#compdef rehome/)
  assert.match((await run(['completion', 'fish'])).out, /complete -c rehome .* -a move /)
})
