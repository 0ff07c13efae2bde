import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openPostgresIssuerBook } from '#adapters/issuer-book/postgres/book.ts'
import { memoryIssuerBook } from '#adapters/issuer-book/memory/book.ts'
import { openDocument, signDocument } from '#domain/licence/documents.ts'
import { sentenceOf } from '#domain/refusals.ts'
import { lockOn } from '#domain/licence/node-lock.ts'
import { sha256 } from '#lib/hash.ts'
import { activateAt, anIssuer, aWish, granted, issued, receiptOf, requestOf } from '#test/licence/issuer-rig.ts'
import { aLease, anId, aRequest, aServer, at } from '#test/licence/samples.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { shapes } from '#wire/licence-documents.ts'
import { compareIssuerAnchor } from './issuer-anchoring.ts'
import { activate, deactivated, issue, type IssuerWorld, list, stands, withdraw } from './issuer.ts'

const opened = (world: IssuerWorld, activation: string) => {
  const document = openDocument('rehome-activation', activation, world.signer.publicKey, shapes)
  assert.ok(document.ok)
  return document.says
}
const refusal = (answer: object): string => ('refused' in answer ? String(answer.refused) : 'given')

test('a licence is issued once for one key, with a code of which only the hash is kept', async () => {
  const world = anIssuer()
  const wish = aWish()
  const first = granted(await issue(world, wish))
  assert.deepEqual(await issue(world, wish), first)
  assert.match(first.code, /^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/)
  assert.notEqual((await issued(world)).code, first.code)
  assert.equal(refusal(await issue(world, { ...wish, seats: 9 })), 'key-taken')
  assert.ok(!JSON.stringify(await world.book.list({ after: null, limit: 10 })).includes(first.code))
  assert.ok(openDocument('rehome-licence', first.document, world.signer.publicKey, shapes).ok)
})

test('a licence is activated by its code, for the server and machine of the request', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  const { activation } = granted(await activateAt(world, server, { ...what, code: what.code.toLowerCase().replaceAll('0', 'o').replaceAll('-', ' ') }))
  assert.deepEqual(opened(world, activation), { ...server.identity, licence: what.licence, generation: 1, machine: 'lm-01', nodeLock: lockOn(server.factors, 'salt'), receiptHash: null, activatedAt: at })
  assert.deepEqual(await stands(world, { activation }), { stands: true, at: world.clock.at })
  assert.deepEqual((await list(world, {})).items.map(({ generation, activeAt }) => ({ generation, activeAt })), [{ generation: 1, activeAt: { server: server.identity.server, machine: 'lm-01', since: at } }])
})

test('L1 the same server asked again gets the same answer, also with a new request', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  const request = requestOf(server, what)
  const first = await activate(world, { request, from: 'x' })
  world.clock.at += 60_000
  assert.deepEqual(await activate(world, { request, from: 'x' }), first)
  assert.deepEqual(await activateAt(world, server, what), first)
})

test('L1 another server is refused while the licence is active, and told where and since when', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  await activateAt(world, server, what)
  assert.deepEqual(await activateAt(world, aServer('lm-02'), what), { refused: 'active-elsewhere', machine: 'lm-01', since: '2026-11-22T09:00:00.000Z' })
  // A server that took the other's name, and has not its key.
  const thief = aServer('lm-02')
  assert.equal(refusal(await activateAt(world, { ...thief, identity: { ...thief.identity, server: server.identity.server } }, what)), 'active-elsewhere')
})

