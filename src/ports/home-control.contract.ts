import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HomeControl } from './home-control.ts'

/** A product in one home, and how its writers fare. */
export type HomeFixture = {
  readonly control: HomeControl
  readonly tenant: string
  /** Tries one write; true: it was accepted. */
  write(): Promise<boolean>
  /** A write that was let in and is under way until `end`, which answers whether it was accepted. */
  slowWrite(): Promise<{ end(): Promise<boolean> }>
}

const never = new AbortController().signal

/** What every product must do when it is told. `make` gives one that serves. */
export const homeControlContract = (name: string, make: () => Promise<HomeFixture>): void => {
  describe(`${name} is a product that can be told`, () => {
    it('serves until it is told otherwise', async () => {
      const { control, tenant, write } = await make()
      assert.equal((await control.probe(tenant, never)).mode, 'serving')
      assert.equal(await write(), true)
    })

    it('accepts no write once it is frozen, and writes again once it is thawed', async () => {
      const { control, tenant, write } = await make()
      await control.freeze(tenant, never)
      assert.equal((await control.probe(tenant, never)).mode, 'frozen')
      assert.equal(await write(), false)
      await control.thaw(tenant, never)
      assert.equal((await control.probe(tenant, never)).mode, 'serving')
      assert.equal(await write(), true)
    })

    it('is frozen only when the writes under way have ended, and lets none in meanwhile', async () => {
      const { control, tenant, write, slowWrite } = await make()
      const slow = await slowWrite()
      let isFrozen = false
      const freezing = control.freeze(tenant, never).then(() => { isFrozen = true })
      await sleep(150)
      assert.equal(isFrozen, false, 'it said frozen over a write that was under way')
      assert.equal(await write(), false, 'it let a write in while it waited for others')
      assert.equal(await slow.end(), true, 'a write that was under way was cut off')
      await freezing
    })

    it('may be told the same again', async () => {
      const { control, tenant, write } = await make()
      await control.freeze(tenant, never)
      await control.freeze(tenant, never)
      assert.equal(await write(), false)
      await control.thaw(tenant, never)
      await control.thaw(tenant, never)
      assert.equal(await write(), true)
    })

    it('asks nothing once the signal is aborted', async () => {
      const { control, tenant, write } = await make()
      const reason = new Error('enough')
      for (const verb of ['freeze', 'thaw', 'probe'] as const) await assert.rejects(control[verb](tenant, AbortSignal.abort(reason)), error => error === reason)
      assert.equal(await write(), true)
    })
  })
}
