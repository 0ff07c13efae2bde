import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { systemClock } from '#adapters/clock/system.ts'
import { openHttpControl } from '#adapters/control-plane/http.ts'
import { faulty, type Mishap, type Verb } from '#adapters/licensor/faulty/faulty.ts'
import { openMemoryIssuer } from '#adapters/licensor/memory/issuer.ts'
import { openMemoryLicensor } from '#adapters/licensor/memory/licensor.ts'
import { Fault } from '#domain/faults.ts'
import { leaseMs } from '#domain/orders.ts'
import { carryWith } from '#main/agent-licences.ts'
import { toldOf } from '#main/agent-move.ts'
import { Reporter } from '#main/reporter.ts'
import { asking } from '#wire/ask.ts'
import { useControl } from './rig.ts'
import { says } from './says.ts'

const serves = [{ home: 'the old machine', tenant: '*', what: 'licences' as const }, { home: 'the new machine', tenant: '*', what: 'licences' as const }]
const signal = new AbortController().signal
/** Who waits for another try does not wait here. */
const hurried = { ...systemClock, sleep: () => Promise.resolve() }

/** A planned move of two licences between servers on memory, on a real control; and agents whose disks are folders. */
const usePlay = async (t: TestContext) => {
  const ends: (() => Promise<void>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const control = await useControl({ after: end => { ends.push(end) } })
  const disks = mkdtempSync(join(tmpdir(), 'rehome-disks-'))
  t.after(() => { rmSync(disks, { recursive: true, force: true }) })
  const [lead, engineer] = [await control.as('migration-lead'), await control.as('engineer')]
  const { customer, contact } = await control.customer('Tsurugi')
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'the old machine', kind: 'licence-host' }), await lead('homes.add', { name: 'the new machine', kind: 'licence-host' })]
  const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: 'tsurugi' })
  const { id: programme } = await lead('programmes.add', { name: 'To another machine', playbook: 'licence-server', people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }] })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: '2026-12-07' })
  const asked = await control.asContact(contact)
  await asked('profile.answer', { move, answers: { licenceKinds: ['session'], applications: ['charts'], renamesProfiles: true, internetAccess: true } })
  const issuer = openMemoryIssuer()
  const [old, fresh] = [openMemoryLicensor({ name: 'old', issuer }), openMemoryLicensor({ name: 'new', issuer })]
  for (const id of ['one', 'two']) {
    const issued = issuer.issue({ id, seats: 2 })
    await old.install({ ...issued, receipt: null }, `install ${id}`, signal)
    await old.activate({ ...issued, receipt: null }, issued.code, `activate ${id}`, signal)
  }
  await old.link({ name: 'Charts', licences: ['one', 'two'] }, 'link', signal)
  /** What goes wrong at the new server. */
  const bad: { plan: (verb: Verb) => Mishap | undefined } = { plan: () => undefined }
  const agent = async (name: string) => {
    const { token, id } = await engineer('agents.add', { name })
    const plane = openHttpControl({ url: control.site, token })
    const ask = asking(control.site, token)
    const claim = async () => (await ask('orders.claim', { serves, waitSeconds: 0 })).claimed ?? undefined
    return {
      id, claim,
      /** Carries out what is ordered; its end. */
      async work(disk = name, dies = false) {
        const claimed = await claim()
        assert.ok(claimed !== undefined, 'there is an order for it')
        const reporter = new Reporter(plane, claimed, { clock: systemClock, leaseMs, onWish: () => { /* nothing is steered */ } })
        const over = new AbortController()
        const telling = reporter.run(over.signal)
        const settings = { licences: (home: string) => ({ url: home, kind: 'own', address: 'http://new.example' }) }
        const open = ({ url }: { url: string }) => (url === 'the old machine' ? old : faulty(fresh, verb => bad.plan(verb)))
        const how = await carryWith(open, { config: { home: join(disks, disk) }, settings, clock: hurried, claimed, control: plane, reporter, signal } as never).catch((error: unknown) => {
          if (!(error instanceof Fault)) throw error
          reporter.tell(toldOf(error))
          return 'failed' as const
        })
        if (!dies) reporter.tell({ type: 'ended', how })
        await reporter.heard(signal)
        over.abort()
        await telling
        return how
      },
    }
  }
  return {
    control, lead, engineer, move, bad, agent, old, fresh, contact,
    page: () => lead('licences.of-move', { move }),
    stage: async () => (await lead('moves.read', { move })).move.stage,
    fault: async () => ((await lead('orders.list', { move })).items.at(-1)?.result as { fault?: { code?: string } } | null)?.fault?.code,
    states: async (...keys: string[]) => { const { tasks } = await lead('plans.read', { move }); return keys.map(key => tasks.find(one => one.key === key)?.state) },
    /** Everything before the first touch is done, its gate is open, and its day has come. */
    async ready() {
      const { tasks } = await lead('plans.read', { move })
      const first = tasks.findIndex(one => one.key === 'maintenance-on')
      const by = { kind: 'system' as const, id: '', name: 'Rehome' }
      await control.world.ledger.transaction(async tx => {
        for (const one of tasks.slice(0, first)) await tx.change('task', one.id, { state: 'done', answers: {}, endedBy: by, endedAt: control.clock.now() })
        for (const gate of await tx.list('gate', { move })) await tx.change('gate', gate.id, { state: 'go', decidedAt: control.clock.now(), history: { decided: { decision: 'go', by, note: '', at: control.clock.now(), overridden: [] }, before: [] } as never })
      })
      control.clock.pass(36)
    },
  }
}

const places = async ({ old, fresh }: Pick<Awaited<ReturnType<typeof usePlay>>, 'old' | 'fresh'>): Promise<string[]> => {
  const [was, is] = [await old.readBack(signal), await fresh.readBack(signal)]
  return ['one', 'two'].map(id => [was, is].map(sheet => sheet.licences.find(one => one.id === id)?.state ?? 'absent').join(' '))
}

test('D4: what is in doubt goes to a person; by their word it goes back, on the disk of the agent that began it, and can be moved anew', { timeout: 120_000 }, async t => {
  const play = await usePlay(t)
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
  const play = await usePlay(t)
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