test('L1 the next generation follows from the receipt of the one before, and from no other', async () => {
  const [world, one, two] = [anIssuer(), aServer('lm-01'), aServer('lm-02')]
  const [what, other] = [await issued(world), await issued(world)]
  granted(await activateAt(world, one, what))
  const wrong = {
    'signed by another key': receiptOf({ ...one, signer: two.signer }, what.licence, 1),
    'of another licence': receiptOf(one, other.licence, 1),
    'of a generation to come': receiptOf(one, what.licence, 2),
    'of another server': receiptOf({ ...one, identity: two.identity }, what.licence, 1),
    'none at all': 'a.b.c',
  }
  for (const [why, receipt] of Object.entries(wrong)) assert.equal(refusal(await activateAt(world, two, what, receipt)), 'receipt-wrong', why)
  const receipt = receiptOf(one, what.licence, 1)
  const next = granted(await activateAt(world, two, what, receipt))
  assert.deepEqual((({ generation, machine, receiptHash }) => ({ generation, machine, receiptHash }))(opened(world, next.activation)), { generation: 2, machine: 'lm-02', receiptHash: sha256(receipt) })
  assert.deepEqual(await activateAt(world, two, what, receipt), next, 'no answer came, and it asks again')
  assert.equal(refusal(await activateAt(world, aServer('lm-03'), what, receipt)), 'receipt-wrong', 'a receipt is good once')
  assert.equal(refusal(await activateAt(world, one, what)), 'active-elsewhere')
})

test('a licence that was given up needs its receipt as long as somebody sits on a seat of it', async () => {
  const [world, one, two] = [anIssuer(), aServer('lm-01'), aServer('lm-02')]
  const what = await issued(world)
  const { activation } = granted(await activateAt(world, one, what))
  const receipt = receiptOf(one, what.licence, 1, [aLease({ until: at + 60_000 }), aLease({ until: at + 30_000 })])
  assert.deepEqual(await deactivated(world, { receipt }), {})
  assert.deepEqual(await deactivated(world, { receipt }), {})
  assert.equal(refusal(await deactivated(world, { receipt: receiptOf(one, what.licence, 1) })), 'receipt-wrong', 'the first word stands')
  assert.deepEqual(await stands(world, { activation }), { stands: false, at: world.clock.at })
  assert.deepEqual((await list(world, {})).items[0]?.activeAt, null)
  assert.deepEqual(await activateAt(world, two, what), { refused: 'receipt-missing', machine: 'lm-01', until: '2026-11-22T09:01:00.000Z' })
  assert.equal(refusal(await activateAt(world, two, what, receiptOf(one, what.licence, 1))), 'receipt-wrong', 'a receipt without the seats')
  world.clock.at += 60_000
  assert.equal(opened(world, granted(await activateAt(world, two, what)).activation).receiptHash, null)
  assert.deepEqual(await deactivated(world, { receipt }), {}, 'what was told before is known')
})

test('a request is good for one activation: replayed after the licence was given up it is refused', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  const [request, again] = [requestOf(server, what), requestOf(server, what)]
  const first = granted(await activate(world, { request, from: 'x' }))
  assert.deepEqual(await activate(world, { request: again, from: 'x' }), first)
  granted(await deactivated(world, { receipt: receiptOf(server, what.licence, 1) }))
  for (const old of [request, again]) assert.deepEqual(await activate(world, { request: old, from: 'x' }), { refused: 'request-used' })
  assert.equal(opened(world, granted(await activateAt(world, server, what)).activation).generation, 2)
})

test('wrong codes are refused, and after ten for one licence nothing is heard of it from there for an hour', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const [what, other] = [await issued(world), await issued(world)]
  for (let n = 0; n < 10; n++) assert.equal(refusal(await activateAt(world, server, { ...what, code: other.code })), 'code-unknown')
  assert.deepEqual(await activateAt(world, server, what), { refused: 'too-many-codes', until: '2026-11-22T10:00:00.000Z' })
  assert.equal(refusal(await activateAt(world, server, other)), 'given')
  assert.equal(refusal(await activate(world, { request: requestOf(server, what), from: 'elsewhere' })), 'given')
  world.clock.at += 3_600_000
  assert.equal(refusal(await activateAt(world, server, what)), 'given')
})

