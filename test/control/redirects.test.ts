import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openAddresses } from '#adapters/addresses/http.ts'
import { openRedirectControl } from '#adapters/control-plane/redirects.ts'
import { askAddressHandler, askAddressJob } from '#control/homes/address-looking.ts'
import { Fault } from '#domain/faults.ts'
import type { RedirectControl } from '#ports/redirect-control.ts'
import { runRedirect } from '#main/redirect.ts'
import { asking } from '#wire/ask.ts'
import { until } from '#test/services/until.ts'
import { useEstate } from './estate.ts'
import { says } from './says.ts'

const dayMs = 86_400_000
const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** A tenant that has just been switched to the new cloud, and an agent's token. */
const useSwitched = async (t: TestContext) => {
  const estate = await useEstate(t, { playbook: 'cloud-to-cloud', start: Date.now() })
  const { control, lead } = estate
  const { tenant } = await estate.tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant, programme: estate.programme, destination: estate.destination, t0: day(Date.now() + 20 * dayMs) })
  const { ledger } = control.world
  const agent = await (await control.as('engineer'))('agents.add', { name: 'beside the old cloud' })
  const folder = mkdtempSync(join(tmpdir(), 'rehome-redirects-'))
  const ends: (() => Promise<void>)[] = [async () => { rmSync(folder, { recursive: true }) }]
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  /** A process at the old home; answers where it listens. */
  const redirect = async (to: RedirectControl): Promise<{ readonly url: string; stop(): Promise<void>; readonly said: string[] }> => {
    const [said, stop]: [string[], AbortController] = [[], new AbortController()]
    const running = runRedirect({ control: to, settings: { listen: { host: '127.0.0.1', port: 0 }, homes: ['the old cloud'], keep: folder }, home: folder, everyMs: 50, say: line => { said.push(line) } }, stop.signal)
    const end = async (): Promise<void> => {
      stop.abort()
      await running
    }
    ends.push(end)
    return { url: await until('where it listens', () => /at (127\.0\.0\.1:\d+)/.exec(said.join('\n'))?.[1]).then(at => `http://${at}`), stop: end, said }
  }
  const tasks = () => ledger.read(view => view.list('task', { move }))
  return {
    ...estate, move, agent, redirect,
    control: { ...control, plane: openRedirectControl({ url: control.site, token: agent.token }) },
    agentAsks: asking(control.site, agent.token),
    state: async (key: string) => (await tasks()).find(task => task.key === key),
    switched: () => ledger.transaction(async tx => { await tx.change('move', move, { stage: 'switched' }) }),
    lives: (address: string) => lead('tenants.change', { tenant, address }),
    /** Everything before these is done. */
    onlyOpen: (...keys: string[]) => ledger.transaction(async tx => {
      for (const task of await tx.list('task', { move })) if (!keys.includes(task.key)) await tx.change('task', task.id, { state: 'done', endedBy: { kind: 'system', id: 'system', name: 'Rehome' }, endedAt: control.clock.now() })
      for (const gate of await tx.list('gate', { move })) await tx.change('gate', gate.id, { state: 'go', decidedAt: control.clock.now() })
    }),
    finding: (check: 'address-redirects' | 'old-address-unused') => ledger.read(view => view.find('finding', { move, check, about: '' })),
    looks: () => askAddressHandler({ ...control.world, addresses: openAddresses({ timeoutMs: 2_000 }) })(askAddressJob(move, control.clock.now()), { id: 'job', attempt: 1, signal: new AbortController().signal, ending: new AbortController().signal, stillMine: async () => true, completeWithin: async () => { /* the job ends */ } }),
  }
}
const never = new AbortController().signal
const gone: RedirectControl = { label: 'nobody', serve: () => Promise.reject(new Fault('CONTROL_UNREACHABLE', { control: 'nobody', reason: 'the test' })), tell: () => Promise.reject(new Fault('CONTROL_UNREACHABLE', { control: 'nobody', reason: 'the test' })) }
const led = async (url: string, init: RequestInit = {}) => {
  const answer = await fetch(`${url}/orders/7?page=2&q=a%20b`, { redirect: 'manual', ...init })
  await answer.text()
  return `${answer.status} ${answer.headers.get('location') ?? ''}`.trim()
}

test('A1: a process at the old home redirects once the move is switched, counts who still comes, goes on without control, and ends on its day', async t => {
  const of = await useSwitched(t)
  const first = await of.redirect(of.control.plane)
  await of.lives(first.url)
  assert.equal(await led(first.url), '404', 'nothing has moved yet')
  await of.switched()
  const moved = '308 https://nordlicht.example.cloud/orders/7?page=2&q=a%20b'
  await until('it leads on', async () => await led(first.url) === moved)
  for (let n = 0; n < 5; n++) assert.equal(await led(first.url, { headers: { 'user-agent': 'FormsTablet/3' } }), moved)
  const counted = await until('control knows who came', async () => (await of.lead('visits.list', { move: of.move })).items.find(one => one.program === 'FormsTablet' && one.count === 5))
  assert.deepEqual([counted.path, counted.day], ['/orders', day(Date.now())])
  assert.match((await until('the finding', () => of.finding('old-address-unused'))).why.en, /came within seven days, most often/)
  await first.stop()

  const second = await of.redirect(gone)
  await of.lives(second.url)
  assert.equal(await led(second.url), moved, 'what it knows is on disk')
  await until('it says so', () => second.said.some(line => /answered by what is known/.test(line)))
  await led(second.url, { headers: { 'user-agent': 'FormsTablet/3' } })
  await second.stop()

  const third = await of.redirect(of.control.plane)
  await until('what came meanwhile is told', async () => (await of.lead('visits.list', { move: of.move })).items.find(one => one.program === 'FormsTablet')?.count === 6)
  const end = await of.state('end-redirect')
  assert.ok(end !== undefined)
  await of.control.world.ledger.transaction(tx => tx.change('task', end.id, { dueOn: day(Date.now() - 2 * dayMs) }))
  await until('it has ended', async () => await led(third.url) === '410')
  await of.control.world.ledger.transaction(tx => tx.change('move', of.move, { leg: 'back' }))
  await until('turned back, it leads nowhere', async () => await led(third.url) === '404')
})

