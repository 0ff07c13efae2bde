import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { useChain } from '#test/control/chain.ts'
import { says } from '#test/control/says.ts'
import { sha256 } from '#lib/hash.ts'
import { probeScript } from './probe-script.ts'

type Ran = { readonly code: number; readonly out: string; readonly err: string }
/** As a customer runs it: piped into a plain shell. */
const sh = (script: string, path = process.env['PATH'] ?? ''): Promise<Ran> => new Promise(done => {
  const child = execFile('/bin/sh', { timeout: 60_000, env: { PATH: path } }, (error, out, err) => { done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err }) })
  child.stdin?.end(script)
})

const openPort = (t?: { after(work: () => void): void }): Promise<number> => new Promise(done => {
  const server = createServer(socket => { socket.on('error', () => { /* the probe has gone */ }); socket.end('hello\n') })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    if (t === undefined) server.close(() => { done(port) })
    else done(port)
  })
  t?.after(() => { server.close() })
})

test('C4: a shell script that the customer runs tries each rule for real and reports it; what is open closes the task, what is closed is told', async t => {
  const { control, lead, as, move, idOf, task, people } = await useChain(t)
  const networking = await as('networking')
  const open = await openPort(t)
  const shut = await openPort()
  const wanted = [
    { subject: 'firewall' as const, host: '127.0.0.1', port: open, protocol: 'tcp' as const, purpose: 'the database' },
    { subject: 'firewall' as const, host: '127.0.0.1', port: shut, protocol: 'tcp' as const, purpose: 'file transfer' },
    { subject: 'firewall' as const, host: 'localhost', port: 0, protocol: 'dns' as const, purpose: 'a name' },
    { subject: 'vpn' as const, host: 'no-such-name.invalid', port: 0, protocol: 'dns' as const, purpose: 'a name that nobody has' },
    { subject: 'vpn' as const, host: '127.0.0.1', port: 500, protocol: 'udp' as const, purpose: 'IKE' },
    { subject: 'sso' as const, host: '127.0.0.1', port: open, protocol: 'tls' as const, purpose: 'no TLS there' },
  ]
  await assert.rejects(networking('rules.set', { move, rules: wanted }), says(403, 'not-your-part'))
  await assert.rejects(lead('rules.set', { move, rules: [{ subject: 'firewall', host: "x'; touch /tmp/x; '", port: 1, protocol: 'tcp', purpose: 'harm' }] }), says(400, 'input'))
  assert.deepEqual((await lead('rules.set', { move, rules: wanted })).items.map(one => one.standing), wanted.map(() => 'not-tried'))
  const made = await networking('probe.make', { move })
  const url = /^curl -fsS (\S+) \| sh$/.exec(made.command)?.[1]?.replace(control.world.site, control.site)
  const script = await (await fetch(url ?? '')).text()
  // The control of this test listens on a port that its world does not know.
  const ran = await sh(script.replaceAll(`${control.world.site}/api`, `${control.site}/api`))
  assert.deepEqual([ran.code, ran.err], [0, ''], ran.out)
  assert.match(ran.out, /2 passed, 3 blocked, 1 not tried\. Reported\./)
  const { items } = await networking('rules.list', { move })
  assert.deepEqual(items.map(one => [one.purpose, one.standing, one.outcome]), [
    ['the database', 'passed', 'open'], ['file transfer', 'blocked', 'refused'], ['a name', 'passed', 'open'], ['a name that nobody has', 'blocked', 'unknown-name'], ['IKE', 'not-tried', 'not-visible'], ['no TLS there', 'blocked', 'no-certificate'],
  ])
  assert.equal(items[0]?.from?.address, '127.0.0.1')
  assert.equal(items[0]?.testedAt, control.clock.now())
  assert.equal((await task('open-firewall')).finding?.why.en, `2 of 3 get through; blocked: 127.0.0.1:${shut}.`)
  await assert.rejects(networking('tasks.do', { task: await idOf('open-firewall') }), says(409, 'seen-by-the-system', /2 of 3 get through/))

  // The rule that was wrong goes, the others keep what was found of them, and the task is done.
  await lead('rules.set', { move, rules: wanted.filter(one => one.purpose !== 'file transfer') })
  const done = await task('open-firewall')
  assert.deepEqual([done.state, done.endedBy, done.finding?.why.en], ['done', 'Rehome', 'All 2 get through.'])

  assert.equal((await fetch(`${control.site}/api/moves/${move}/rules.csv`)).status, 401)
  const token = control.world.secret()
  await control.world.ledger.transaction(tx => tx.add('session', { id: control.world.newId<'session'>(), hash: sha256(token), contact: people.get('networking') ?? null, operator: null, createdAt: 1, seenAt: control.clock.now(), expiresAt: control.clock.now() + 1e6, endedAt: null, secondFactorAt: null }))
  const text = await fetch(`${control.site}/api/moves/${move}/rules.txt`, { headers: { authorization: `Bearer ${token}` } })
  assert.match(await text.text(), /^firewall: allow tcp to \S+ port \d+   # |^firewall: allow tcp to \S+ port \d+ # /m)
  const file = await fetch(`${control.site}/api/moves/${move}/rules.csv`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
  const lines = (await file.text()).split('\r\n')
  assert.equal(lines[0], '\uFEFFsubject,protocol,host,port,purpose,standing,outcome,testedAt,from'.replace('\uFEFF', ''))
  assert.match(lines[1] ?? '', new RegExp(`^firewall,tcp,127\\.0\\.0\\.1,${open},the database,passed,open,2026-11-02T03:00:00.000Z,\\S+ 127\\.0\\.0\\.1$`))
})

test('C4: without curl nothing is tried and nothing is claimed; a report that does not get through is told', async t => {
  const { control, lead, as, move } = await useChain(t)
  const made = await (await as('it'))('probe.make', { move })
  assert.equal(made.rules, 2, 'the new address, where nobody has written a list yet')
  assert.deepEqual((await lead('rules.list', { move })).items.map(one => [one.host, one.port, one.protocol]), [['nordlicht.example.cloud', 0, 'dns'], ['nordlicht.example.cloud', 443, 'tls']])
  const script = await (await fetch(made.command.replace('curl -fsS ', '').replace(' | sh', '').replace(control.world.site, control.site))).text()
  const ran = await sh(script, '/nowhere')
  assert.equal(ran.code, 1)
  assert.match(ran.err, /0 passed, 0 blocked, 2 not tried\. The report did not get through/)
})

test('C4: eight rules are tried at once and no more, and what came of them is told in their order', async t => {
  const silent = new Set<Socket>()
  let [most, all] = [0, 0]
  // Says nothing until as many have come as may come at once.
  const server = createServer(socket => {
    socket.on('error', () => { /* the probe has gone */ }).on('close', () => { silent.delete(socket) }).resume()
    all++
    most = Math.max(most, silent.add(socket).size)
    if (silent.size < 8) return
    for (const one of silent) one.end('hello\n')
    silent.clear()
  })
  t.after(() => { for (const one of silent) one.destroy(); server.close() })
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done) })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const shut = await openPort()
  const rules = Array.from({ length: 17 }, (_, n) => ({ id: crypto.randomUUID(), host: n === 16 ? 'localhost' : '127.0.0.1', port: n === 16 ? shut : address.port, protocol: 'tcp' as const }))
  const ran = await sh(probeScript(`http://127.0.0.1:${shut}`, 'token', rules as never))
  assert.deepEqual([most, all], [8, 16])
  assert.equal(ran.code, 1, 'nobody takes the report')
  assert.deepEqual(ran.out.trim().split('\n'), [...Array.from({ length: 16 }, () => `passed    127.0.0.1 ${address.port}/tcp (open)`), `BLOCKED   localhost ${shut}/tcp (refused)`])
})

