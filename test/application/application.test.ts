import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ApplicationStep, End } from '#domain/application.ts'
import { leaseMs } from '#domain/orders.ts'
import type { Move } from '#domain/programmes.ts'
import { useControl } from '#test/control/rig.ts'
import { says } from '#test/control/says.ts'
import { until } from '#test/services/until.ts'
import { everBoth, type Machine, tinySecret, useMachines } from './machines.ts'

/** A move of an application on a real control, with two machines and a token for the agent of each. */
const usePair = async (t: TestContext) => {
  const shelf = mkdtempSync(join(tmpdir(), 'shelf-'))
  t.after(() => { rmSync(shelf, { recursive: true, force: true }) })
  const control = await useControl(t, { bundles: shelf })
  const machines = await useMachines(t, { origin: 'the old machine', destination: 'the new machine', tenant: 'tsurugi' })
  const { world, vendor, clock } = control
  const { customer } = await control.customer('剱機械')
  const [origin, destination, tenant, programme, move] = [world.newId<'home'>(), world.newId<'home'>(), world.newId<'tenant'>(), world.newId<'programme'>(), world.newId<'move'>()]
  const owned = { vendor: vendor.id, customer }
  await world.ledger.transaction(async tx => {
    for (const [id, name] of [[origin, 'the old machine'], [destination, 'the new machine']] as const) await tx.add('home', { id, vendor: vendor.id, name, kind: 'application-server', addressPattern: null, capacity: 4, licensedUsers: null })
    await tx.add('tenant', { id: tenant, ...owned, home: origin, name: 'tsurugi', address: null, environment: 'prod', users: null, stores: [], measuredAt: null, dedicatedDueAt: null })
    await tx.add('programme', { id: programme, vendor: vendor.id, name: 'To another machine', playbook: 'application-server', dueOn: null, people: [], createdAt: clock.now() })
    await tx.add('move', { id: move, ...owned, programme, wave: null, tenant, origin, destination, playbook: 'application-server', version: 1, t0: '2026-11-02', stage: 'planned', leg: 'out', revision: 1, createdAt: clock.now(), endedAt: null, part: null, earlyGo: [] } as Move)
    await tx.add('plan', { id: move, ...owned, move, t0: '2026-11-02', datedBy: 'move', leftOut: [], undecided: [], environments: [], madeAt: clock.now() })
  })
  const engineer = await control.as('engineer')
  const [old, fresh] = [await engineer('agents.add', { name: 'beside the old machine' }), await engineer('agents.add', { name: 'beside the new machine' })]
  const order = async (step: ApplicationStep, at?: End) => (await engineer('moves.order', { move, kind: 'application', step, ...(at === undefined ? {} : { at }) })).id
  const read = (id: Awaited<ReturnType<typeof order>>) => engineer('orders.read', { order: id })
  const over = async (id: Awaited<ReturnType<typeof order>>) => {
    await until('the step is over', async () => ((await world.ledger.read(view => view.get('move_order', id)))?.endedAt ?? null) !== null, { withinMs: 60_000, everyMs: 40 })
    return await read(id)
  }
  return {
    control, machines, shelf, engineer, move, order, read, over, tokens: { old: old.token, fresh: fresh.token },
    take: async (step: ApplicationStep, at?: End) => over(await order(step, at)),
    /** Its lease has run out, and another claims it. What the dead one had asked just before may still have been heard. */
    async takenUp(id: Awaited<ReturnType<typeof order>>, claims: number) {
      await until('another has it', async () => {
        const row = await world.ledger.read(view => view.get('move_order', id))
        if ((row?.claims ?? 0) > claims) return true
        if ((row?.leaseUntil ?? 0) > clock.now()) clock.pass((leaseMs + 1_000) / 86_400_000)
        return false
      }, { withinMs: 60_000, everyMs: 200 })
    },
    found: async (check: string) => (await world.ledger.read(view => view.find('finding', { move, check: check as never })))?.held,
    /** The decision about the cutover. */
    go: () => world.ledger.transaction(async tx => {
      const [gate] = await tx.list('gate', { move })
      assert.ok(gate !== undefined, 'the versions made a plan')
      await tx.change('gate', gate.id, { state: 'go', decidedAt: clock.now() })
    }),
    /** Both versions are told: the second order follows on the first by itself. */
    async compare() {
      await over(await order('compare-versions'))
      const last = (await engineer('orders.list', { move })).items.filter(one => one.facts.application?.step === 'compare-versions' && one.facts.application.at === 'destination').toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1)
      return await over(last?.id as never)
    },
  }
}

