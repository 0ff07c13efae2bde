import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#domain/event.ts'
import { assertSame, assertStands, useRig, type Running } from './rig.ts'
import { runAtOnce } from './run-at-once.ts'

/** In the order in which they are verified, the largest first. */
const shop = `CREATE TABLE orders (id integer PRIMARY KEY, what text); CREATE TABLE emptied (id integer PRIMARY KEY, what text); CREATE TABLE other (id integer PRIMARY KEY);
  INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 20000) i; INSERT INTO emptied SELECT i, md5(i::text) FROM generate_series(1, 5000) i; INSERT INTO other SELECT generate_series(1, 100)`
const all = ['orders', 'emptied', 'other']

const isVerified = (event: Event, table: string): boolean => event.type === 'verified' && event.table === table
const differs = (running: Running): boolean => running.events.some(event => event.type === 'verified' && !event.equal)

test('a table that is emptied after the picture it is to be verified in was taken is proven whole in the freeze', async t => {
  const rig = await useRig(t, shop)
  let isEmptied = false
  const running = rig.start({ jobs: 1 }, 'switched', event => {
    // The target is not to be emptied as well before it is read.
    if (isVerified(event, 'public.emptied')) running.mover.tell({ verb: 'resume' })
    if (isEmptied || !isVerified(event, 'public.orders')) return
    isEmptied = true
    running.mover.tell({ verb: 'pause' })
    runAtOnce(rig.from, `TRUNCATE emptied; INSERT INTO emptied VALUES (1, 'anew')`)
  })
  await assertStands(running)
  assert.ok(isEmptied && differs(running))
  assert.equal(await assertSame(rig, ...all), 20_101)
})

test('what differs beside a table that is emptied is found all the same', async t => {
  const rig = await useRig(t, shop)
  const running = rig.start({ jobs: 1 }, 'switched', event => {
    if (event.type === 'stage' && event.stage === 'following') runAtOnce(rig.to, `DELETE FROM other WHERE id = 7`)
    if (isVerified(event, 'public.orders')) runAtOnce(rig.from, 'TRUNCATE emptied')
  })
  await assert.rejects(running.mover.outcome, /1 rows differ between the two sides, the first in public\.other at key 7/)
})
