import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { MoveStep } from '#domain/licence/move.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { MoveEnded } from '#licence/move-licences.ts'
import type { LicenceMoveRequest, LicenceServices } from '../../licence-services.ts'
import { runProgram } from '../../program.ts'
import type { Services } from '../../services.ts'

const nothing = (): never => { throw new Error('not in this test') }

const run = async (words: readonly string[], some: Partial<LicenceServices> = {}, environment: Readonly<Record<string, string>> = {}) => {
  const [out, error]: [string[], string[]] = [[], []]
  const sink = (into: string[]) => ({ write: (text: string) => into.push(text) }) as unknown as NodeJS.WriteStream
  const licences: LicenceServices = { sheet: nothing, keep: nothing, readSheet: nothing, change: nothing, move: nothing, nodeLock: nothing, ...some }
  // Of the services only those of licences are asked in these tests.
  const services = { version: '1.2.3', licences, whoami: () => 'the tester' } as unknown as Services
  const status = await runProgram(['licence', ...words], { services, environment, out: sink(out), error: sink(error), signal: new AbortController().signal })
  return { status, out: out.join(''), error: error.join('') }
}

const move = ['move', '--from', 'https://old.example', '--to', 'https://new.example', '--book', 'book']
const step: MoveStep = { id: 'out/activate/L1', does: 'activate', at: 'destination', licence: 'L1' }

test('what cannot be understood is told in a sentence, status 2, and nothing secret is repeated', async () => {
  for (const [words, says] of [
    [['move', '--from', 'old', '--to', 'https://new.example', '--book', 'b'], /old is no address of a licence server\. It looks like https:\/\//],
    [['move', '--from', 'https://me:secret-one@old.example', '--to', 'https://new.example', '--book', 'b'], /Leave user and password out of the address/],
    [['backup', '--from', 'http://licences.example', '--to', 'x'], /is on another machine: it is reached by https:\/\/ only/], [[...move, '--rename', 'Solver'], /Give two names with = between them/], [[...move, '--found', 'done'], /give --by NAME and --note TEXT with --found/], [[...move, '--found', 'perhaps'], /Allowed choices are done, not-done/],
    [[...move, '--from-token', 'secret-two'], /Give the token as env:NAME or file:PATH: itself it would stand in the list of processes/], [[...move, '--from-token', 'env:NOT_THERE'], /The environment has no NOT_THERE/],
    [[...move, '--codes', '/nowhere/codes'], /The file \/nowhere\/codes cannot be read/], [[...move, '--expect', '10'], /duration with its unit/], [[...move, '--address', 'here'], /--address is not a URL/],
    [['maintain', 'on', '--at', 'https://l.example'], /Say why, with --reason/], [['activate', '--at', 'https://l.example', '--code', 'env:C'], /Say which licence: --document FILE, or --licence ID/],
    [['activate', '--at', 'https://l.example', '--licence', 'L'], /Give either --code/], [['issue', '--at', 'https://l.example', '--product', 'p', '--of', 'session', '--name', 'n', '--to', 'x', '--seats', 'many'], /whole number from 1 to 1000000, or unlimited/],
    [['seats', '--at', 'keygen+https://l.example/v1/accounts/a?machine=here'], /Only a licence server of Rehome can be asked this/], [['backup', '--from', 'https://l.example', '--to', 'x', '--zone', 'Nowhere'], /time zone such as Asia\/Tokyo/],
    [['profiles', '--at', 'keygen+https://l.example', '--kind', 'own'], /The address says keygen, --kind says own/], [['usage', '--at', 'https://l.example', '--from', 'yesterday'], /Give a day such as/],
  ] as const) {
    const { status, error } = await run(words)
    assert.match(error, says)
    assert.equal(status, 2, words.join(' '))
    assert.doesNotMatch(error, /secret-/)
  }
})

test('each end of a move has its status and its sentence', async () => {
  const ends: readonly (readonly [MoveEnded, number, RegExp])[] = [
    [{ end: 'carried-out', seatsWentOn: true, refusedMs: 432, notes: ['A note.'], sheet: null }, 0, /Moved: the new server holds.*New seats were refused for 432 ms.*note: A note\./s], [{ end: 'undone', seatsWentOn: true, refusedMs: null, notes: [], sheet: null }, 0, /Undone: everything is where it was/],
    [{ end: 'blocked', objections: ['No.'] }, 3, /nothing was touched\.\n- No\./], [{ end: 'refused', step, reason: 'its code is wrong' }, 1, /The destination refused \(activate L1 at the destination\): its code is wrong\nBoth ways are open/],
    [{ end: 'differs', step, differences: [{ what: 'seats', says: 'It has 4.', stops: true }] }, 1, /not as it should be:\n- It has 4\./], [{ end: 'in-doubt', step, known: ['The origin says nothing.'] }, 5, /not known whether.*The origin says nothing\..*--found not-done/s],
    [{ end: 'not-now', reason: 'Too late.' }, 1, /Too late\./], [{ end: 'stopped' }, 130, /the last step is written down/],
  ]
  for (const [ended, status, says] of ends) {
    const plain = await run(move, { move: async () => ended })
    assert.match(plain.out + plain.error, says)
    assert.equal(plain.status, status)
    const json = await run([...move, '--json'], { move: async () => ended })
    assert.equal((JSON.parse(json.out.trim()) as { end: string }).end, ended.end)
    assert.equal(json.error, '')
  }
})

test('tokens come from variables and files, names and choices as they were given', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-licence-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  const [token, codes] = [join(folder, 'token'), join(folder, 'codes')]
  writeFileSync(token, 'of-the-new-one\n')
  writeFileSync(codes, '# codes\nL1=AAAA=BBBB\n')
  let asked: LicenceMoveRequest | undefined
  const { status } = await run([...move, '--to-token', `file:${token}`, '--rename', 'A=B', '--rename', 'C=D', '--only', 'L1', '--codes', codes, '--found', 'not-done', '--by', 'R. Amari', '--note', 'looked', '--undo'], {
    move: async request => { asked = request; return { end: 'stopped' } },
  }, { REHOME_ORIGIN_TOKEN: 'of-the-old-one' })
  assert.equal(status, 130)
  assert.deepEqual(asked, {
    origin: { url: 'https://old.example', kind: 'own', token: 'of-the-old-one' }, destination: { url: 'https://new.example', kind: 'own', token: 'of-the-new-one' }, book: 'book', reason: 'The licences are being moved to another server.', expectMs: 600_000,
    renames: [{ from: 'A', to: 'B' }, { from: 'C', to: 'D' }], only: ['L1'], codes: { L1: 'AAAA=BBBB' }, address: 'https://new.example', undo: { by: 'R. Amari' }, found: { found: 'not-done', by: 'R. Amari', note: 'looked' },
  })
})

test('a server that is not as the sheet says ends a comparison with status 1', async () => {
  const sheet: LicenceSheet = { format: 'rehome-licences/1', server: { name: 'harbour', product: 'x', version: '1' }, takenAt: 0, maintenance: null, licences: [], profiles: [{ name: 'A', licences: [] }] }
  const compare = ['compare', 'sheet.json', '--with', 'https://new.example']
  const services = { readSheet: async () => sheet, sheet: async () => ({ ...sheet, profiles: [{ name: 'B', licences: [] }] }) }
  assert.equal((await run([...compare, '--rename', 'A=B'], services)).status, 0)
  const differs = await run(compare, services)
  assert.deepEqual([differs.status, differs.out], [1, 'harbour is not as the sheet says:\nThe profile A is missing.\nThe profile B is on the server and not on the sheet.\n'])
})
