import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Routes } from './routes.ts'

export type RoutesFixture = {
  readonly routes: Routes
  /** Three upstreams; people are sent to the first. */
  readonly upstreams: readonly [string, string, string]
  /** Where a person who comes now is served. */
  served(): Promise<string>
}

const never = new AbortController().signal
const moved = (found: string) => (error: unknown): boolean => error instanceof Fault && error.code === 'ROUTE_MOVED' && error.facts['found'] === found

/** What everything that sends people to a home must do. */
export const routesContract = (name: string, make: () => Promise<RoutesFixture>): void => {
  describe(`${name} sends people to one upstream`, () => {
    it('reads back where people are sent', async () => {
      const { routes, upstreams: [first], served } = await make()
      assert.equal(await routes.read(never), first)
      assert.equal(await served(), first)
    })

    it('sends people on from when it has answered', async () => {
      const { routes, upstreams: [first, second], served } = await make()
      await routes.point(first, second, never)
      assert.equal(await routes.read(never), second)
      assert.equal(await served(), second)
    })

    it('may be pointed to the same again', async () => {
      const { routes, upstreams: [first, second], served } = await make()
      await routes.point(first, second, never)
      await routes.point(first, second, never)
      assert.equal(await served(), second)
    })

    it('changes nothing that is not as expected, and says what it found', async () => {
      const { routes, upstreams: [first, second, third], served } = await make()
      await assert.rejects(routes.point(second, third, never), moved(first))
      assert.equal(await served(), first)
    })

    it('lets one of two win that change it at once', async () => {
      const { routes, upstreams: [first, second, third], served } = await make()
      const [one, other] = await Promise.allSettled([routes.point(first, second, never), routes.point(first, third, never)])
      const winner = one.status === 'fulfilled' ? second : third
      const lost = one.status === 'fulfilled' ? other : one
      assert.ok(lost.status === 'rejected' && moved(winner)(lost.reason), 'both won, or none')
      assert.equal(await served(), winner)
    })

    it('changes nothing once the signal is aborted', async () => {
      const { routes, upstreams: [first, second], served } = await make()
      const reason = new Error('enough')
      await assert.rejects(routes.point(first, second, AbortSignal.abort(reason)), error => error === reason)
      await assert.rejects(routes.read(AbortSignal.abort(reason)), error => error === reason)
      assert.equal(await served(), first)
    })
  })
}