/** Everything that a folder holds: what it is, its mode, when it was changed, and every byte. */
const pictureOf = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).map(entry => {
  const path = join(entry.parentPath, entry.name)
  const about = lstatSync(path)
  const what = about.isSymbolicLink() ? `-> ${readlinkSync(path)}` : about.isDirectory() ? `${(about.mode & 0o777).toString(8)}/` : `${(about.mode & 0o777).toString(8)} ${about.size} ${Math.trunc(about.mtimeMs)} ${readFileSync(path).toString('base64').slice(0, 200)}`
  return `${path.slice(folder.length)} ${what}`
}).toSorted()

const fillOddly = ({ etc, data }: Machine): void => {
  writeFileSync(join(etc, 'tiny.json'), JSON.stringify({ greeting: 'moved whole' }), { mode: 0o640 })
  mkdirSync(join(data, '設定', 'ordner mit ümläut'), { recursive: true })
  writeFileSync(join(data, '設定', 'ordner mit ümläut', `${'長'.repeat(80)}.txt`), 'long')
  writeFileSync(join(data, 'nothing'), '')
  writeFileSync(join(data, 'odd \n name'), 'odd')
  writeFileSync(join(data, 'secret.key'), 'k', { mode: 0o400 })
  chmodSync(join(data, '設定'), 0o750)
  mkdirSync(join(data, 'empty'), { mode: 0o700 })
  symlinkSync('../elsewhere/that is not there', join(data, 'link'))
  writeFileSync(join(data, 'large'), randomBytes(400_000))
  utimesSync(join(data, 'large'), 1_600_000_000, 1_600_000_000.123)
}

