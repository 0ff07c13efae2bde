import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyWrongHome, wayOf } from './destinations.ts'
import { homeKinds } from './homes.ts'

test('each playbook leads from the homes it is for to the homes it is for, and to no others', () => {
  const ways = ([['cloud-to-cloud', 'A'], ['cloud-to-self-hosted', 'B'], ['shared-to-dedicated', 'B'], ['ninety-days-in-waves', 'C'], ['licence-server', 'D'], ['application-server', 'D'], ['of-our-own', 'B'], ['toString', 'A']] as const).map(([key, of]) => {
    const playbook = { key, case: of }
    const led = homeKinds.flatMap(from => homeKinds.filter(to => whyWrongHome(playbook, from, to) === undefined).map(to => `${from} → ${to}`))
    assert.equal(led.length, wayOf(playbook).from.length * wayOf(playbook).to.length)
    return [key, led] as const
  })
  const led = Object.fromEntries(ways)
  assert.deepEqual(led['shared-to-dedicated'], ['shared → dedicated'])
  assert.deepEqual(led['cloud-to-self-hosted'], ['shared → self-hosted', 'dedicated → self-hosted'])
  assert.deepEqual(led['licence-server'], ['licence-host → licence-host'])
  assert.deepEqual(led['application-server'], ['application-server → application-server'])
  assert.ok(led['cloud-to-cloud']?.every(way => way.endsWith('shared') || way.endsWith('dedicated')))
  assert.deepEqual(whyWrongHome({ key: 'shared-to-dedicated', case: 'B' }, 'dedicated', 'dedicated'), { refused: 'wrong-origin', playbook: 'shared-to-dedicated', is: 'dedicated', from: ['shared'] })
})