test('A1: the old address is asked, and what it answers closes the task or says what is wrong', async t => {
  const of = await useSwitched(t)
  const lossy = createServer((request, response) => { response.writeHead(308, { location: `https://nordlicht.example.cloud${request.url?.split('?')[0] ?? ''}` }).end() }).listen(0, '127.0.0.1')
  t.after(() => { lossy.close() })
  await until('it listens', () => lossy.listening)
  await of.onlyOpen('redirect-old-address')
  await of.lives(`http://127.0.0.1:${(lossy.address() as AddressInfo).port}`)
  await of.looks()
  assert.equal(await of.finding('address-redirects'), undefined, 'nobody is asked before the switch')
  await of.switched()
  await of.looks()
  const wrong = await of.finding('address-redirects')
  assert.equal(wrong?.held, false)
  assert.match(wrong.why.en, /answered 308, to https:\/\/nordlicht\.example\.cloud\/rehome-looks\/.*and not with a redirect to the same path and query/)
  assert.equal((await of.state('redirect-old-address'))?.state, 'open')
  await of.lives('http://127.0.0.1:1')
  await of.looks()
  assert.match((await of.finding('address-redirects'))?.why.en ?? '', /was asked: /)
  const right = await of.redirect(of.control.plane)
  await of.lives(right.url)
  await until('it leads on', async () => (await led(right.url)).startsWith('308'))
  await of.looks()
  assert.match((await of.finding('address-redirects'))?.why.en ?? '', /answered 308 with the same path and query/)
  const done = await of.state('redirect-old-address')
  assert.deepEqual([done?.state, done?.endedBy?.kind], ['done', 'system'])
})

test('A1: that nobody comes any more closes the end of the old address by itself: after its day, when seven days were watched and quiet', async t => {
  const of = await useSwitched(t)
  await of.switched()
  await of.onlyOpen('end-redirect')
  const { clock } = of.control
  const since = new Date(clock.now()).toISOString()
  const tell = (visits: readonly { day: string; count: number }[], from = since) => of.agentAsks('redirects.tell', { served: [{ move: of.move, since: from }], visits: visits.map(one => ({ move: of.move, path: '/', program: 'curl', ...one })) })
  const why = async () => (await of.finding('old-address-unused'))?.why.en ?? ''
  await tell([])
  assert.match(await why(), /seven days have not passed/)
  clock.pass(10)
  await tell([])
  assert.match(await why(), /looked at again when the redirect ends/)
  clock.pass(110)
  await tell([{ day: day(clock.now() - 2 * dayMs), count: 3 }])
  await tell([{ day: day(clock.now() - 2 * dayMs), count: 3 }])
  assert.match(await why(), /^3 came/, 'told twice, counted once')
  assert.equal((await of.state('end-redirect'))?.state, 'open')
  clock.pass(9)
  await tell([], new Date(clock.now() - 2 * dayMs).toISOString())
  assert.match(await why(), /seven days have not passed/, 'it was away meanwhile')
  clock.pass(1)
  await tell([])
  assert.deepEqual([await why(), (await of.state('end-redirect'))?.state], ['Nobody came within seven days.', 'done'])
})

test('A1: redirects are served to agents alone, each its own vendor’s or customer’s; one that is revoked learns nothing more', async t => {
  const of = await useSwitched(t)
  await of.switched()
  const { customer: other } = await of.tenant('Tsubame')
  const engineer = await of.control.as('engineer')
  const theirs = openRedirectControl({ url: of.control.site, token: (await engineer('agents.add', { name: 'at Tsubame', customer: other })).token })
  const served = async (plane: RedirectControl, homes = ['the old cloud']) => (await plane.serve(homes, null, never)).redirections?.map(one => `${one.from} ${one.to}`)
  assert.deepEqual(await served(of.control.plane), ['https://nordlicht.cloud.example.com https://nordlicht.example.cloud'])
  assert.deepEqual([await served(theirs), await served(of.control.plane, ['another cloud'])], [[], []])
  await theirs.tell([{ move: of.move, since: 0 }], [{ move: of.move, day: '2026-11-22', path: '/', program: 'curl', count: 1 }], never)
  assert.deepEqual((await of.lead('visits.list', { move: of.move })).items, [])
  const { fingerprint } = await of.control.plane.serve(['the old cloud'], null, never)
  assert.equal((await of.control.plane.serve(['the old cloud'], fingerprint, never)).redirections, null)
  await assert.rejects(of.lead('redirects.serve', { homes: [], known: null }), says(403, 'not-your-part'))
  await engineer('agents.revoke', { agent: of.agent.id })
  await assert.rejects(of.control.plane.serve(['the old cloud'], null, never), (error: unknown) => error instanceof Fault && error.code === 'CONTROL_REFUSED')
})
