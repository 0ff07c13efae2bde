import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asId } from './ids.ts'
import { byHost, leadOn, leadsTo, type Redirection, visitorOf } from './redirect.ts'

const [one, two, three] = [asId<'move'>('1'), asId<'move'>('2'), asId<'move'>('3')]
const endsAt = Date.UTC(2027, 1, 19)
const some: readonly Redirection[] = [
  { move: one, from: 'https://nordlicht.cloud.example.com', to: 'https://nordlicht.example.cloud', endsAt },
  { move: two, from: 'https://shared.example.com/nordlicht', to: 'https://apps.example.cloud/n/', endsAt: null },
  { move: three, from: 'https://shared.example.com/nordlicht/archive/', to: 'https://archive.example.cloud', endsAt: null },
  { move: three, from: 'not an address', to: 'https://archive.example.cloud', endsAt: null },
]
const rules = byHost(some)
const led = (host: string, target: string, now = 0) => leadOn(rules, host, target, now)

test('A1: the old address leads to the new one with path and query as they were sent, and to no other place', () => {
  assert.deepEqual(led('nordlicht.cloud.example.com', '/orders/7?page=2&q=a%20b'), { is: 'moved', move: one, to: 'https://nordlicht.example.cloud/orders/7?page=2&q=a%20b' })
  assert.deepEqual(led('Nordlicht.Cloud.Example.com:8443', '/'), { is: 'moved', move: one, to: 'https://nordlicht.example.cloud/' })
  assert.deepEqual(led('shared.example.com', '/nordlicht?x=1'), { is: 'moved', move: two, to: 'https://apps.example.cloud/n?x=1' })
  assert.deepEqual(led('shared.example.com', '/nordlicht/archive/2024'), { is: 'moved', move: three, to: 'https://archive.example.cloud/2024' })
  assert.deepEqual(led('shared.example.com', '/nordlichter'), { is: 'unknown' })
  assert.deepEqual(led('elsewhere.example.com', '/'), { is: 'unknown' })
  assert.deepEqual(led('elsewhere.example.com', 'https://nordlicht.cloud.example.com/a'), { is: 'moved', move: one, to: 'https://nordlicht.example.cloud/a' })
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (rest, host) => {
    const answer = led('nordlicht.cloud.example.com', `/${rest}`)
    assert.ok(answer.is === 'moved' && new URL(answer.to).origin === 'https://nordlicht.example.cloud')
    assert.match(answer.to, /^[\x21-\x7e]*$/)
    led(host, rest)
  }))
  fc.assert(fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
    const answer = led('nordlicht.cloud.example.com', `/x${path}?${query}`)
    assert.ok(answer.is === 'moved' && answer.to === `https://nordlicht.example.cloud/x${path}?${query}`)
  }))
})

test('A1: from its end on the old address only tells where the tenant went', () => {
  assert.equal(led('nordlicht.cloud.example.com', '/', endsAt - 1).is, 'moved')
  assert.deepEqual(led('nordlicht.cloud.example.com', '/orders', endsAt), { is: 'gone', move: one, to: 'https://nordlicht.example.cloud' })
  assert.equal(led('shared.example.com', '/nordlicht', Date.UTC(2099, 0, 1)).is, 'moved')
})

test('A1: of who came nothing is kept that could name a person', () => {
  const at = Date.UTC(2027, 0, 4, 23)
  assert.deepEqual(visitorOf('/orders/7?user=someone@example.com', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36', at), { day: '2027-01-04', path: '/orders', program: 'Chrome' })
  assert.deepEqual(visitorOf('/someone@example.com/inbox', 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15', at).path, '/…')
  assert.deepEqual(['/', '/4711', '/?token=secret', 'https://host.example/forms/1'].map(target => visitorOf(target, '', at).path), ['/', '/…', '/', '/forms'])
  assert.deepEqual(['curl/8.5.0', 'FormsTablet', 'python-requests/2.32', '', 'someone@example.com', '4711/1'].map(program => visitorOf('/', program, at).program), ['curl', 'FormsTablet', 'python-requests', 'another program', 'another program', 'another program'])
})

test('A1: an answer is a redirect only where nothing that was asked for gets lost', () => {
  const [from, to] = ['https://a.example/x?y=1', 'https://b.example/x?y=1']
  const answers = (status: number, location: string | null) => leadsTo({ status, location }, from, to)
  assert.deepEqual([answers(308, to), answers(302, to), answers(200, to), answers(308, 'https://b.example/'), answers(308, 'https://b.example/x'), answers(308, '/x?y=1'), answers(308, null), answers(308, 'http://[')], [true, true, false, false, false, false, false, false])
})
