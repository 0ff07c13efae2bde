import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { celConditions } from '#adapters/conditions/cel.ts'
import { openPlaybooks } from '#adapters/playbooks/yaml.ts'
import { offsetOf, type Playbook } from '#domain/playbook.ts'
import { isShared, ofShare } from '#domain/share.ts'

const playbooks = (await openPlaybooks([join(import.meta.dirname, '../../playbooks')], celConditions)).latest()
const waves = playbooks.find(one => one.key === 'ninety-days-in-waves')
assert.ok(waves !== undefined)
const environments = waves.environments.map(one => one.key)
const parts = environments.map((environment, n) => ({ environment, part: ofShare(waves, { environment, environments, leads: n === 0, closes: n === environments.length - 1 }) }))

/** The days of everything by its key, placed on the timetable of the whole. */
const placed = (playbook: Playbook, from = 0): Map<string, number> => new Map([
  ...(['tasks', 'gates', 'calls', 'signOffs', 'milestones'] as const).flatMap(section => playbook[section].map((one): [string, number] => [`${section} ${one.key}`, from + (offsetOf(playbook, one.at) ?? 0)])),
  ...playbook.messages.map((one): [string, number] => [`messages ${one.key}`, one.at === null ? 0 : from + (offsetOf(playbook, one.at) ?? 0)]),
  ...playbook.checkIns.flatMap(({ title, from: first, to }): [string, number][] => [[`from ${title.en}`, from + (offsetOf(playbook, first) ?? 0)], [`to ${title.en}`, from + (offsetOf(playbook, to) ?? 0)]]),
])

describe('C9: a playbook in parts, one for each environment', () => {
  it('is what the ninety days are, and nothing else that is shipped', () => {
    assert.deepEqual(playbooks.filter(isShared).map(one => one.key), ['ninety-days-in-waves'])
  })

  it('has what is the customer’s, or of one environment, once, on the day that it has in the whole; and the rest in each', () => {
    const whole = placed(waves)
    const found = new Map<string, (readonly [environment: string, day: number])[]>()
    for (const { environment, part } of parts) {
      const cutover = offsetOf(waves, waves.environments.find(one => one.key === environment)?.at ?? '') ?? 0
      for (const [name, day] of placed(part, cutover)) found.set(name, [...found.get(name) ?? [], [environment, day]])
    }
    assert.deepEqual([...whole.keys()].filter(name => !found.has(name)), [], 'nothing is lost')
    const each = [...found].filter(([, places]) => places.length > 1)
    assert.deepEqual([...new Set(each.map(([, places]) => places.length))], [3])
    for (const [name, places] of found) if (places.length === 1) assert.equal(places[0]?.[1] ?? null, name.startsWith('messages') && whole.get(name) === 0 ? 0 : whole.get(name), name)
    assert.deepEqual(each.map(([name]) => name).filter(name => name.startsWith('tasks')).map(name => name.slice(6)), ['measure', 'publish-rules', 'build-platform', 'rehearse', 'start-copy', 'run-probe', 'fix-blocked', 'freeze-deployments', 'inform-users', 'settle'])
    const once = (name: string): string => found.get(name)?.map(([environment]) => environment).join() ?? ''
    assert.deepEqual(['tasks name-contacts', 'calls kick-off', 'gates readiness-review', 'messages plan', 'tasks cut-over-pre-prod', 'tasks support-after', 'calls close'].map(once), ['non-prod', 'non-prod', 'non-prod', 'non-prod', 'pre-prod', 'prod', 'prod'])
  })

  it('lets the gate of the first environment open the first that the customer has', () => {
    const gatesOf = (...has: typeof environments) => has.map((environment, n) => ofShare(waves, { environment, environments: has, leads: n === 0, closes: n === has.length - 1 }).gates.map(gate => `${gate.key} ${gate.opens ?? 'nothing'} ${gate.at}`))
    const [ready, decision] = ['readiness-review nothing T-55', (opens: string) => `wave-decision ${opens} T-5`]
    assert.deepEqual(gatesOf('non-prod', 'pre-prod', 'prod'), [[ready, decision('non-prod')], ['open-pre-prod pre-prod T+0'], ['open-prod prod T+0']])
    assert.deepEqual(gatesOf('non-prod', 'prod'), [[ready, decision('non-prod')], ['open-prod prod T+0']])
    assert.deepEqual(gatesOf('pre-prod', 'prod'), [[ready, decision('pre-prod'), 'open-pre-prod pre-prod T+0'], ['open-prod prod T+0']])
    const decided = ofShare(waves, { environment: 'pre-prod', environments: ['pre-prod', 'prod'], leads: true, closes: false }).gates.find(gate => gate.key === 'wave-decision')
    assert.deepEqual(decided?.conditions, waves.gates.find(gate => gate.key === 'wave-decision')?.conditions, 'with every condition')
  })

  it('has tasks that wait for tasks of the same part only, none due before what it waits for', () => {
    for (const { part } of parts) {
      const days = new Map(part.tasks.map(task => [task.key, offsetOf(part, task.at) ?? 0]))
      for (const task of part.tasks) {
        for (const key of task.depends) assert.ok((days.get(key) ?? Infinity) <= (days.get(task.key) ?? 0), `${task.key} waits for ${key}`)
        assert.ok(task.gate === null || part.gates.some(gate => gate.key === task.gate), task.key)
      }
      for (const gate of part.gates) assert.ok(gate.conditions.every(one => one.task === undefined || days.has(one.task)), gate.key)
    }
    assert.deepEqual(parts.map(({ environment, part }) => part.tasks.find(task => task.key === `cut-over-${environment}`)?.depends), [['start-copy'], ['start-copy'], ['start-copy']])
  })

  it('asks what is known of the customer once', () => {
    assert.deepEqual(parts.map(({ part }) => part.facts.filter(fact => fact.asked !== null).length > 0), [true, false, false])
    assert.deepEqual(parts.map(({ part }) => part.facts.filter(fact => fact.measured === 'data-gigabytes').length), [1, 1, 1])
  })
})
