import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { expireCredentials } from '#control/orders/credentials.ts'
import { decide } from '#control/ground/desk.ts'
import { system } from '#control/ground/callers.ts'
import { offerLastsMs } from '#domain/credential.ts'
import { until } from '#test/services/until.ts'
import { asking } from '#wire/ask.ts'
import { says } from './says.ts'
import { sessionOf, type UnderWay, useUnderWay } from './under-way.ts'

type Secret = { readonly host: string; readonly port: number; readonly database: string; readonly user: string; readonly password: string }

const days = (ms: number): number => ms / 86_400_000
const useUsers = async (t: Parameters<typeof useUnderWay>[0] ) => {
  const ends: (() => Promise<unknown>)[] = []
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const rig = await useUnderWay({ after: end => { ends.push(end) } })
  const users = ['master', 'reports'].map(name => `${name}_${randomBytes(4).toString('hex')}`) as [string, string]
  await rig.to.query('CREATE TABLE orders (id integer PRIMARY KEY, note text); CREATE TABLE people (id integer)')
  ends.push(async () => { for (const user of users) await rig.to.query(`DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${user}') THEN DROP OWNED BY ${user}; DROP ROLE ${user}; END IF; END $$`) })
  return { rig, users, engineer: await rig.control.as('engineer') }
}
const done = (rig: UnderWay) => until('the users are made', async () => (await rig.order('credential')).state === 'done', { withinMs: 30_000 })
const signIn = (session: Secret): pg.Client => new pg.Client({ host: session.host, port: session.port, database: session.database, user: session.user, password: session.password })

test('a new master and a user for each integration are made at the destination, and shown once, to the contact on file, after the second factor (A2, B12, B13)', { timeout: 60_000 }, async t => {
  const { rig, users: [master, reports], engineer } = await useUsers(t)
  const { move, contact, control } = rig
  const agent = rig.agent((await rig.token()).token)
  await engineer('credentials.make', { move, wanted: [{ name: 'master', kind: 'master', user: master, offerTo: contact }, { name: 'Nightly reports', kind: 'integration', user: reports, rights: [{ on: 'public.orders', may: 'read' }] }] })
  await done(rig)
  const person = await control.asContact(contact)
  const { items } = await engineer('credentials.list', { move })
  assert.deepEqual(items.map(one => [one.name, one.state, one.contact]), [['master', 'offered', contact], ['Nightly reports', 'made', null]])
  const [first, second] = items
  assert.ok(first !== undefined && second !== undefined)
  assert.deepEqual((await person('credentials.list', { move })).items.map(one => one.name), ['master'])
  await assert.rejects(person('credentials.reveal', { credential: second.id }), says(403, 'for-another-person'))
  await assert.rejects(person('credentials.reveal', { credential: first.id }), says(403, 'second-factor-missing'))
  await assert.rejects(engineer('credentials.reveal', { credential: first.id }), says(403, 'not-your-part'))
  const colleague = { ...(await control.customer('Südlicht')) }
  await assert.rejects((await control.asContact(colleague.contact))('credentials.reveal', { credential: first.id }), says(404, 'not-found'))
  const sure = asking(control.site, await sessionOf(control, { contact, secondFactorAt: control.clock.now() }))
  const shown = await Promise.allSettled([1, 2, 3].map(() => sure('credentials.reveal', { credential: first.id }, { key: 'once' })))
  const seen = shown.flatMap(one => (one.status === 'fulfilled' ? [one.value.secret] : []))
  assert.equal(seen.length, 1, 'asked three times at once, it is shown once')
  await assert.rejects(sure('credentials.reveal', { credential: first.id }), says(409, 'revealed-already'))
  const secret = JSON.parse(seen[0] ?? '') as Secret
  const session = signIn(secret)
  await session.connect()
  await session.query(`INSERT INTO public.orders VALUES (1, 'by the new master')`)
  await session.end()
  const dump = await rig.dump()
  for (const hidden of [secret.password, Buffer.from(secret.password).toString('base64').replace(/=+$/, ''), Buffer.from(secret.password).toString('hex'), seen[0] ?? '']) assert.ok(!dump.includes(hidden))
  assert.ok(!dump.includes(master) || !(await control.world.ledger.read(view => view.entries({}))).some(one => JSON.stringify(one).includes(master)), 'the user name is in no line of the journal')
  assert.ok(!agent.said().includes(secret.password))
  assert.deepEqual((await control.world.ledger.read(view => view.get('credential', first.id)))?.sealed, null)
  assert.equal((await rig.order('credential')).facts !== null && 'sealedKey' in ((await rig.order('credential')).facts as object), false, 'the key of the order is gone with it')
})