test('whoever tries a hundred codes for whatever licences is not heard any more', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  for (let n = 0; n < 100; n++) assert.equal(refusal(await activateAt(world, server, { ...what, licence: anId() })), 'code-unknown')
  assert.equal(refusal(await activateAt(world, server, what)), 'too-many-codes')
})

test('L1 whatever servers ask, in whatever order, a generation follows only from the receipt of the one before', async () => {
  const which = fc.nat(2)
  const shows = fc.oneof(fc.constant(null), fc.record({ of: fc.nat(4), by: which }))
  const step = fc.oneof(fc.record({ ask: which, shows }), fc.record({ tell: fc.nat(4), by: which }), fc.record({ replay: fc.nat(9) }))
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async steps => {
    const world = anIssuer()
    const servers = ['lm-0', 'lm-1', 'lm-2'].map(name => aServer(name))
    const what = await issued(world)
    const holders: string[] = []
    const [requests, signed] = [[] as string[], new Set<string>()]
    /** A server signs receipts of what it holds, and lies of what it does not. */
    const receipt = (generation: number, by: number): string => {
      const server = servers[by] ?? aServer()
      if (holders[generation - 1] === server.identity.server) signed.add(`${generation}`)
      return receiptOf(server, what.licence, generation)
    }
    for (const each of steps) {
      if ('tell' in each) await deactivated(world, { receipt: receipt(each.tell, each.by) })
      else {
        const request = 'replay' in each ? requests[each.replay] : requestOf(servers[each.ask] ?? aServer(), what, { receipt: each.shows === null ? null : receipt(each.shows.of, each.shows.by) })
        if (request === undefined) continue
        requests.push(request)
        const answer = await activate(world, { request, from: 'x' })
        if ('refused' in answer) continue
        const { generation, server } = opened(world, answer.activation)
        if (generation > holders.length) {
          assert.equal(generation, holders.length + 1)
          assert.ok(generation === 1 || signed.has(`${generation - 1}`), `generation ${generation} without a receipt of the one before`)
          holders.push(server)
        }
        assert.deepEqual([generation, server], [holders.length, holders.at(-1)], 'what is given is the newest')
        assert.ok((await world.book.newest(what.licence))?.givenUp === null)
      }
    }
  }), { numRuns: 200 })
})

test('nobody activates what was withdrawn or is over, or on a machine of which too little is known', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const gone = await issued(world)
  granted(await withdraw(world, gone))
  assert.equal(refusal(await activateAt(world, server, gone)), 'licence-withdrawn')
  assert.equal(refusal(await withdraw(world, { licence: anId() })), 'not-found')
  const ending = await issued(world, { endsAt: at + 1, graceDays: 1 })
  assert.equal(refusal(await activate(world, { request: requestOf(server, ending, { nodeLock: lockOn(server.factors.slice(0, 1), 's') }), from: 'x' })), 'machine-unclear')
  world.clock.at += 86_400_001
  assert.deepEqual(await activateAt(world, server, ending), { refused: 'licence-over', since: '2026-11-23T09:00:00.001Z' })
})

test('what is tampered with, or signed by another, is refused in words', async () => {
  const [world, server] = [anIssuer(), aServer()]
  const what = await issued(world)
  const forged = signDocument('rehome-request', aRequest(server, { licence: what.licence, code: what.code }), aServer().signer)
  assert.deepEqual(await activate(world, { request: forged, from: 'x' }), { refused: 'request-wrong', why: 'it was changed since it was signed, or signed by another key' })
  assert.equal(refusal(await activate(world, { request: what.document, from: 'x' })), 'request-wrong')
  assert.equal(refusal(await deactivated(world, { receipt: what.document })), 'receipt-wrong')
  assert.equal(refusal(await deactivated(world, { receipt: receiptOf(server, what.licence, 1) })), 'receipt-wrong', 'it was never active')
  assert.equal(refusal(await stands(anIssuer(), { activation: granted(await activateAt(world, server, what)).activation })), 'activation-wrong')
})

