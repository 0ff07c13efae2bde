import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { controlPlaneContract, type ControlPlaneRig } from '#ports/control-plane.contract.ts'
import { appOf } from '#entrances/http/app.ts'
import { serves } from '#test/control/scripted.ts'
import { type UnderWay, useUnderWay } from '#test/control/under-way.ts'
import { openHttpControl } from './http.ts'
import { openLocalControl } from './local.ts'

const rigOf = async (rig: UnderWay, control: ControlPlaneRig['control'], other: ControlPlaneRig['other'], agent: string, door: Pick<ControlPlaneRig, 'gone' | 'back'>): Promise<ControlPlaneRig> => ({
  control, other, serves, ...door,
  async order() {
    await rig.gate('go')
    await rig.lead('moves.order', { move: rig.move, kind: 'move' })
  },
  async wish() { await rig.lead('moves.pause', { move: rig.move }) },
  async revoke() { await (await rig.control.as('admin'))('agents.revoke', { agent: agent as never }) },
})

controlPlaneContract('control over HTTP', async (t: TestContext) => {
  const rig = await useUnderWay(t)
  const [one, two] = [await rig.token(), await rig.token()]
  const to = (token: string) => openHttpControl({ url: rig.door.url, token })
  return await rigOf(rig, to(one.token), to(two.token), one.id, { gone: () => rig.door.shut(), back: () => rig.door.open() })
})

controlPlaneContract('control in the same process', async (t: TestContext) => {
  const rig = await useUnderWay(t)
  const app = appOf(rig.control.world, { failed: (error: unknown) => console.error(error), answered: () => { /* nobody counts */ } })
  let isGone = false
  const [one, two] = [await rig.token(), await rig.token()]
  const to = (token: string) => openLocalControl({ token, answer: request => (isGone ? Promise.reject(new Error('it has ended')) : app.fetch(request)) })
  return await rigOf(rig, to(one.token), to(two.token), one.id, { gone: async () => { isGone = true }, back: async () => { isGone = false } })
})

test('control is reached by HTTPS, and without it only on this machine', () => {
  for (const url of ['https://control.example', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080']) assert.ok(openHttpControl({ url, token: 'x' }).label.length > 0)
  for (const url of ['http://control.example', 'http://10.0.0.1', 'ftp://localhost', 'http://127.evil.example.com:80']) assert.throws(() => openHttpControl({ url, token: 'x' }), (error: unknown) => error instanceof Fault && error.code === 'CONTROL_REFUSED', url)
})