test('D5: an application goes to another machine through control, by two agents: other versions and flipped bits are refused, every file is as it was, and never do both machines run', { timeout: 120_000 }, async t => {
  const { machines, engineer, move, order, take, compare, go, found, over, shelf, control, tokens } = await usePair(t)
  const { origin, destination } = machines
  fillOddly(origin)
  spawnSync(process.execPath, [join(import.meta.dirname, 'tiny.ts'), 'start', origin.root])
  machines.agent(control.site, tokens.old, origin)
  machines.agent(control.site, tokens.fresh, destination)

  writeFileSync(join(destination.root, 'VERSION'), '24.1.4\n')
  const differ = await compare()
  assert.equal(await found('versions-equal'), false)
  const [finding] = await control.world.ledger.read(view => view.list('finding', { move, check: 'versions-equal' }))
  assert.match(finding?.why.en ?? '', /“24\.1\.3”.*“24\.1\.4”/)
  assert.equal(differ.state, 'done')

  await assert.rejects(order('back-up'), says(409, 'step-not-now', /old machine are not known to have stopped/))
  await assert.rejects(order('start-services'), says(409, 'step-not-now', /old machine/))
  await assert.rejects(order('stop-services'), says(409, 'gate-not-go', /cutover-decision/))
  await go()
  assert.equal((await take('stop-services')).state, 'done')
  assert.deepEqual([await found('services-stopped'), machines.witness()], [true, ['up old', 'down old']])
  const packed = await take('back-up')
  assert.equal(packed.state, 'done', JSON.stringify(packed.result))
  assert.equal(await found('backup-verified'), true)
  await assert.rejects(order('restore'), says(409, 'step-not-now', /same version/))
  writeFileSync(join(destination.root, 'VERSION'), '24.1.3\n')
  await compare()
  assert.equal(await found('versions-equal'), true)

  // Control has nothing that it can read.
  const parts = readdirSync(shelf).filter(name => name.startsWith('backup-'))
  assert.ok(parts.length > 5)
  for (const name of parts) assert.doesNotMatch(readFileSync(join(shelf, name)).toString('latin1'), /moved whole|tiny\.json|nothing/)
  assert.ok(parts.every(name => readFileSync(join(shelf, name)).subarray(0, 21).toString() === 'age-encryption.org/v1'))

  // What was agreed upon is asked once more on the machine itself.
  writeFileSync(join(destination.root, 'VERSION'), '24.1.3-1\n')
  const before = [pictureOf(destination.etc), pictureOf(destination.data)]
  const other = await take('restore')
  assert.deepEqual([other.state, (other.result as { fault: { code: string } }).fault.code], ['failed', 'APPLICATION_VERSION'])
  writeFileSync(join(destination.root, 'VERSION'), '24.1.3\n')

  const [victim = ''] = parts.filter(name => name.endsWith('.3'))
  const good = readFileSync(join(shelf, victim))
  const flipped = Buffer.from(good)
  flipped[flipped.length - 40] = (flipped[flipped.length - 40] ?? 0) ^ 1
  writeFileSync(join(shelf, victim), flipped)
  const broken = await take('restore')
  assert.deepEqual([broken.state, (broken.result as { fault: { code: string } }).fault.code], ['failed', 'BACKUP_BROKEN'])
  assert.deepEqual([pictureOf(destination.etc), pictureOf(destination.data), readdirSync(destination.root).filter(name => name.includes('rehome'))], [...before, []], 'nothing was put in place, and nothing is left')
  await assert.rejects(order('start-services'), says(409, 'step-not-now', /not restored/))
  writeFileSync(join(shelf, victim), good)

  const restored = await take('restore')
  assert.equal(restored.state, 'done', JSON.stringify(restored.result))
  assert.deepEqual([pictureOf(destination.etc), pictureOf(destination.data)], [pictureOf(origin.etc), pictureOf(origin.data)])
  const aside = readdirSync(destination.root).filter(name => /\.before-\d{4}-\d\d-\d\d-\d{6}$/.test(name))
  assert.deepEqual(aside.map(name => name.split('.')[0]).toSorted(), ['etc', 'var'], 'what was there is kept under a dated name')
  assert.deepEqual(pictureOf(join(destination.root, aside.find(name => name.startsWith('etc')) ?? '')), before[0])

  assert.equal((await take('start-services')).state, 'done')
  const tested = await take('test-services')
  assert.match((tested.result as { output: string }).output, /moved whole; \d+ files; .*signed in with \*\*\*; up/)
  assert.ok(!JSON.stringify(await control.world.ledger.read(view => view.list('report', { move }, { limit: 10_000 }))).includes(tinySecret))
  await assert.rejects(order('start-services', 'origin'), says(409, 'step-not-now', /new machine were started/))
  await assert.rejects(order('upgrade'), says(409, 'step-not-now', /not signed off/))
  await assert.rejects(order('back-up', 'destination'), says(409, 'step-not-now', /not done on that machine/))
  await assert.rejects(engineer('moves.order', { move, kind: 'application' }), says(422, 'step-missing'))

  // The way back, and on again: what the old machine wrote since is backed up anew.
  await take('stop-services', 'destination')
  assert.equal((await take('start-services', 'origin')).state, 'done')
  assert.deepEqual([await found('services-stopped'), await found('services-healthy')], [false, false])
  await assert.rejects(order('start-services'), says(409, 'step-not-now', /old machine/))
  await over(await order('stop-services'))
  await assert.rejects(order('start-services'), says(409, 'step-not-now', /not restored/))
  assert.deepEqual(machines.witness(), ['up old', 'down old', 'up new', 'down new', 'up old', 'down old'])
  assert.equal(everBoth(machines.witness().slice(1)), false)
  assert.ok((await engineer('backups.remove', { move })).removed > 5)
  assert.deepEqual(readdirSync(shelf).filter(name => name.startsWith('backup-')), [])
})

