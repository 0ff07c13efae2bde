import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { exportKinds } from '#control/running/exports.ts'
import { type Role, roles } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import { type ContactId, duties, type Duty } from '#domain/parties.ts'
import { sha256 } from '#lib/hash.ts'
import { appOf } from '#entrances/http/app.ts'
import { api } from '#wire/api.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { type Forest, idOf, plant } from './forest.ts'
import { madeUp, type Pick, placesOf } from './made-up.ts'
import { type Control, useControl } from './rig.ts'

/**
 * Everything that can be asked, by everyone, about what is somebody else's. Nothing here is listed by hand: endpoints come from the table, other routes from the
 * app, what is asked from the schemas. A new endpoint is tried without anybody having to think of it.
 */

/** Where a made-up input is not good enough to reach the use case. */
const better: { readonly [Name in keyof typeof api]?: object } = {
  'settings.change': { changes: { premiumPercent: 100 } },
  'orders.claim': { waitSeconds: 0 },
  'orders.wish': { waitSeconds: 0 },
}

type Sent = { readonly name: string; readonly method: string; readonly path: string; readonly body: string | undefined; /** Ids of somebody else's were in it. */ readonly isForeign: boolean }
type Answer = { readonly status: number; readonly text: string }
/** Signs in. */
type Actor = { readonly name: string; readonly token: () => Promise<string | undefined> }

const asked = (name: string, endpoint: Endpoint, pick: Pick, every: boolean | string, isForeign: (text: string) => boolean): Sent => {
  const input = { ...madeUp(endpoint, pick, every), ...better[name as keyof typeof api] } as Record<string, unknown>
  const inPath = new Set<string>()
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => { inPath.add(field); return encodeURIComponent(String(input[field])) })
  const rest = Object.fromEntries(Object.entries(input).filter(([field]) => !inPath.has(field)))
  const query = new URLSearchParams(Object.entries(rest).map(([field, value]) => [field, String(value)])).toString()
  return endpoint.method === 'GET' ? { name, method: 'GET', path: query === '' ? path : `${path}?${query}`, body: undefined, isForeign: isForeign(`${path}${query}`) } : { name, method: 'POST', path, body: JSON.stringify(rest), isForeign: isForeign(path + JSON.stringify(rest)) }
}

/** Every endpoint about a victim: with all its fields, with those alone that it needs, with these and one id, and with what is one's own but for one id. */
const aboutVictim = (victim: Forest, own: Forest | undefined): Sent[] => (Object.entries(api) as [string, Endpoint][]).flatMap(([name, endpoint]) => {
  const [places, all]: [ReturnType<typeof placesOf>, Pick] = [placesOf(endpoint), ({ kind }) => idOf(victim, kind)]
  const mixed = own === undefined || places.length < 2 ? [] : places.map(odd => asked(name, endpoint, ({ path, kind }) => idOf(path === odd.path ? victim : own, kind), true, () => false))
  const isForeign = (text: string): boolean => [...victim.ids].some(id => text.includes(id))
  const one = [true, false, ...places.map(({ path }) => path).filter(path => !path.includes('.'))].map(every => asked(name, endpoint, all, every, isForeign))
  return [...new Map([...one, ...mixed].map(sent => [`${sent.path} ${sent.body ?? ''}`, sent])).values()]
})