test('an offer that nobody looked at in time expires, and is erased; a new one takes its place on request', { timeout: 60_000 }, async t => {
  const { rig, users: [master], engineer } = await useUsers(t)
  const { move, contact, control } = rig
  rig.agent((await rig.token()).token)
  const wanted = [{ name: 'master', kind: 'master' as const, user: master }]
  await engineer('credentials.make', { move, wanted })
  await assert.rejects(engineer('credentials.make', { move, wanted }), says(409, 'order-open'))
  await done(rig)
  const [made] = (await engineer('credentials.list', { move })).items
  assert.ok(made !== undefined)
  const { contact: stranger } = await control.customer('Südlicht')
  await assert.rejects(engineer('credentials.offer', { credential: made.id, contact: stranger }), says(422, 'not-of-the-customer'))
  const { expiresAt } = await engineer('credentials.offer', { credential: made.id, contact })
  assert.equal(expiresAt, control.clock.now() + offerLastsMs)
  control.clock.pass(days(offerLastsMs))
  const sure = asking(control.site, await sessionOf(control, { contact, secondFactorAt: control.clock.now() }))
  await assert.rejects(sure('credentials.reveal', { credential: made.id }), says(409, 'expired'))
  assert.equal(await decide(control.world, system, expireCredentials), 1)
  assert.equal(await decide(control.world, system, expireCredentials), 0)
  assert.equal((await control.world.ledger.read(view => view.get('credential', made.id)))?.sealed, null)
  await engineer('credentials.make', { move, wanted: [{ name: 'master', kind: 'master', user: master, offerTo: contact }] })
  await until('a new one is there', async () => (await engineer('credentials.list', { move })).items.length === 2, { withinMs: 30_000 })
  await done(rig)
  assert.deepEqual((await engineer('credentials.list', { move })).items.map(one => one.state), ['replaced', 'offered'])
  const again = (await engineer('credentials.list', { move })).items[1]
  const session = signIn(JSON.parse((await sure('credentials.reveal', { credential: again?.id as never })).secret) as Secret)
  await session.connect()
  await session.end()
})

test('who still uses the old login is found by measuring, listed, closed by a person, and open again when seen again (A2)', { timeout: 60_000 }, async t => {
  const rig = await useUnderWay(t)
  const { lead, move, tenant } = rig
  const report = new pg.Client({ connectionString: rig.from.url, application_name: 'nightly report' })
  await report.connect()
  try {
    rig.agent((await rig.token()).token)
    const measured = async (): Promise<void> => {
      rig.control.clock.pass(1 / 24)
      const { id } = await lead('moves.order', { move, kind: 'measure', watchSeconds: 0 })
      await until('it is measured', async () => (await lead('orders.read', { order: id })).state === 'done', { withinMs: 30_000 })
    }
    await measured()
    const row = await rig.control.world.ledger.read(view => view.get('tenant', tenant))
    assert.deepEqual([row?.users, row?.stores.map(one => [one.name, one.engine])], [120, [['app', 'postgres']]])
    const sightings = async () => (await lead('sightings.list', { tenant, open: 'true' as never })).items.filter(one => one.program === 'nightly report')
    const [seen] = await sightings()
    assert.deepEqual([seen?.user, seen?.host, seen?.isQuiet], ['postgres', '127.0.0.1', false])
    const it = await rig.control.asContact(rig.contact)
    await it('sightings.close', { sighting: seen?.id as never })
    assert.deepEqual(await sightings(), [])
    await measured()
    assert.deepEqual((await sightings()).map(one => one.id), [seen?.id], 'it came again')
    await report.end()
    await it('sightings.close', { sighting: seen?.id as never })
    await measured()
    assert.deepEqual(await sightings(), [])
  } finally {
    await report.end().catch(() => { /* ended above */ })
  }
})
