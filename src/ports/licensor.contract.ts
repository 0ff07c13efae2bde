import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Fault, type FaultCode } from '#domain/faults.ts'
import type { SheetLicence } from '#domain/licence/sheet.ts'
import type { Instant } from '#domain/time.ts'
import type { Licensor, LicensorCan, Released } from './licensor.ts'

export type Side = 'origin' | 'destination'

/**
 * How the way to a server is broken. `closed`: nothing listens. `silent`: the request comes through and is carried out, and no answer is ever heard. `broken`: the same, and the
 * connection breaks off when the answer would come.
 */
export type Way = 'closed' | 'silent' | 'broken'

/** Two servers of one product, which may be used by many tests: each of them asks for licences of its own. */
export type LicensorFixture = Readonly<Record<Side, Licensor>> & {
  /** A licence that is active at the origin, linked there to a profile of its own where the product has them. */
  issue(of: { readonly seats: number | null }): Promise<{ readonly licence: string; readonly code: string; readonly profile: string }>
  /** What a product hears that asks for a seat; null: products of this kind ask nobody. */
  readonly seat: ((side: Side, profile: string, user: string) => Promise<{ readonly until: Instant } | { readonly refused: string }>) | null
  /** What the machine of each is called. */
  readonly machines: Readonly<Record<Side, string>>
  /** The destination's, as it is given to `redirect`. */
  readonly address: string
  /** Where whoever asks the server is sent; asked only where it can redirect. */
  movedTo(side: Side): Promise<string | null>
  /** The same server by a way that is broken. It gives up soon. */
  by(side: Side, way: Way): Promise<Licensor>
  /** The same server after it was started anew; asked only where it knows its keys. */
  restart(side: Side): Promise<Licensor>
  /** What must be in no error: tokens. The codes of licences are added. */
  readonly secrets: readonly string[]
}

type Make = (t: TestContext) => Promise<LicensorFixture>
type Suite = { readonly name: string; readonly can: LicensorCan; readonly make: Make }

/** What every licence server must do, whoever made it. What it cannot (`can`) it refuses in words, which is tested as well. */
export const licensorContract = (name: string, can: LicensorCan, make: Make): void => {
  describe(`${name} is a licence server that licences can be moved from and to`, () => {
    const suite = { name, can, make }
    reads(suite)
    moves(suite)
    refuses(suite)
    if (can.keys) repeats(suite)
    if (can.carriesSeats) carries(suite)
    if (can.maintenance) maintains(suite)
    else cannot(suite, 'be put into maintenance', of => of.maintain({ reason: 'moving', expectedEnd: null }, key(), never))
    if (can.profiles) links(suite)
    else cannot(suite, 'link a profile', of => of.link({ name: 'day shift', licences: [] }, key(), never), of => of.rename('day shift', 'night shift', key(), never))
    if (can.redirect) redirects(suite)
    else cannot(suite, 'redirect', of => of.redirect({ url: 'https://licences.example' }, key(), never))
    fails(suite)
  })
}

const never = new AbortController().signal
const key = (): string => `key-${randomUUID()}`

const standing = async (licensor: Licensor, licence: string): Promise<SheetLicence> => {
  const found = (await licensor.readBack(never)).licences.find(({ id }) => id === licence)
  return found ?? { id: licence, product: '', kind: '', name: '', seats: null, endsAt: null, state: 'absent', machine: null, code: null, taken: [] }
}
const isActive = async (licensor: Licensor, licence: string): Promise<boolean> => (await standing(licensor, licence)).state === 'active'

const faultOf = async (asked: Promise<unknown>, code: FaultCode, reason = /./): Promise<Fault> => {
  const error: unknown = await asked.then(answer => assert.fail(`it was answered: ${inspect(answer)}`), (thrown: unknown) => thrown)
  assert.ok(error instanceof Fault, `no fault: ${inspect(error)}`)
  assert.equal(error.code, code, error.message)
  assert.match(String(error.facts['reason']), reason)
  return error
}

const cannot = ({ make }: Suite, what: string, ...asked: readonly ((of: Licensor) => Promise<unknown>)[]): void => {
  it(`says in words that it cannot ${what}`, async t => {
    const { origin } = await make(t)
    for (const ask of asked) await faultOf(ask(origin), 'LICENSOR_REFUSED', /\w+ \w+ \w+/)
  })
}