/** What is answered otherwise than through the table: files, live pages, feeds. Their parameters are ids of what the path speaks of. */
const otherRoutes = (app: ReturnType<typeof appOf>, victim: Forest): Sent[] => {
  const known = new Set((Object.values(api) as Endpoint[]).map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`))
  const routes = app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && !known.has(`${method} ${path}`))
  return [...new Map(routes.map(route => [`${route.method} ${route.path}`, route])).values()].flatMap(({ method, path }) => {
    const parts = path.split('/')
    const kinds = parts.map((part, at) => {
      const [, parameter] = /^:(\w+)/.exec(part) ?? []
      if (parameter === undefined) return [part]
      if (path.startsWith('/api/export/')) return [...exportKinds]
      const kind = parameter === 'id' ? (parts[at - 1] ?? '').replace(/s$/, '') : parameter
      return [kind in victim.rows ? idOf(victim, kind) : 'x'.repeat(43)]
    })
    const paths = kinds.reduce<string[]>((so, part) => so.flatMap(before => part.map(one => (before === '' && one === '' ? '/' : `${before.replace(/\/$/, '')}/${one}`))), [''])
    return paths.map(one => ({ name: `${method} ${path}`, method, path: one, body: method === 'POST' ? '{}' : undefined, isForeign: [...victim.ids].some(id => one.includes(id)) }))
  })
}

const useRoutes = async (control: Control) => {
  const failures: unknown[] = []
  const app = appOf(control.world, { failed: error => { failures.push(error) }, answered: () => { /* nobody counts */ } }, { limits: { perMinute: 1e9, openPerMinute: 1e9 } })
  const send = async ({ method, path, body }: Sent, token: string | undefined): Promise<Answer> => {
    const gone = new AbortController()
    const response = await app.fetch(new Request(new URL(path, control.site), { method, signal: gone.signal, headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, ...(body === undefined ? {} : { body }) }))
    const isLive = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    const text = isLive ? await firstOf(response) : await response.text()
    gone.abort()
    return { status: response.status, text }
  }
  return { app, send, failures }
}

/** A live page does not end by itself. */
const firstOf = async (response: Response): Promise<string> => {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return new TextDecoder().decode(value)
}

const sessionFor = async ({ world, clock }: Control, who: { readonly contact: ContactId } | { readonly operator: string }): Promise<string> => {
  const token = world.secret()
  await world.ledger.transaction(tx => tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator: 'operator' in who ? asId<'operator'>(who.operator) : null, createdAt: clock.now(), seenAt: clock.now(), expiresAt: clock.now() + 3_600_000, endedAt: null, secondFactorAt: clock.now() }))
  return token
}

const person = async (control: Control, of: { customer: string } | { partner: string }, has: readonly Duty[], removed = false): Promise<Actor> => {
  const { world, clock } = control
  const id = world.newId<'contact'>()
  const [customer, partner] = 'customer' in of ? [asId<'customer'>(of.customer), null] : [null, asId<'partner'>(of.partner)]
  await world.ledger.transaction(tx => tx.add('contact', { id, customer, partner, name: 'Somebody', company: 'Own', email: `${id}@own.example`, phone: null, extension: null, duties: has, locale: 'en', verifiedAt: clock.now(), removedAt: removed ? clock.now() : null }))
  return { name: `${removed ? 'removed ' : ''}${'customer' in of ? 'customer' : 'partner'} ${has.join('+')}`, token: () => sessionFor(control, { contact: id }) }
}

const operator = async (control: Control, vendor: string, has: readonly Role[], disabled = false): Promise<Actor> => {
  const { world, clock } = control
  const id = world.newId<'operator'>()
  await world.ledger.transaction(tx => tx.add('operator', { id, vendor: asId<'vendor'>(vendor), name: 'Somebody', email: `${id}@own.example`, roles: has, password: null, subject: null, disabledAt: disabled ? clock.now() : null, failures: 0, failedAt: null }))
  return { name: `${disabled ? 'disabled ' : ''}operator ${has.join('+')}`, token: () => sessionFor(control, { operator: id }) }
}

const agent = async ({ world, clock }: Control, vendor: string): Promise<Actor> => {
  const token = world.secret()
  await world.ledger.transaction(tx => tx.add('agent', { id: world.newId<'agent'>(), vendor: asId<'vendor'>(vendor), customer: null, name: `agent ${token.slice(0, 6)}`, tokenHash: sha256(token), joinedAt: clock.now(), seenAt: clock.now(), revokedAt: null }))
  return { name: 'agent', token: () => Promise.resolve(token) }
}

/** All rows, anywhere, in which something of the victim's stands. */
const dumpOf = async ({ database }: Control, victim: Forest): Promise<string[]> => {
  const tables = await database.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'rehome' AND table_type = 'BASE TABLE' ORDER BY 1`)
  // What comes of asking is no change of the victim's.
  const all = await Promise.all(tables.filter(({ name }) => name !== 'answered').map(({ name }) => database.query<{ row: string }>(`SELECT '${name} ' || to_jsonb(t)::text AS row FROM rehome."${name}" t`)))
  return all.flat().map(({ row }) => row).filter(row => row.includes(victim.tag) || [...victim.ids].some(id => row.includes(id))).toSorted()
}

