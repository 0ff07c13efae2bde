import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leaseMs } from '#domain/orders.ts'
import { says } from './says.ts'
import { signal, useLicencePlay } from './licence-play.ts'

const places = async ({ old, fresh }: Pick<Awaited<ReturnType<typeof useLicencePlay>>, 'old' | 'fresh'>): Promise<string[]> => {
  const [was, is] = [await old.readBack(signal), await fresh.readBack(signal)]
  return ['one', 'two'].map(id => [was, is].map(sheet => sheet.licences.find(one => one.id === id)?.state ?? 'absent').join(' '))
}

test('D4: what is in doubt goes to a person; by their word it goes back, on the disk of the agent that began it, and can be moved anew', { timeout: 120_000 }, async t => {
  const play = await useLicencePlay(t)
  const { lead, move, bad, page, stage, states } = play
  const [first, other] = [await play.agent('first'), await play.agent('other')]
  await assert.rejects(lead('licences.order', { move, step: 'undo' }), says(409, 'licences-not-now', /nothing/))
  await lead('licences.order', { move, step: 'record' })
  assert.equal(await other.work(), 'done')
  await assert.rejects(lead('licences.order', { move, step: 'move' }), says(409, 'gate-not-go'))
  await play.ready()
  await lead('licences.order', { move, step: 'move', renames: [{ from: 'Charts', to: 'Charts 2027' }] })
  assert.equal(await stage(), 'ordered')
  // The request for the first activation is lost on its way, and then the new machine is not reached any more.
  let isGone = false
  bad.plan = verb => {
    if (isGone) return { how: 'unreachable' }
    isGone = verb === 'activate'
    return isGone ? { how: 'lost' } : undefined
  }
  assert.equal(await first.work(), 'failed')
  const doubt = await page()
  assert.deepEqual([doubt.state, await stage(), doubt.doubt?.step?.does, doubt.licences.map(one => one.stands), doubt.agent?.name], ['in-doubt', 'in-doubt', 'activate', ['neither', 'origin'], 'first'])
  assert.match(doubt.doubt?.known.join(' ') ?? '', /The destination, .* cannot be read/)
  assert.deepEqual(await states('maintenance-on', 'deactivate', 'activate'), ['done', 'open', 'open'])
  await assert.rejects(lead('licences.order', { move, step: 'record' }), says(409, 'licences-not-now', /in-doubt/))
  bad.plan = () => undefined
  await lead('licences.found', { move, found: 'not-done', note: 'its console says inactive', undo: true })
  assert.equal(await other.claim(), undefined, 'the book is on another disk')
  assert.equal(await first.work(), 'done')
  assert.deepEqual([await places(play), (await page()).state, await stage()], [['active inactive', 'active absent'], 'undone', 'planned'])
  assert.deepEqual((await page()).licences.map(one => one.stands), ['origin', 'origin'])
  assert.deepEqual(await states('maintenance-on', 'deactivate', 'activate'), ['open', 'open', 'open'], 'what was brought back is to be done again')
  await lead('licences.order', { move, step: 'move', renames: [{ from: 'Charts', to: 'Charts 2027' }] })
  assert.equal(await other.work(), 'done')
  const after = await page()
  assert.deepEqual([await places(play), after.state, await stage(), after.agent?.name, after.profiles.map(one => [one.laterName, one.isThere])], [['inactive active', 'inactive active'], 'carried-out', 'switched', 'other', [['Charts 2027', true]]])
  assert.deepEqual(await states('maintenance-on', 'deactivate', 'activate', 'rename-profiles', 'maintenance-off'), ['done', 'done', 'done', 'done', 'done'])
})

test('D1, D4: what was recorded and is so no longer, and a book that is on another disk, end it before anything is touched', { timeout: 120_000 }, async t => {
  const play = await useLicencePlay(t)
  const { lead, move, old, page, stage } = play
  const agent = await play.agent('first')
  await lead('licences.order', { move, step: 'record' })
  assert.equal(await agent.work(), 'done')
  const codes = await play.control.asContact(play.contact)
  await assert.rejects(codes('licences.codes', { move }), says(403, 'second-factor-missing'))
  assert.ok((await page()).record?.hasCodes)
  const [row] = await play.control.world.ledger.read(view => view.list('licence_move', {}))
  assert.ok(!JSON.stringify([row, await lead('orders.list', { move })]).includes('CODE-one'), 'no code is in the ledger as it is')
  await play.ready()
  await old.link({ name: 'House', licences: ['two'] }, 'link the house', signal)
  await lead('licences.order', { move, step: 'move' })
  assert.equal(await agent.work(), 'failed')
  assert.deepEqual([await play.fault(), await stage(), await places(play), (await old.readBack(signal)).maintenance], ['LICENCE_RECORD_OUTDATED', 'planned', ['active absent', 'active absent'], null])
  await lead('licences.order', { move, step: 'record' })
  assert.equal(await agent.work(), 'done')
  await lead('licences.order', { move, step: 'move' })
  play.bad.plan = verb => (verb === 'link' ? { how: 'refused' } : undefined)
  assert.equal(await agent.work(), 'failed')
  assert.deepEqual([(await page()).state, await places(play)], ['stopped', ['inactive active', 'inactive active']])
  play.bad.plan = () => undefined
  await lead('licences.order', { move, step: 'undo' })
  assert.equal(await agent.work('an empty disk'), 'failed')
  assert.deepEqual([await play.fault(), await places(play)], ['LICENCE_BOOK_ELSEWHERE', ['inactive active', 'inactive active']])
  await lead('licences.order', { move, step: 'move' })
  assert.equal(await agent.work('first', true), 'done')
  assert.equal((await page()).state, 'carried-out')
  // It died before it could say that the order is done: what it tells once more moves nothing.
  play.control.clock.at(play.control.clock.now() + leaseMs + 1_000)
  assert.equal(await agent.work(), 'done')
  const stages = (await play.control.world.ledger.read(view => view.entries({ subject: move }))).filter(one => one.verb === 'move.stage').map(one => one.facts['to'])
  assert.deepEqual([(await page()).state, await stage(), stages], ['carried-out', 'switched', ['ordered', 'planned', 'ordered', 'switched']])
})
