import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Serves } from '#domain/orders.ts'
import type { ControlPlane } from './control-plane.ts'

/** A control with agents; `order` gives an order that both agents could carry out. */
export type ControlPlaneRig = {
  readonly control: ControlPlane
  readonly other: ControlPlane
  readonly serves: readonly Serves[]
  order(): Promise<void>
  /** Somebody says something to the move of the order. */
  wish(): Promise<void>
  revoke(): Promise<void>
  /** Control is gone, and comes back. */
  gone(): Promise<void>
  back(): Promise<void>
}

const never = new AbortController().signal
const faulted = (code: string) => (error: unknown): boolean => error instanceof Fault && error.code === code

/** What every way to control promises. */
export const controlPlaneContract = (name: string, open: (t: TestContext) => Promise<ControlPlaneRig>): void => {
  test(`${name}: an agent joins, is given one order, tells of it and hears what is wished`, async t => {
    const { control, other, serves, order, wish } = await open(t)
    const joined = await control.join(never)
    assert.ok(joined.name !== '' && joined.leaseMs > 0)
    const waiting = control.claim(serves, never)
    await order()
    const held = await waiting
    assert.ok(held !== undefined)
    assert.deepEqual([held.next, held.wish.revision], [1, 0])
    const heard = await control.report(held, 1, [{ type: 'phase', phase: 'preflight', state: 'begins' }, { type: 'stage', stage: 'copying', leg: 'out', verb: 'copy' }], never)
    assert.equal(heard.next, 3)
    assert.equal((await control.report(held, 1, [{ type: 'phase', phase: 'preflight', state: 'begins' }], never)).next, 3, 'told again')
    assert.deepEqual(await control.report(held, 9, [{ type: 'phase', phase: 'preflight', state: 'ends' }], never), { next: 3, wish: null, switched: null })
    const changed = control.wish(held, 0, never)
    await wish()
    assert.ok((await changed).revision > 0)
    await assert.rejects(other.report(held, 3, [], never), faulted('ORDER_LOST'))
    await assert.rejects(control.wish({ ...held, claim: held.claim + 1 }, 0, never), faulted('ORDER_LOST'))
  })

  test(`${name}: what waits ends when its signal does, with the signal's reason`, async t => {
    const { control, serves } = await open(t)
    const stop = new AbortController()
    const waiting = control.claim(serves, stop.signal)
    stop.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
  })

  test(`${name}: a control that is gone is said to be, and one that came back is asked as before`, async t => {
    const { control, order, serves, gone, back } = await open(t)
    await order()
    await gone()
    await assert.rejects(control.claim(serves, never), faulted('CONTROL_UNREACHABLE'))
    await back()
    assert.ok((await control.claim(serves, never)) !== undefined)
  })

  test(`${name}: an agent that was revoked is told so, whatever it asks`, async t => {
    const { control, serves, order, revoke } = await open(t)
    await order()
    const held = await control.claim(serves, never)
    assert.ok(held !== undefined)
    await revoke()
    for (const ask of [() => control.join(never), () => control.claim(serves, never), () => control.report(held, 1, [], never), () => control.wish(held, -1, never)]) await assert.rejects(ask(), faulted('CONTROL_REFUSED'))
  })
}