/** What is wrong with an answer to somebody who asks about a victim. */
const wrongWith = (victim: Forest, { isForeign, path, body = '' }: Sent, { status, text }: Answer): string | undefined => {
  if (status >= 500) return 'a failure'
  if (text.includes(victim.tag)) return 'it tells of the victim'
  const told = status < 300 ? [...victim.ids].find(id => text.includes(id) && !path.includes(id) && !body.includes(id)) : undefined
  if (told !== undefined) return 'it tells an id of the victim'
  if (!isForeign || [400, 401, 403, 404].includes(status)) return undefined
  if (status < 500 && status >= 300) return undefined
  // A list of what one may see, asked for with somebody else's id, is empty.
  const said = JSON.parse(text) as Readonly<Record<string, unknown>>
  const isEmpty = status < 300 && Object.values(said).every(value => value === null || (Array.isArray(value) && value.length === 0) || value === 0)
  return isEmpty ? undefined : 'it should have been refused as not there'
}

/** Signs in anew where a request before ended the session. */
const signedInAs = ({ token }: Actor, send: (sent: Sent, token: string | undefined) => Promise<Answer>) => {
  let current: string | undefined
  return async (sent: Sent): Promise<Answer> => {
    current ??= await token()
    const answer = await send(sent, current)
    if (answer.status !== 401) return answer
    current = await token()
    return await send(sent, current)
  }
}

/** Whether somebody else's is answered otherwise than what never was. */
const differs = async (victim: Forest, sent: Sent, answer: Answer, send: (sent: Sent) => Promise<Answer>): Promise<boolean> => {
  if ([400, 401].includes(answer.status)) return false
  const unknown = new Map<string, string>()
  const without = (text: string): string => [...victim.ids].reduce((so, id) => so.replaceAll(id, () => { unknown.set(id, unknown.get(id) ?? randomUUID()); return unknown.get(id) as string }), text)
  const other = await send({ ...sent, path: without(sent.path), body: sent.body === undefined ? undefined : without(sent.body) })
  return other.status !== answer.status || other.text !== without(answer.text)
}

const sawAllOf = async (t: { diagnostic(text: string): void }, control: Control, victim: Forest, actors: readonly (Actor & { readonly own?: Forest; readonly isShort?: boolean })[]): Promise<void> => {
  const { app, send, failures } = await useRoutes(control)
  const wrong: string[] = []
  for (const actor of actors) {
    const before = await dumpOf(control, victim)
    const some = aboutVictim(victim, actor.own).filter(({ name }, at, all) => (actor.isShort !== true || all.findIndex(one => one.name === name) === at) && !isOpen(name))
    const every = [...some, ...otherRoutes(app, victim)]
    const say = signedInAs(actor, send)
    for (const one of every) {
      const answer = await say(one)
      const why = wrongWith(victim, one, answer) ?? (one.isForeign && actor.isShort !== true && await differs(victim, one, answer, say) ? 'it is told apart from what is not there' : undefined)
      if (why !== undefined) wrong.push(`${actor.name}: ${one.name} ${why}: ${answer.status} ${one.path} ${one.body ?? ''} → ${answer.text.slice(0, 300)}`)
    }
    const after = new Set(await dumpOf(control, victim))
    for (const row of before) if (!after.has(row)) wrong.push(`${actor.name}: changed or removed ${row}`)
    const known = new Set(before)
    for (const row of after) if (!known.has(row)) wrong.push(`${actor.name}: made ${row}`)
    t.diagnostic(`${actor.name}: ${every.length} requests`)
  }
  for (const failure of failures) wrong.push(`a bug: ${String(failure)}`)
  assert.deepEqual(wrong, [], wrong.join('\n'))
}

const isOpen = (name: string): boolean => (api as Record<string, Endpoint>)[name]?.open === true

/** Two customers of one vendor, each with a partner of its own, and one of another vendor. */
const seeded = async (t: Parameters<typeof useControl>[0]) => {
  const control = await useControl(t)
  const { world } = control
  const grow = (tag: string, vendor?: string): Promise<Forest> => plant(world.ledger, () => world.newId(), tag, vendor)
  const [own, neighbour, stranger] = [await grow('qzown', control.vendor.id), await grow('qzneighbour', control.vendor.id), await grow('qzstranger')]
  // A question that is published is for every customer of its vendor.
  await world.ledger.transaction(tx => tx.change('question', neighbour.rows.question.id, { publishedAt: null }))
  return { control, own, neighbour, stranger }
}

