import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Fault } from '#domain/faults.ts'
import type { Kind } from '#domain/records.ts'
import { addSamples, useLedger } from '#test/ledger/ledger.ts'
import { newId, samples } from '#test/ledger/samples.ts'
import { backUp, restore } from './backup.ts'

const useFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-backup-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  return folder
}
const unusable = (reason: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'BACKUP_UNREADABLE' && reason.test(error.message)
const who = { kind: 'operator', id: 'o', name: 'The lead' } as const

test('a ledger is written to a file by one call and is the same again by another, sessions left out; its journal holds', async t => {
  const folder = useFolder(t)
  const [from, to] = [await useLedger(t), await useLedger(t)]
  await from.ledger.transaction(async tx => {
    await addSamples(tx)
    await tx.add('customer', ...Array.from({ length: 2_500 }, (_, n) => ({ ...samples.customer, id: newId<'customer'>(), name: `"Customer" ${n} \\ \n 日本` })))
    tx.record(5, who, { verb: 'import', kind: 'customer', subject: 's', facts: { count: 2_500 } })
  })
  const file = join(folder, 'ledger.backup')
  const kept = await backUp(from.database.url, file, 0)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['ledger.backup'])
  assert.deepEqual(await restore(to.database.url, file), kept)
  for (const kind of Object.keys(samples) as Kind[]) {
    const there = await to.ledger.read(view => view.get(kind, samples[kind].id as never))
    assert.deepEqual(there, kind === 'session' || kind === 'code' ? undefined : samples[kind], kind)
  }
  assert.equal(await to.ledger.read(view => view.count('customer', {})), 2_501)
  assert.deepEqual(await to.ledger.verifyJournal(), { lines: 1 })
  await assert.rejects(restore(to.database.url, file), (error: unknown) => error instanceof Fault && error.code === 'LEDGER_REFUSED')
})

test('what is no backup, or not whole, or was changed, is refused with the reason; the ledger stays empty', async t => {
  const folder = useFolder(t)
  const [from, to] = [await useLedger(t), await useLedger(t)]
  await from.ledger.transaction(addSamples)
  const file = join(folder, 'ledger.backup')
  await backUp(from.database.url, file, 0)
  const text = gunzipSync(readFileSync(file)).toString()
  const lines = text.trimEnd().split('\n')
  const broken: readonly (readonly [string, Buffer, RegExp])[] = [
    ['nothing', Buffer.alloc(0), /./], ['other', Buffer.from('hello'), /./], ['other JSON', gzipSync('{"format":"x"}\n'), /no backup of a ledger/], ['cut', gzipSync(lines.slice(0, -1).join('\n')), /its end is missing/],
    ['a line less', gzipSync([...lines.slice(0, 3), ...lines.slice(4)].join('\n')), /changed or damaged/], ['changed', gzipSync(text.replace('Nordlicht Foods', 'Nordlicht Foodz')), /changed or damaged/],
    ['newer', gzipSync(text.replace(/"ledger":"[^"]*"/, '"ledger":"999-future"')), /a newer version/], ['torn', readFileSync(file).subarray(0, 500), /./],
  ]
  for (const [name, bytes, reason] of broken) {
    writeFileSync(file, bytes)
    await assert.rejects(restore(to.database.url, file), unusable(reason), name)
  }
  await assert.rejects(restore(to.database.url, join(folder, 'none')), unusable(/no such file/))
  await assert.rejects(backUp(from.database.url, join(folder, 'no', 'such', 'folder'), 0), unusable(/no such file/))
  assert.equal(await to.ledger.read(view => view.count('vendor', {})), 0)
})