const reads = ({ can, make }: Suite): void => {
  it('tells every licence, where it stands and by which code', async t => {
    const { origin, issue } = await make(t)
    const issued = [await issue({ seats: 3 }), await issue({ seats: null })]
    const sheet = await origin.readBack(never)
    assert.equal(sheet.format, 'rehome-licences/1')
    for (const { licence, code, profile } of issued) {
      const told = sheet.licences.filter(({ id }) => id === licence)
      assert.deepEqual(told.map(({ state, code: known, taken }) => ({ state, known, taken })), [{ state: 'active', known: code, taken: [] }])
      assert.ok(told[0]?.machine, 'it is bound to a machine, which has a name')
      if (can.profiles) assert.deepEqual(sheet.profiles.find(each => each.name === profile)?.licences, [licence])
    }
    const inOrder = (names: readonly string[]): void => { assert.deepEqual(names, names.toSorted()) }
    inOrder(sheet.licences.map(({ id }) => id))
    inOrder(sheet.profiles.map(each => each.name))
  })

  it('asks nothing once the signal is aborted', async t => {
    const { origin, issue } = await make(t)
    const { licence } = await issue({ seats: 1 })
    const reason = new Error('enough')
    for (const ask of [() => origin.readBack(AbortSignal.abort(reason)), () => origin.deactivate(licence, key(), AbortSignal.abort(reason))]) await assert.rejects(ask, error => error === reason)
    assert.ok(await isActive(origin, licence))
  })
}

const moves = ({ can, make }: Suite): void => {
  it('gives a licence up, and answers the same however often it is asked', async t => {
    const { origin, issue, seat } = await make(t)
    const { licence, profile } = await issue({ seats: 2 })
    const once = key()
    const released = await origin.deactivate(licence, once, never)
    assert.equal(released.licence, licence)
    assert.notEqual(await isActive(origin, licence), true)
    assert.deepEqual(await origin.deactivate(licence, once, never), released, 'with the same key')
    assert.deepEqual(await origin.deactivate(licence, key(), never), released, 'with another key')
    if (seat !== null) assert.ok('refused' in await seat('origin', profile, 'late'), 'a seat of a licence that was given up')
  })

  it('gives out no seat of a licence that is installed and not activated', async t => {
    const { origin, destination, issue, seat } = await make(t)
    const { licence, profile } = await issue({ seats: 2 })
    const released = await origin.deactivate(licence, key(), never)
    await destination.install(released, key(), never)
    await destination.install(released, key(), never)
    const { state, machine } = await standing(destination, licence)
    assert.deepEqual({ state, machine }, { state: 'inactive', machine: null })
    if (can.profiles) await destination.link({ name: profile, licences: [licence] }, key(), never)
    if (seat !== null) assert.ok('refused' in await seat('destination', profile, 'early'))
  })

  it('binds a licence to the machine of the destination, and back again', async t => {
    const { origin, destination, machines, issue, seat } = await make(t)
    const { licence, code, profile } = await issue({ seats: 2 })
    const before = await standing(origin, licence)
    const there = await origin.deactivate(licence, key(), never)
    await destination.install(there, key(), never)
    const once = key()
    for (const each of [once, once, key()]) await destination.activate(there, code, each, never)
    const { machine, ...after } = await standing(destination, licence)
    assert.deepEqual({ ...after, machine: before.machine }, before, 'all but the machine is as it was')
    assert.deepEqual([before.machine, machine], [machines.origin, machines.destination])
    assert.notEqual(await isActive(origin, licence), true)
    if (can.profiles) await destination.link({ name: profile, licences: [licence] }, key(), never)
    if (seat !== null) assert.ok('until' in await seat('destination', profile, 'first'))

    const back = await destination.deactivate(licence, key(), never)
    await origin.install(back, key(), never)
    await origin.activate(back, code, key(), never)
    assert.deepEqual([await isActive(origin, licence), await isActive(destination, licence)], [true, false])
  })
}

const refuses = ({ make }: Suite): void => {
  it('refuses in words a licence that is active elsewhere, whatever it is shown', async t => {
    const { origin, destination, issue } = await make(t)
    const { licence, code } = await issue({ seats: 1 })
    const released = await origin.deactivate(licence, key(), never)
    await origin.activate(released, code, key(), never)
    await destination.install(released, key(), never)
    await faultOf(destination.activate(released, code, key(), never), 'LICENSOR_REFUSED', /\w+ \w+/)
    await faultOf(destination.activate({ ...released, receipt: null }, code, key(), never), 'LICENSOR_REFUSED')
    assert.deepEqual([await isActive(origin, licence), await isActive(destination, licence)], [true, false])
  })

  it('refuses a wrong code, and tells neither that nor the right one', async t => {
    const { origin, destination, issue, secrets } = await make(t)
    const { licence, code } = await issue({ seats: 1 })
    const wrong = `WRONG-${code.slice(6)}`
    const released = await origin.deactivate(licence, key(), never)
    await destination.install(released, key(), never)
    const fault = await faultOf(destination.activate(released, wrong, key(), never), 'LICENSOR_REFUSED')
    tellsNone(fault, [...secrets, code, wrong])
    assert.equal((await standing(destination, licence)).state, 'inactive')
    await destination.activate(released, code, key(), never)
  })

  it('refuses a licence that it does not know', async t => {
    const { origin } = await make(t)
    await faultOf(origin.deactivate(randomUUID(), key(), never), 'LICENSOR_REFUSED', /\w+ \w+/)
  })
}