test('no operator or agent of one vendor sees or changes anything of another one', async t => {
  const { control, own, stranger } = await seeded(t)
  const vendor = control.vendor.id
  await sawAllOf(t, control, stranger, [
    { ...await operator(control, vendor, roles), own }, { ...await agent(control, vendor), own },
    ...await Promise.all(roles.map(async role => ({ ...await operator(control, vendor, [role]), isShort: true }))),
  ])
  await sawAllOf(t, control, own, [{ ...await operator(control, stranger.rows.vendor.id, roles), own: stranger }])
})

test('no customer sees or changes anything of another one, of the same vendor or not, whatever its duties', async t => {
  const { control, own, neighbour, stranger } = await seeded(t)
  const customer = own.rows.customer.id
  const everything = { ...await person(control, { customer }, duties), own }
  await sawAllOf(t, control, neighbour, [everything, ...await Promise.all(duties.map(async duty => ({ ...await person(control, { customer }, [duty]), isShort: true })))])
  await sawAllOf(t, control, stranger, [everything])
})

test('no partner sees or changes anything of another one’s customers', async t => {
  const { control, own, neighbour, stranger } = await seeded(t)
  const partner = { ...await person(control, { partner: own.rows.partner.id }, duties), own }
  await sawAllOf(t, control, neighbour, [partner])
  await sawAllOf(t, control, stranger, [partner])
})

test('nobody, and nobody who is removed or disabled, is answered anything but what is open', async t => {
  const { control, own } = await seeded(t)
  const { app, send } = await useRoutes(control)
  const actors: Actor[] = [
    { name: 'nobody', token: () => Promise.resolve(undefined) }, { name: 'made up', token: () => Promise.resolve(control.world.secret()) },
    await person(control, { customer: own.rows.customer.id }, duties, true), await person(control, { partner: own.rows.partner.id }, duties, true), await operator(control, control.vendor.id, roles, true),
  ]
  const before = await dumpOf(control, own)
  const open = new Set<string>()
  for (const actor of actors) {
    const token = await actor.token()
    for (const one of [...aboutVictim(own, undefined).filter(({ name }) => !isOpen(name)), ...otherRoutes(app, own)]) {
      const { status, text } = await send(one, token)
      assert.ok(!text.includes(own.tag), `${actor.name}: ${one.name}`)
      if (status !== 401) open.add(one.name)
    }
  }
  // Besides: pages whose address is a secret, the state of the process, and what is the same for everyone.
  assert.deepEqual([...open].filter(name => name.includes(' /api/')).toSorted(), ['GET /api/sign-in/return'])
  const sessions = (rows: string[]): string[] => rows.filter(row => !row.startsWith('session '))
  assert.deepEqual(sessions(await dumpOf(control, own)), sessions(before))
})

test('what needs no sign-in tells nothing of anybody and changes nothing of theirs', async t => {
  const { control, own } = await seeded(t)
  const { send } = await useRoutes(control)
  const before = await dumpOf(control, own)
  for (const one of aboutVictim(own, undefined).filter(({ name }) => isOpen(name))) {
    const { status, text } = await send(one, undefined)
    assert.ok(status < 500 && !text.includes(own.tag), `${one.name}: ${status} ${text}`)
  }
  assert.deepEqual(await dumpOf(control, own), before)
})

test('those whose it is are let through to each endpoint: what is tried above is not refused for its form', async t => {
  const { control, own } = await seeded(t)
  const { send } = await useRoutes(control)
  const { vendor, customer, partner } = { vendor: control.vendor.id, customer: own.rows.customer.id, partner: own.rows.partner.id }
  const those = [await operator(control, vendor, roles), await agent(control, vendor), await person(control, { customer }, duties), await person(control, { partner }, duties)].map(who => signedInAs(who, send))
  const unreached: string[] = []
  for (const one of aboutVictim(own, undefined).filter(({ name }, at, all) => all.findIndex(other => other.name === name) === at)) {
    const answers: Answer[] = []
    for (const say of those) answers.push(await say(one))
    if (answers.some(({ status }) => status === 400)) unreached.push(`${one.name}: ${answers.find(({ status }) => status === 400)?.text ?? ''} ${one.path} ${one.body ?? ''}`)
  }
  assert.deepEqual(unreached, [], unreached.join('\n'))
})