test('D5: an agent that is killed in the midst of a back-up or of a restore goes on from the last part, and every file is as it was', { timeout: 120_000 }, async t => {
  const { machines, order, over, take, compare, go, takenUp, shelf, control, tokens } = await usePair(t)
  const { origin, destination } = machines
  fillOddly(origin)
  for (let n = 0; n < 20; n++) writeFileSync(join(origin.data, `file ${n}`), randomBytes(200_000 + n))
  const first = machines.agent(control.site, tokens.old, origin)
  const other = machines.agent(control.site, tokens.fresh, destination)
  await compare()
  await go()
  await take('stop-services')

  const backUp = await order('back-up')
  const lines = (machine: Machine, id: string, file: string): string[] => { const path = join(machine.scratch, id, file); return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [] }
  await until('some parts are on the shelf', async () => lines(origin, backUp, 'parts.jsonl').length >= 5, { withinMs: 30_000, everyMs: 1 })
  await first.kill()
  const kept = lines(origin, backUp, 'parts.jsonl').length
  machines.agent(control.site, tokens.old, origin)
  await takenUp(backUp, 1)
  const packed = await over(backUp)
  assert.equal(packed.state, 'done', JSON.stringify(packed.result))
  const { parts } = (packed.result as { backUp: { parts: number } }).backUp
  const claims = lines(origin, backUp, 'parts.jsonl').map(line => JSON.parse(line) as { note: string; part: { claim: number; part: number } }).filter(one => one.note === 'part').map(one => one.part.claim)
  assert.ok(kept < parts, 'it was killed in the midst of it')
  assert.deepEqual([claims.length, claims.filter(claim => claim === 1).length], [parts, kept], 'what was whole is not packed again')
  assert.ok(readdirSync(shelf).length > parts)

  const restore = await order('restore')
  await until('some parts are laid down', async () => lines(destination, restore, 'laid.jsonl').length >= 5, { withinMs: 30_000, everyMs: 1 })
  await other.kill()
  const laid = lines(destination, restore, 'laid.jsonl').length
  machines.agent(control.site, tokens.fresh, destination)
  await takenUp(restore, 1)
  const restored = await over(restore)
  assert.equal(restored.state, 'done', JSON.stringify(restored.result))
  assert.ok(laid < parts, 'it was killed in the midst of it')
  assert.equal(lines(destination, restore, 'laid.jsonl').filter(line => line.includes('"laid"')).length, parts, 'each part was laid down once')
  assert.deepEqual([pictureOf(destination.etc), pictureOf(destination.data)], [pictureOf(origin.etc), pictureOf(origin.data)])
})

test('D5: what is not in the agent’s own settings is not run, and a command that hangs is ended with its children; a stop that was under way when the agent died is asked anew', { timeout: 120_000 }, async t => {
  const { machines, order, over, take, takenUp, control, tokens, found } = await usePair(t)
  const { origin } = machines
  const hang = { run: [process.execPath, join(import.meta.dirname, 'tiny.ts'), 'hang', origin.root], seconds: 1, environment: ['PATH'] }
  const agent = machines.agent(control.site, tokens.old, origin, { commands: { stop: hang, version: { ...hang, run: [join(origin.root, 'no-such-program')] } } })
  const missing = await take('compare-versions')
  assert.deepEqual([missing.state, (missing.result as { fault: { code: string } }).fault.code], ['failed', 'APPLICATION_COMMAND'])
  const hung = (): string => spawnSync('pgrep', ['-f', `hung in ${origin.root}`], { encoding: 'utf8' }).stdout.trim()
  const ended = await take('stop-services')
  assert.equal(ended.state, 'failed')
  assert.match((ended.result as { output: string }).output, /its time was over/)
  assert.deepEqual([await found('services-stopped'), hung()], [false, ''], 'its children too')
  await agent.kill()

  const slow = machines.agent(control.site, tokens.old, origin, { commands: { stop: { ...hang, seconds: 60 } } })
  const stop = await order('stop-services')
  await until('the command runs', async () => hung() !== '', { withinMs: 30_000, everyMs: 20 })
  await slow.kill()
  assert.notEqual(hung(), '', 'nobody is there to end it')
  machines.agent(control.site, tokens.old, origin)
  await takenUp(stop, 1)
  assert.equal((await over(stop)).state, 'done')
  assert.equal(hung(), '', 'what the dead agent had begun was ended first')
})
