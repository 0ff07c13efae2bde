import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Fault, type FaultCode } from '#domain/faults.ts'
import { admit } from '#domain/operator-sign-in.ts'
import { signInContract } from '#ports/identity.contract.ts'
import { type OidcOptions, type OidcService, startOidcProvider } from '#test/services/oidc-provider.ts'
import { type OidcSettings, oidcSettings, openOidc } from './oidc.ts'

const never = new AbortController().signal
const redirect = 'https://rehome.vendor.example/sign-in/back'
const people = {
  lead: { email: 'lead@vendor.example', email_verified: true, name: 'A Lead', groups: ['movers'] },
  bare: {},
}
const settingsOf = ({ issuer, id, secret }: Pick<OidcService, 'issuer' | 'id' | 'secret'>, more: Partial<OidcSettings> = {}): OidcSettings =>
  oidcSettings.parse({ issuer, id, secret, redirect, scopes: 'openid email profile groups', ...more })
const start = (options: Partial<OidcOptions> = {}): Promise<OidcService> => startOidcProvider({ redirect, people, ...options })
const fault = (code: FaultCode) => (error: unknown): boolean => error instanceof Fault && error.code === code
const why = (answer: object): unknown => ('refused' in answer ? answer.refused : 'none')

signInContract('OpenID Connect', async () => {
  const provider = await start()
  return {
    service: openOidc(settingsOf(provider)),
    browse: (url, how) => provider.browse(url, 'lead', how),
    lead: { subject: 'lead', email: 'lead@vendor.example', isEmailVerified: true, name: 'A Lead', groups: ['movers'] },
    stop: async () => provider[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => provider[Symbol.asyncDispose](),
  }
})

test('a person signs in from the first page to the roles that the groups give', async () => {
  await using provider = await start()
  const service = openOidc(settingsOf(provider))
  const { url, begun } = await service.begin(never)
  const claims = await service.finish(begun, await provider.browse(url, 'lead'), never)
  assert.ok(!('refused' in claims))
  assert.deepEqual(admit(claims, { movers: ['migration-lead'] }, []), { id: null, subject: `${provider.issuer} lead`, roles: ['migration-lead'] })
  assert.equal(why(admit(claims, {}, [])), 'person-unknown')
})

test('what a service does not say is nothing, and an address counts only if it is verified', async () => {
  await using provider = await start({ people: { bare: {}, claimed: { email: 'a@b.example', email_verified: false }, silent: { email: 'a@b.example' }, one: { groups: 'movers' }, odd: { groups: [7, { a: 1 }] } } })
  const claimsOf = async (person: string, more: Partial<OidcSettings> = {}): Promise<object> => {
    const service = openOidc(settingsOf(provider, more))
    const { url, begun } = await service.begin(never)
    return service.finish(begun, await provider.browse(url, person), never)
  }
  const { issuer } = provider
  assert.deepEqual(await claimsOf('bare', { trustsAddresses: true }), { issuer, subject: 'bare', email: null, isEmailVerified: false, name: null, groups: [] })
  assert.deepEqual(await claimsOf('claimed', { trustsAddresses: true }), { issuer, subject: 'claimed', email: 'a@b.example', isEmailVerified: false, name: null, groups: [] })
  const groupsOf = async (person: string): Promise<unknown> => ({ ...await claimsOf(person) } as { groups?: unknown }).groups
  assert.deepEqual([await groupsOf('one'), await groupsOf('odd')], [['movers'], []])
  for (const trustsAddresses of [true, false]) assert.deepEqual(await claimsOf('silent', { trustsAddresses }), { issuer, subject: 'silent', email: 'a@b.example', isEmailVerified: trustsAddresses, name: null, groups: [] })
})

test('a code that is too old is refused', async () => {
  await using provider = await start({ codeLastsS: 1 })
  const service = openOidc(settingsOf(provider))
  const { url, begun } = await service.begin(never)
  const query = await provider.browse(url, 'lead')
  await sleep(2_100)
  assert.equal(why(await service.finish(begun, query, never)), 'sign-in-void')
})

test('an answer that another service sent is refused', async () => {
  await using provider = await start()
  const service = openOidc(settingsOf(provider))
  const { url, begun } = await service.begin(never)
  const query = new URLSearchParams(await provider.browse(url, 'lead'))
  query.set('iss', 'https://other.example')
  assert.equal(why(await service.finish(begun, query.toString(), never)), 'sign-in-void')
})

test('a wrong secret of ours is a fault that says where to look, and does not show it', async () => {
  await using provider = await start()
  const service = openOidc(settingsOf({ ...provider, issuer: provider.issuer, id: provider.id, secret: 'not the one' }))
  const { url, begun } = await service.begin(never)
  const query = await provider.browse(url, 'lead')
  await assert.rejects(service.finish(begun, query, never), error => fault('IDENTITY_REFUSED')(error) && !inspect(error, { depth: 9 }).includes('not the one') && !JSON.stringify(error).includes('not the one'))
})

test('a service that comes up later is found at the next try', async () => {
  const first = await start()
  const service = openOidc(settingsOf(first))
  await first[Symbol.asyncDispose]()
  await assert.rejects(service.begin(never), error => error instanceof Fault && error.code === 'IDENTITY_UNREACHABLE' && error.facts['issuer'] === first.issuer)
  await using second = await start({ port: Number(new URL(first.issuer).port) })
  const { url, begun } = await service.begin(never)
  assert.equal(why(await service.finish(begun, await second.browse(url, 'lead'), never)), 'none')
})

test('a service that takes the connection and says nothing is waited for no longer than asked', async t => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const sockets: Socket[] = []
  silent.on('connection', socket => sockets.push(socket))
  t.after(() => { for (const socket of sockets) socket.destroy() })
  const { port } = silent.address() as AddressInfo
  const [stop, reason] = [new AbortController(), new Error('enough')]
  const begun = openOidc(settingsOf({ issuer: `http://127.0.0.1:${port}`, id: 'a', secret: 'b' })).begin(stop.signal)
  await once(silent, 'connection')
  const aborted = performance.now()
  stop.abort(reason)
  await assert.rejects(begun, error => error === reason)
  assert.ok(performance.now() - aborted < 5_000, 'it waited for its own time limit')
})

test('without encryption nobody is asked, except on this machine', async () => {
  await assert.rejects(openOidc(settingsOf({ issuer: 'http://sign-in.example', id: 'a', secret: 'b' })).begin(never), fault('IDENTITY_REFUSED'))
})