const repeats = ({ make }: Suite): void => {
  it('carries out a change once for its key, also when others were made since', async t => {
    const { origin, issue } = await make(t)
    const { licence, code } = await issue({ seats: 1 })
    const [given, taken] = [key(), key()]
    const first = await origin.deactivate(licence, given, never)
    await origin.activate(first, code, taken, never)
    assert.deepEqual(await origin.deactivate(licence, given, never), first)
    assert.ok(await isActive(origin, licence), 'an old request was carried out again')
    await origin.deactivate(licence, key(), never)
    await origin.activate(first, code, taken, never)
    assert.equal(await isActive(origin, licence), false, 'an old request was carried out again')
  })

  it('refuses a key that was used for something else', async t => {
    const { origin, issue } = await make(t)
    const [one, other] = [await issue({ seats: 1 }), await issue({ seats: 1 })]
    const once = key()
    await origin.deactivate(one.licence, once, never)
    await faultOf(origin.deactivate(other.licence, once, never), 'LICENSOR_REFUSED')
    assert.ok(await isActive(origin, other.licence))
  })

  it('keeps what it did when it is started anew', async t => {
    const { origin, destination, issue, restart } = await make(t)
    const { licence, code } = await issue({ seats: 1 })
    const [given, taken] = [key(), key()]
    const released = await origin.deactivate(licence, given, never)
    await destination.install(released, key(), never)
    await destination.activate(released, code, taken, never)
    await using origin2 = await restart('origin')
    await using destination2 = await restart('destination')
    assert.deepEqual(await origin2.deactivate(licence, given, never), released)
    await destination2.activate(released, code, taken, never)
    assert.deepEqual([await isActive(origin2, licence), await isActive(destination2, licence)], [false, true])
  })
}

const maintains = ({ make }: Suite): void => {
  it('refuses new seats in maintenance with its reason and end, while those that are out go on', async t => {
    const { origin, issue, seat } = await make(t)
    const { licence, profile } = await issue({ seats: 2 })
    assert.ok(seat !== null && 'until' in await seat('origin', profile, 'early'))
    const expectedEnd = Math.floor(Date.now() / 1_000) * 1_000 + 3_600_000
    for (const each of [key(), key()]) await origin.maintain({ reason: 'moving house', expectedEnd }, each, never)
    const { maintenance } = await origin.readBack(never)
    assert.deepEqual([maintenance?.reason, maintenance?.expectedEnd], ['moving house', expectedEnd])
    assert.deepEqual(await seat('origin', profile, 'late'), { refused: 'maintenance' })
    assert.deepEqual((await standing(origin, licence)).taken.map(({ holder }) => holder.user), ['early'])
    for (const each of [key(), key()]) await origin.maintain(null, each, never)
    assert.equal((await origin.readBack(never)).maintenance, null)
    assert.ok('until' in await seat('origin', profile, 'late'))
  })
}

const carries = ({ make }: Suite): void => {
  it('carries the seats that are out over to where the licence is activated next', async t => {
    const { origin, destination, issue, seat } = await make(t)
    assert.ok(seat !== null)
    const { licence, code, profile } = await issue({ seats: 2 })
    for (const user of ['one', 'two']) assert.ok('until' in await seat('origin', profile, user))
    const { taken } = await standing(origin, licence)
    assert.equal(taken.length, 2)
    const released = await origin.deactivate(licence, key(), never)
    await destination.install(released, key(), never)
    await destination.activate(released, code, key(), never)
    await destination.link({ name: profile, licences: [licence] }, key(), never)
    const after = (await standing(destination, licence)).taken
    const people = (those: SheetLicence['taken']): string[] => those.map(({ holder, isBorrowed }) => `${holder.user} ${holder.host} ${holder.program} ${isBorrowed}`).toSorted()
    assert.deepEqual(people(after), people(taken))
    for (const { holder, until } of taken) assert.ok((after.find(each => each.holder.user === holder.user)?.until ?? 0) >= until, `the seat of ${holder.user} was cut short`)
    assert.deepEqual(await seat('destination', profile, 'three'), { refused: 'seats-taken' })
  })
}

