import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { asSystem } from '#control/ground/as-system.ts'
import { write } from '#control/letters/messages.ts'
import { useSmtpSink } from '#test/services/smtp-sink.ts'
import { until } from '#test/services/until.ts'
import { atSink, states, useYard, writeMany } from './yard.ts'

test('300 letters through two workers that are killed and stopped at random moments: every one arrives, and none twice but where nobody could know', { timeout: 240_000 }, async t => {
  const yard = await useYard(t)
  const sink = await useSmtpSink({ after: end => { t.after(end) } })
  sink.behaviour.delayMs = 30
  yard.settings(atSink(sink))
  const workers = [await yard.worker(), await yard.worker()]
  await writeMany(yard, 300)
  /** When a process was cut off or went on. */
  const cuts: number[] = []
  let [kills, stops] = [0, 0]
  const isDone = async (): Promise<boolean> => (await states(yard))['sent'] === 300
  for (let n = 0; !(await isDone()); n++) {
    await pause(200 + Math.random() * 600)
    const at = n % workers.length
    const worker = workers[at]
    if (worker === undefined || n >= 12) continue
    if (n % 3 === 2) {
      stops += 1
      cuts.push(Date.now())
      worker.child.kill('SIGSTOP')
      // Longer than the lease, once.
      await pause(n === 2 ? 17_000 : 1_000)
      cuts.push(Date.now())
      worker.child.kill('SIGCONT')
    } else {
      kills += 1
      cuts.push(Date.now())
      worker.child.kill('SIGKILL')
      await worker.ended
      workers[at] = await yard.worker()
    }
  }
  assert.ok(kills >= 2 && stops >= 1, `${kills} kills, ${stops} stops`)
  const letters = await sink.letters()
  const byId = Map.groupBy(letters.map((letter, n) => ({ ...letter, at: sink.raw[n]?.at ?? 0 })), letter => letter.id)
  assert.equal(byId.size, 300)
  const twice = [...byId.values()].filter(copies => copies.length > 1)
  for (const copies of twice) {
    assert.equal(new Set(copies.map(copy => `${copy.subject} ${copy.text} ${copy.envelope.join(' ')}`)).size, 1, 'the same letter, word for word')
    // The process was cut off between the server's taking it and the ledger's knowing that: about the time of a cut one of the copies was in the air.
    assert.ok(copies.some(copy => cuts.some(cut => Math.abs(cut - copy.at) < 1_500)), `a letter came twice at ${copies.map(copy => copy.at).join(', ')}, cuts at ${cuts.join(', ')}`)
  }
  assert.ok(twice.length <= (kills + stops) * 5, `${twice.length} letters came twice`)
  assert.equal((await yard.database.query('SELECT FROM rehome.message WHERE message_id IS NULL OR sent_at IS NULL')).length, 0)
  t.diagnostic(`${kills} kills, ${stops} stops, ${twice.length} letters twice`)
})

test('without a mail server letters wait and it is said once; with a folder they can be read there; a letter that comes back is noticed', { timeout: 90_000 }, async t => {
  const yard = await useYard(t)
  yard.settings(undefined)
  const waiting = await yard.worker()
  await waiting.says(/Letters wait: there is no mail server/)
  await writeMany(yard, 1)
  await pause(1_500)
  assert.deepEqual(await states(yard), { waiting: 1 })
  waiting.child.kill('SIGTERM')
  assert.equal((await waiting.ended).status, 0)

  yard.settings({ folder: 'letters' })
  await yard.database.query("UPDATE jobs.job SET start_after = now() WHERE name = 'letter'")
  const second = await yard.worker()
  await second.says(/can be read in .*letters/)
  await until('the letter in the folder', () => readdirSync(join(yard.person.home, '.rehome', 'letters')).some(name => name.endsWith('.eml')))
  await until('that it is written down', async () => (await states(yard))['sent'] === 1)
  second.child.kill('SIGTERM')
  await second.ended

  const sink = await useSmtpSink({ after: end => { t.after(end) } })
  yard.settings({ ...atSink(sink), returned: 'returned' })
  const back = join(yard.person.home, '.rehome', 'returned', 'new')
  mkdirSync(back, { recursive: true })
  const contact = await yard.control.customer('Seestern')
  await asSystem(yard.control.world, desk => write(desk, { to: [contact], event: 'notice', key: 'b', facts: { tenant: 'shop', title: 'News', body: 'x', link: 'https://moves.example/1' } }))
  const third = await yard.worker()
  await until('the letter at the server', () => sink.raw.length === 1, { withinMs: 20_000 })
  await until('that it is written down', async () => (await states(yard))['sent'] === 2)
  third.child.kill('SIGTERM')
  await third.ended
  // A report that names another letter counts for nothing.
  const report = sink.bounced(0)
  writeFileSync(join(back, '1.forged'), report.toString('latin1').replaceAll(/<[0-9a-f]{40}@/g, `<${'0'.repeat(40)}@`), 'latin1')
  const fourth = await yard.worker()
  await until('the forged report is read', () => readdirSync(back).length === 0)
  assert.deepEqual(await states(yard), { sent: 2 })
  fourth.child.kill('SIGTERM')
  await fourth.ended
  writeFileSync(join(back, '2.real'), report)
  await yard.worker()
  await until('that it came back', async () => (await states(yard))['bounced'] === 1)
  const row = await yard.control.world.ledger.read(view => view.get('contact', contact.contact))
  assert.equal(row?.verifiedAt, null)
})
