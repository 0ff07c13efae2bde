import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { childrenOf, isAlive, waitGone } from '#adapters/embedded-postgres/process.ts'
import type { Scope } from '#test/services/postgres.ts'
import type { Running } from '#test/services/rehome.ts'
import { useSmtpSink } from '#test/services/smtp-sink.ts'
import { until } from '#test/services/until.ts'
import { atSink, states, useYard, writeMany, type Yard } from './yard.ts'

/** Of a busy machine. */
const patience = { withinMs: 60_000 }
const health = z.strictObject({ ok: z.literal(true), worker: z.enum(['starts', 'works', 'is-down']) })

type Beside = { readonly yard: Yard; readonly control: Running; health(): Promise<string>; worker(): number | undefined; /** Its number, when it works. */ atWork(not?: number): Promise<number> }

/** Control as it is started by a person, with its worker, over the yard's ledger. */
const useBeside = async (t: Scope, mail?: (yard: Yard) => object): Promise<Beside> => {
  const yard = await useYard(t)
  yard.settings(mail?.(yard))
  const port = await freePort()
  const control = yard.person.with({ REHOME_PORT: String(port) }).start('control')
  await control.says(/Control answers at/, patience)
  const state = async (): Promise<string> => health.parse(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).worker
  const worker = (): number | undefined => childrenOf(control.child.pid ?? 0).at(0)
  const atWork = (not?: number): Promise<number> => until('a worker that works', async () => {
    const pid = worker()
    return pid !== undefined && pid !== not && await state() === 'works' && pid
  }, patience)
  return { yard, control, health: state, worker, atWork }
}

test('a worker that is killed while it sends letters is started again: /healthz says so, pages are answered meanwhile, no letter is lost and none is another the second time', { timeout: 180_000 }, async t => {
  const sink = await useSmtpSink({ after: end => { t.after(end) } })
  sink.behaviour.delayMs = 40
  const { yard, control, health, atWork } = await useBeside(t, () => atSink(sink))
  const first = await atWork()
  await writeMany(yard, 80)
  await until('some are sent', async () => ((await states(yard))['sent'] ?? 0) >= 10, patience)
  process.kill(first, 'SIGKILL')
  await until('that it is told', async () => await health() !== 'works', patience)
  const second = await atWork(first)
  assert.notEqual(second, first)
  await until('all are sent', async () => (await states(yard))['sent'] === 80, patience)
  const byId = Map.groupBy(await sink.letters(), letter => letter.id)
  assert.equal(byId.size, 80)
  const twice = [...byId.values()].filter(copies => copies.length > 1)
  // Between the mail server's taking a letter and the ledger's knowing that nobody can know: of those that were in the air then.
  assert.ok(twice.length <= 5, `${twice.length} letters came twice`)
  for (const copies of twice) assert.equal(new Set(copies.map(copy => `${copy.subject} ${copy.text} ${copy.envelope.join(' ')}`)).size, 1)
  assert.match(control.said(), /"how":"by SIGKILL".*the worker ended, and is started again/)
  assert.doesNotMatch(spawnSync('ps', ['-o', 'command=', '-p', String(second)], { encoding: 'utf8' }).stdout, /postgres:/, 'nothing it needs stands in its command line')
})

test('when control is killed its worker ends by itself', { timeout: 120_000 }, async t => {
  const { control, atWork } = await useBeside(t)
  const worker = await atWork()
  control.child.kill('SIGKILL')
  assert.ok(await waitGone(worker, 30_000), 'the worker is still there')
})

test('Ctrl-C, which reaches both, ends both in good order, and a worker that is told by the terminal alone stays', { timeout: 120_000 }, async t => {
  const { control, health, atWork } = await useBeside(t)
  const worker = await atWork()
  process.kill(worker, 'SIGINT')
  await pause(500)
  assert.deepEqual([await health(), isAlive(worker)], ['works', true])
  process.kill(worker, 'SIGINT')
  control.child.kill('SIGINT')
  const began = performance.now()
  assert.equal((await control.ended).status, 0, control.said())
  assert.ok(await waitGone(worker, 0), 'control ends after its worker')
  assert.ok(performance.now() - began < 20_000, 'nothing was in hand: it takes a moment')
  assert.doesNotMatch(control.said(), /the worker ended/)
})

test('Ctrl-C twice ends both at once, whatever the worker has in hand', { timeout: 120_000 }, async t => {
  const sink = await useSmtpSink({ after: end => { t.after(end) } })
  sink.behaviour.delayMs = 30_000
  const { yard, control, atWork } = await useBeside(t, () => atSink(sink))
  const worker = await atWork()
  await writeMany(yard, 3)
  await until('a letter is in its hands', async () => (await yard.database.query("SELECT FROM jobs.job WHERE name = 'letter' AND state = 'active'")).length > 0, patience)
  control.child.kill('SIGINT')
  await control.says(/once more to stop at once/)
  // Twice within half a second is one wish.
  await pause(700)
  control.child.kill('SIGINT')
  assert.ok(await waitGone(worker, 5_000), 'the worker is still there')
  assert.equal((await control.ended).status, 130)
})