const links = ({ make }: Suite): void => {
  it('links profiles, and links them anew', async t => {
    const { origin, issue } = await make(t)
    const [one, other] = [await issue({ seats: 1 }), await issue({ seats: 1 })]
    const name = `evening ${one.licence}`
    const linked = async (): Promise<unknown> => (await origin.readBack(never)).profiles.find(each => each.name === name)?.licences
    for (const licences of [[one.licence], [other.licence, one.licence]]) {
      for (const each of [key(), key()]) await origin.link({ name, licences }, each, never)
      assert.deepEqual(await linked(), licences)
    }
    await faultOf(origin.link({ name, licences: [randomUUID()] }, key(), never), 'LICENSOR_REFUSED', /\w+ \w+/)
    assert.deepEqual(await linked(), [other.licence, one.licence])
  })

  it('renames a profile, and never onto one that is there', async t => {
    const { origin, issue } = await make(t)
    const [one, other] = [await issue({ seats: 1 }), await issue({ seats: 1 })]
    const names = async (): Promise<string[]> => (await origin.readBack(never)).profiles.filter(({ licences: [first] }) => first === one.licence || first === other.licence).map(({ name }) => name)
    const [to, once] = [`renamed ${one.licence}`, key()]
    await origin.rename(one.profile, to, once, never)
    await origin.rename(one.profile, to, once, never)
    assert.deepEqual(await names(), [other.profile, to].toSorted())
    await faultOf(origin.rename(to, other.profile, key(), never), 'LICENSOR_REFUSED', /\w+ \w+/)
    await faultOf(origin.rename(one.profile, `again ${one.licence}`, key(), never), 'LICENSOR_REFUSED', /\w+ \w+/)
    assert.deepEqual(await names(), [other.profile, to].toSorted())
  })
}

const redirects = ({ make }: Suite): void => {
  it('sends whoever asks to another server, until it is told otherwise', async t => {
    const { origin, movedTo, address } = await make(t)
    assert.equal(await movedTo('origin'), null)
    const once = key()
    for (const each of [once, once, key()]) await origin.redirect({ url: address }, each, never)
    assert.equal(await movedTo('origin'), address)
    for (const each of [key(), key()]) await origin.redirect(null, each, never)
    assert.equal(await movedTo('origin'), null)
  })
}

const fails = ({ make }: Suite): void => {
  it('is unreachable where nothing was asked of it, and changes nothing', async t => {
    const { origin, issue, by, secrets } = await make(t)
    const { licence, code } = await issue({ seats: 1 })
    const released: Released = { licence, document: 'none', receipt: null }
    await using closed = await by('origin', 'closed')
    for (const asked of [closed.readBack(never), closed.deactivate(licence, key(), never), closed.install(released, key(), never), closed.activate(released, code, key(), never)]) {
      tellsNone(await faultOf(asked, 'LICENSOR_UNREACHABLE'), [...secrets, code])
    }
    assert.ok(await isActive(origin, licence))
  })

  for (const way of ['silent', 'broken'] as const) {
    it(`is in doubt where it was asked and the way is ${way}, and asked again answers what it did`, async t => {
      const { origin, issue, by, secrets } = await make(t)
      const { licence, code } = await issue({ seats: 1 })
      const once = key()
      await using bad = await by('origin', way)
      tellsNone(await faultOf(bad.deactivate(licence, once, never), 'LICENSOR_IN_DOUBT'), [...secrets, code])
      await within('it was carried out', async () => !(await isActive(origin, licence)))
      tellsNone(await faultOf(bad.readBack(never), 'LICENSOR_UNREACHABLE'), [...secrets, code])
      const released = await origin.deactivate(licence, once, never)
      assert.deepEqual(await origin.deactivate(licence, key(), never), released)
      await origin.activate(released, code, key(), never)
      assert.ok(await isActive(origin, licence))
    })
  }
}

const tellsNone = (fault: Fault, secrets: readonly string[]): void => {
  const told = inspect(fault, { depth: 10, showHidden: true }) + fault.remedy
  for (const secret of secrets) assert.ok(!told.includes(secret), `a secret is in an error: ${told}`)
}

const within = async (what: string, ask: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 15_000
  while (!await ask()) {
    assert.ok(performance.now() < end, `not within 15 s: ${what}`)
    await sleep(20)
  }
}
