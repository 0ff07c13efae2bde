import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AttentionPage, listAttention } from '#control/running/attention.ts'
import { operatorAs } from '#control/ground/callers.ts'
import { decide, look } from '#control/ground/desk.ts'
import { failedJobs, repeatJob } from '#control/running/failed-jobs.ts'
import type { Operator } from '#domain/records.ts'
import type { Execute, FailedJob } from '#ports/jobs.ts'
import { useControl } from './rig.ts'

test('failed jobs are shown to who may, repeated once, and to nobody where several vendors share the ledger', async t => {
  const { world: bare, vendor } = await useControl(t)
  const waiting: FailedJob[] = [{ id: '0198a1b2-0000-7000-8000-000000000001', job: { name: 'letter', key: 'k', at: 0, facts: {} }, attempts: 3, failedAt: 5, reason: 'MAIL_REFUSED' }]
  const world = { ...bare, jobs: { failed: (limit = 1_000) => Promise.resolve(waiting.slice(0, limit)), retryWithin: (_: Execute, id: string) => Promise.resolve(waiting.splice(0, 1)[0]?.id === id) } }
  const operator = (role: string): Operator => ({ id: world.newId<'operator'>(), vendor: vendor.id, name: role, email: `${role}@kestrel.example`, roles: [role], password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
  const [engineer, support, auditor] = ['engineer', 'support', 'auditor'].map(role => operatorAs(operator(role)))
  assert.ok(engineer !== undefined && support !== undefined && auditor !== undefined)
  assert.equal((await look(world, auditor, glance => failedJobs(glance)) as readonly FailedJob[]).length, 1)
  const attention = await look(world, engineer, glance => listAttention(glance, {})) as AttentionPage
  assert.deepEqual(attention.items.map(({ title }) => title), [{ en: 'A job failed: letter. MAIL_REFUSED', ja: 'ジョブが失敗しました（メール）：「MAIL_REFUSED」（原文）' }])
  assert.deepEqual((await look(world, support, glance => failedJobs(glance)) as { refused: string }).refused, 'not-your-part')
  const repeat = (caller: typeof engineer, job: string) => decide(world, caller, desk => repeatJob(desk, { job }))
  const id = waiting[0]?.id ?? ''
  assert.equal((await repeat(auditor, id) as { refused: string }).refused, 'not-your-part')
  assert.deepEqual(await repeat(engineer, id), {})
  assert.deepEqual(await repeat(engineer, id), { refused: 'not-found' })
  waiting.push({ id, job: { name: 'letter', key: 'k', at: 0, facts: {} }, attempts: 3, failedAt: 5, reason: 'another vendor’s customer' })
  await world.ledger.transaction(tx => tx.add('vendor', { ...vendor, id: world.newId<'vendor'>(), name: 'Another vendor' }))
  assert.deepEqual(await look(world, engineer, glance => failedJobs(glance)), [])
  assert.deepEqual(await repeat(engineer, id), { refused: 'not-found' })
  assert.equal(waiting.length, 1)
})
