import { mkdtempSync, rmSync } from 'node:fs'
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
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

const serves = [{ home: 'the old machine', tenant: '*', what: 'licences' as const }, { home: 'the new machine', tenant: '*', what: 'licences' as const }]
export const signal = new AbortController().signal
/** Who waits for another try does not wait here. */
const hurried = { ...systemClock, sleep: () => Promise.resolve() }

/** A planned move of two licences between servers on memory, on a real control; and agents whose disks are folders. */
export const useLicencePlay = async (t: TestContext) => {
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