test('a probe’s token reports for its own move, while it lasts, and does nothing else', async t => {
  const { control, lead, as, move } = await useChain(t)
  const [it, developer, user] = [await as('it'), await as('developer'), await as('end-user')]
  await assert.rejects(user('probe.make', { move }), says(403, 'not-your-part'))
  const made = await developer('probe.make', { move })
  const token = /probe\/([\w-]+)\.sh/.exec(made.command)?.[1] ?? ''
  const [rule] = (await it('rules.list', { move })).items
  const report = { token, host: 'it-1', results: [{ rule: rule?.id as never, outcome: 'open' as const }, { rule: control.world.newId<'rule'>(), outcome: 'open' as const }] }
  assert.deepEqual(await control.ask('probe.report', report), { kept: 1, closed: [] })
  assert.equal((await fetch(`${control.site}/api/customers`, { headers: { authorization: `Bearer ${token}` } })).status, 401)
  await assert.rejects(control.ask('probe.report', { ...report, token: 'x'.repeat(43) }), says(403, 'no-such-probe'))
  const { items: [probe] } = await it('probe.list', { move })
  assert.deepEqual([probe?.by, probe?.seenAt], ['The developer', control.clock.now()])
  assert.ok(!JSON.stringify(probe).includes(token))
  assert.ok(!JSON.stringify(await control.world.ledger.read(view => view.entries({ subject: move }))).includes(token), 'the journal keeps no token')
  await lead('probe.revoke', { probe: probe?.id as never })
  await assert.rejects(control.ask('probe.report', report), says(403, 'no-such-probe'))
  const gone = await fetch(`${control.site}/probe/${token}.sh`)
  assert.equal(gone.status, 404)
  assert.match((await sh(await gone.text())).err, /no longer valid/)

  const other = await developer('probe.make', { move })
  control.clock.pass(15)
  await assert.rejects(control.ask('probe.report', { ...report, token: /probe\/([\w-]+)\.sh/.exec(other.command)?.[1] ?? '' }), says(403, 'no-such-probe'))
})