test('licences are listed in pages', async () => {
  const world = anIssuer()
  const all = [await issued(world), await issued(world), await issued(world)].map(({ licence }) => licence)
  const first = await list(world, { limit: 2 })
  assert.deepEqual([first.items.map(({ licence }) => licence), first.next], [all.slice(0, 2), all[1]])
  assert.deepEqual((await list(world, { after: first.next, limit: 2 })).items.map(({ licence }) => licence), all.slice(2))
})

test('L1 of many servers that ask at once on PostgreSQL exactly one gets the licence; so with the receipt of the one before', async t => {
  const { url } = await useDatabase(t, { major: 18 })
  await using book = await openPostgresIssuerBook({ url })
  const world = anIssuer(book)
  const what = await issued(world)
  const servers = Array.from({ length: 12 }, (_, n) => aServer(`lm-${n}`))
  const compete = async (receipt: string | null) => {
    const answers = await Promise.all(servers.map(server => activateAt(world, server, what, receipt)))
    const [winner, ...more] = servers.filter((_, n) => 'activation' in (answers[n] ?? {}))
    assert.ok(winner !== undefined)
    assert.deepEqual(more, [])
    return { winner, others: new Set(answers.map(refusal)) }
  }
  const first = await compete(null)
  assert.deepEqual(first.others, new Set(['given', 'active-elsewhere']))
  const second = await compete(receiptOf(first.winner, what.licence, 1))
  assert.equal((await book.newest(what.licence))?.generation, 2)
  // The first holder shows what it gave up while another has it by now: refused like everybody.
  assert.ok([...second.others].every(each => ['given', 'receipt-wrong'].includes(each)))
})

/** The issuer's book as it was before the second server had the licence; its machine, and so its anchor, is the same. */
const restored = async () => {
  const [world, one, two] = [anIssuer(), aServer('lm-01'), aServer('lm-02')]
  const wish = aWish()
  const what = granted(await issue(world, wish))
  const first = granted(await activateAt(world, one, what))
  const receipt = receiptOf(one, what.licence, 1)
  const second = granted(await activateAt(world, two, what, receipt))
  const copy: IssuerWorld & { clock: { at: number; now(): number } } = { ...world, book: memoryIssuerBook() }
  const row = await world.book.issued(what.licence)
  assert.ok(row !== undefined)
  await copy.book.issue(row)
  const { says } = { says: opened(world, first.activation) }
  await copy.book.activate({ ...says, document: first.activation, givenUp: null }, 'of before', null)
  return { copy, one, two, what, receipt, first, second }
}

test('L1 a book of the issuer that was restored from a copy gives no generation twice: it is refused with what to do', async () => {
  const { copy, what, receipt, one } = await restored()
  assert.equal(await compareIssuerAnchor(copy), 1)
  const answer = await activateAt(copy, aServer('lm-03'), what, receipt)
  assert.deepEqual(answer, { refused: 'issuer-restored' })
  assert.match(sentenceOf({ refused: 'issuer-restored' }), /restored from a copy.*would be given twice.*restore a newer copy of the book; or withdraw the licence and issue another/)
  assert.equal(refusal(await activateAt(copy, one, what)), 'issuer-restored')
  assert.equal(refusal(await deactivated(copy, { receipt })), 'issuer-restored')
})

test('a restored book of the issuer learns what was given out since from the server that has it, by its own signature', async () => {
  const { copy, two, what, first, second } = await restored()
  assert.equal((granted(await stands(copy, first))).stands, false, 'that one was followed by another')
  assert.equal((granted(await stands(copy, second))).stands, true)
  assert.equal(await compareIssuerAnchor(copy), 0)
  const three = aServer('lm-03')
  assert.equal(refusal(await activateAt(copy, three, what)), 'active-elsewhere')
  const next = granted(await activateAt(copy, three, what, receiptOf(two, what.licence, 2)))
  assert.equal(opened(copy, next.activation).generation, 3)
  assert.equal((granted(await stands(copy, second))).stands, false)
})
