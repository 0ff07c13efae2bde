import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '#test/services/until.ts'
import { type Scripted, scripted, stage } from './scripted.ts'
import { sessionOf, type UnderWay, useUnderWay } from './under-way.ts'

type Shown = { readonly id: string; readonly event: string; readonly data: unknown }

/** A page that watches: everything it was sent so far. */
const watch = async (site: string, move: string, token: string, last?: string) => {
  const stop = new AbortController()
  const response = await fetch(`${site}/api/moves/${move}/live`, { signal: stop.signal, headers: { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { 'last-event-id': last }) } })
  const seen: Shown[] = []
  let ended = false
  const reading = (async () => {
    let text = ''
    try {
      for await (const bytes of response.body ?? []) {
        text += Buffer.from(bytes as Uint8Array).toString()
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const lines = new Map(text.slice(0, at).split('\n').filter(line => !line.startsWith(':')).map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
          if (lines.has('data')) seen.push({ id: lines.get('id') ?? '', event: lines.get('event') ?? '', data: JSON.parse(lines.get('data') ?? 'null') })
          text = text.slice(at + 2)
        }
      }
    } catch { /* closed by us */ }
    ended = true
  })()
  return { status: response.status, seen, reports: () => seen.filter(one => one.event === 'report'), isEnded: () => ended, async close() { stop.abort(); await reading } }
}

/** A move that is in an agent's hands. */
const claimed = async ({ gate, lead, move, control, token }: UnderWay): Promise<{ readonly agent: Scripted; readonly held: Awaited<ReturnType<Scripted['claim']>> }> => {
  await gate('go')
  await lead('moves.order', { move, kind: 'move' })
  const agent = scripted(control.site, (await token()).token)
  return { agent, held: await agent.claim() }
}

test('ten who watch a move see what is reported, in its order; one that was cut off goes on where it was', { timeout: 60_000 }, async t => {
  const rig = await useUnderWay(t)
  const { control, move } = rig
  const { agent, held } = await claimed(rig)
  const viewers = await Promise.all(Array.from({ length: 10 }, () => watch(control.site, move, rig.leadToken)))
  await agent.tell(held, 1, stage('copy', 'copying'), { type: 'copied', table: 'public.orders', bytes: 5, rows: 1, done: true })
  await until('all have seen it', () => viewers.every(one => one.reports().length === 2), { withinMs: 5_000 })
  for (const one of viewers) assert.deepEqual(one.reports().map(report => [report.id, (report.data as { type: string }).type]), [[`${held.order}:1`, 'stage'], [`${held.order}:2`, 'copied']])
  assert.ok(viewers[0]?.seen.some(one => one.event === 'standing' && (one.data as { stage: string }).stage === 'copying'))
  await viewers[0]?.close()
  await agent.tell(held, 3, { type: 'phase', phase: 'verify', state: 'begins' }, stage('follow', 'following'), { type: 'ended', how: 'failed' })
  await rig.lead('moves.order', { move, kind: 'move' })
  const again = await agent.claim()
  await agent.tell(again, 1, stage('resumed', 'following'))
  const back = await watch(control.site, move, rig.leadToken, `${held.order}:2`)
  await until('the rest is seen, of this order and the next', () => back.reports().length === 4, { withinMs: 5_000 })
  assert.deepEqual(back.reports().map(report => report.id), [`${held.order}:3`, `${held.order}:4`, `${held.order}:5`, `${again.order}:1`])
  await Promise.all([back, ...viewers].map(one => one.close()))
})

test('a customer sees how far the move is, and no names of tables and servers; nobody sees another’s', { timeout: 60_000 }, async t => {
  const rig = await useUnderWay(t)
  const { control, move } = rig
  const { agent, held } = await claimed(rig)
  await agent.tell(held, 1, { type: 'move', move: 'm', tenant: 'nordlicht', source: 'postgres://app@old/db', target: 'postgres://app@new/db', resumed: false, cold: false }, stage('copy', 'copying'), { type: 'copied', table: 'public.orders', bytes: 5, rows: 1, done: true })
  const [mine, other, nobody] = await Promise.all([watch(control.site, move, await sessionOf(control, { contact: rig.contact })), control.customer('Südlicht').then(async ({ contact }) => watch(control.site, move, await sessionOf(control, { contact }))), watch(control.site, move, 'x')])
  await until('it is seen', () => mine.reports().length === 2, { withinMs: 5_000 })
  assert.ok(!JSON.stringify(mine.seen).includes('postgres') && !JSON.stringify(mine.seen).includes('orders'))
  assert.deepEqual([other.status, nobody.status], [404, 401])
  await Promise.all([mine, other, nobody].map(one => one.close()))
})

test('who is signed out sees no more; more than a page-full of viewers is refused', { timeout: 60_000 }, async t => {
  const rig = await useUnderWay(t)
  const { control, move } = rig
  const token = await sessionOf(control, { contact: rig.contact })
  const mine = await watch(control.site, move, token)
  await until('it is seen', () => mine.seen.length === 1, { withinMs: 5_000 })
  await control.world.ledger.transaction(async tx => {
    const session = (await tx.list('session', { contact: rig.contact }))[0]
    if (session !== undefined) await tx.change('session', session.id, { endedAt: control.clock.now() })
  })
  await until('the stream ends', () => mine.isEnded(), { withinMs: 8_000 })
  assert.deepEqual(mine.seen.at(-1), { id: '', event: 'end', data: 'not-signed-in' })
  const many = await Promise.all(Array.from({ length: 21 }, () => watch(control.site, move, rig.leadToken)))
  assert.deepEqual([many.filter(one => one.status === 200).length, many.filter(one => one.status === 409).length], [20, 1])
  await Promise.all(many.map(one => one.close()))
  await until('there is room again', async () => {
    const next = await watch(control.site, move, rig.leadToken)
    await next.close()
    return next.status === 200
  }, { withinMs: 5_000, everyMs: 200 })
})
