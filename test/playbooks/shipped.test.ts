import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { celConditions } from '#adapters/conditions/cel.ts'
import { openPlaybooks } from '#adapters/playbooks/yaml.ts'
import { callDays, checkInDays, escalationOn } from '#domain/cadence.ts'
import { judgeGate } from '#domain/gate.ts'
import { tailor, type Making, type Plan } from '#domain/plan.ts'
import { offsetOf, ownerName, type FactValue, type Playbook } from '#domain/playbook.ts'
import { questionnaire, type Profile } from '#domain/profile.ts'
import { answered, from } from './samples.ts'

const folder = join(import.meta.dirname, '../../playbooks')
const playbooks = (await openPlaybooks([folder], celConditions)).latest()
const named = (key: string): Playbook => {
  const found = playbooks.find(one => one.key === key)
  assert.ok(found !== undefined, key)
  return found
}

const making = (playbook: Playbook): Making => ({ decide: celConditions.over(playbook.facts), dayOf: from('2027-06-01'), zone: 'Asia/Tokyo' })
const planOf = (playbook: Playbook, profile: Profile): Plan => tailor(playbook, profile, making(playbook))
const templates = (plan: Plan): string[] => [...new Set(plan.tasks.map(task => task.template))]

/** Everything there is, or nothing of it. */
const all = (playbook: Playbook, some: Record<string, FactValue> = {}, isOn = true): Profile =>
  playbook.facts.map(fact => answered(fact.name, some[fact.name] ?? ({ bool: isOn, number: isOn ? 120 : 0, text: '1.2', list: isOn ? ['Ledger', 'Mail'] : [], choice: fact.choices[isOn ? 0 : fact.choices.length - 1]?.value ?? '' } as const)[fact.type]))

/** No task can answer these: they say how something is, everywhere. */
const notTasks: Readonly<Record<string, string>> = { A9: 'the people to turn to stand on every page and in every letter; a playbook names their posts' }

const requirements = [...Array.from({ length: 9 }, (_, n) => `A${n + 1}`), ...Array.from({ length: 15 }, (_, n) => `B${n + 1}`), ...Array.from({ length: 10 }, (_, n) => `C${n + 1}`), ...Array.from({ length: 5 }, (_, n) => `D${n + 1}`)]

describe('the playbooks that are shipped', () => {
  it('are the six of the four cases', () => {
    assert.deepEqual(playbooks.map(one => `${one.case} ${one.key}@${one.version}`).toSorted(), ['A cloud-to-cloud@1', 'B cloud-to-self-hosted@1', 'B shared-to-dedicated@1', 'C ninety-days-in-waves@1', 'D application-server@1', 'D licence-server@1'])
  })

  it('answer each requirement by a task of a playbook of its case, but for those no task can answer', () => {
    const carried = new Map(requirements.map(one => [one, playbooks.filter(playbook => playbook.case === one[0] && playbook.tasks.some(task => task.requirement.includes(one))).map(playbook => playbook.key)]))
    assert.deepEqual(requirements.filter(one => (carried.get(one) ?? []).length === 0), Object.keys(notTasks))
    for (const playbook of playbooks) assert.ok(playbook.people.length >= 3, `A9: ${playbook.key} names people to turn to`)
  })

  it('name no requirement that does not exist', () => {
    const found = playbooks.flatMap(playbook => [...playbook.tasks, ...playbook.gates, ...playbook.messages, ...playbook.facts, ...playbook.calls, ...playbook.checklists, ...playbook.signOffs, ...playbook.offers].flatMap(one => one.requirement))
    assert.deepEqual([...new Set(found)].filter(one => !requirements.includes(one)), [])
  })

  it('ask everybody whose task it is whether the address is right, where a task waits until all have answered', () => {
    const waiting = playbooks.filter(playbook => playbook.tasks.some(task => task.check === 'contacts-verified'))
    const unasked = waiting.flatMap(playbook => {
      const asked = new Set(playbook.messages.filter(message => message.on === 'address-check').flatMap(message => message.to.map(ownerName)))
      return [...new Set(playbook.tasks.filter(task => task.owner.party === 'customer').map(task => ownerName(task.owner)))].filter(name => !asked.has(name)).map(name => `${playbook.key}: ${name}`)
    })
    assert.deepEqual([waiting.length, unasked], [4, []])
  })

  it('say in Japanese what they say in English, and neither in the other', () => {
    const wrong: string[] = []
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      if ('en' in value && 'ja' in value && typeof value.en === 'string' && typeof value.ja === 'string') {
        if (/[\u3040-\u30ff\u4e00-\u9fff]/.test(value.en)) wrong.push(`${path} en: ${value.en}`)
        if (!/[\u3040-\u30ff\u4e00-\u9fff]/.test(value.ja) && value.ja !== 'VPN') wrong.push(`${path} ja: ${value.ja}`)
        return
      }
      for (const [name, inner] of Object.entries(value)) visit(inner, `${path}.${name}`)
    }
    for (const playbook of playbooks) visit(playbook, playbook.key)
    assert.deepEqual(wrong, [])
  })

  it('say nothing twice in one plan: each task has a title and instructions of its own', () => {
    for (const { key, tasks } of playbooks) {
      for (const part of ['title', 'instructions'] as const) for (const locale of ['en', 'ja'] as const) assert.equal(new Set(tasks.map(task => task[part][locale])).size, tasks.length, `${key} ${part} ${locale}`)
    }
  })

  it('leave nothing undecided when every question is answered and everything measured', () => {
    for (const playbook of playbooks) {
      for (const isOn of [true, false]) assert.deepEqual(planOf(playbook, all(playbook, {}, isOn)).undecided, [], playbook.key)
      assert.ok(planOf(playbook, []).undecided.length > 0 && planOf(playbook, []).tasks.length > 0)
    }
  })

  it('ask every contact for something only if there is a task, letter or question for them', () => {
    for (const playbook of playbooks) {
      const asked = new Set(playbook.facts.flatMap(fact => (fact.asked === null ? [] : [ownerName(fact.asked)])))
      const told = new Set(playbook.messages.flatMap(message => message.to.map(ownerName)))
      for (const owner of asked) if (owner.startsWith('customer/')) assert.ok(told.has(owner), `${playbook.key} asks ${owner}, to whom no letter goes`)
      for (const task of playbook.tasks) if (task.owner.party === 'customer') assert.ok(told.has(ownerName(task.owner)), `${playbook.key}: ${task.key} is for ${ownerName(task.owner)}, to whom no letter goes`)
    }
  })

  it('tell somebody of each level of escalation, up to the lead', () => {
    for (const playbook of playbooks) {
      assert.equal(escalationOn(playbook, '2027-01-01', '2027-02-01')?.level, 3)
      assert.ok(playbook.escalation.at(-1)?.to.some(owner => ownerName(owner) === 'vendor/migration-lead'))
      assert.ok(checkInDays(playbook, from('2027-06-01')).length >= 2)
    }
  })

  it('hold no gate whose conditions are all met of themselves', () => {
    for (const playbook of playbooks) {
      const plan = planOf(playbook, all(playbook, {}, false))
      for (const gate of playbook.gates) assert.ok(judgeGate(playbook, plan, gate, { checks: new Map(), signedOff: new Set() }).some(one => !one.held), `${playbook.key} ${gate.key}`)
    }
  })
})

describe('cloud to cloud', () => {
  const playbook = named('cloud-to-cloud')

  it('A5: has IT tasks only where there is single sign-on, a VPN or a VPC', () => {
    const network = ['exchange-sso', 'configure-sso', 'test-sso', 'exchange-vpn', 'build-vpn', 'test-vpn', 'exchange-vpc', 'test-vpc']
    const planned = (some: Record<string, FactValue>): string[] => templates(planOf(playbook, all(playbook, some, false))).filter(key => network.includes(key))
    assert.deepEqual(planned({}), [])
    assert.deepEqual(planned({ sso: true }), ['exchange-sso', 'configure-sso', 'test-sso'])
    assert.deepEqual(planned({ vpn: true }), ['exchange-vpn', 'build-vpn', 'test-vpn'])
    assert.deepEqual(planned({ vpc: true }), ['exchange-vpc', 'test-vpc'])
  })

  it('A2: has one task for each program seen on the old database', () => {
    const plan = planOf(playbook, [...all(playbook).filter(entry => entry.name !== 'databaseUsers'), answered('databaseUsers', ['etl@10.0.0.5 (loader)', 'bi@10.0.0.6 (reports)'], { source: 'measured' })])
    assert.deepEqual(plan.tasks.filter(task => task.template === 'claim-connection').map(task => task.item), ['etl@10.0.0.5 (loader)', 'bi@10.0.0.6 (reports)'])
  })

  it('A4: asks IT, developer and point of contact each their own', () => {
    const facts = (...duties: ('it' | 'developer' | 'networking' | 'point-of-contact')[]): string[] => questionnaire(playbook, [], { party: 'customer', duties, locale: 'ja' }, ['it', 'developer', 'networking']).map(one => one.fact)
    assert.deepEqual([facts('it'), facts('networking'), facts('developer'), facts('point-of-contact')], [['sso', 'vpn'], ['vpc', 'allowList'], ['outsideDatabaseAccess', 'dataSources', 'integrations', 'hardCodedAddresses'], ['itBy']])
  })

  it('A8: is signed off by the developer, an end user and the point of contact, the first two with a checklist', () => {
    assert.deepEqual(playbook.signOffs.map(one => [ownerName(one.by), one.checklist]), [['customer/developer', 'integration-test'], ['customer/end-user', 'user-test'], ['customer/point-of-contact', null]])
  })
})

describe('out of the cloud, and out of the shared server', () => {
  it('B1: one is paid; the other included at 100 users or more, quoted below', () => {
    assert.deepEqual(named('cloud-to-self-hosted').offers.map(one => one.price), ['paid'])
    const playbook = named('shared-to-dedicated')
    assert.deepEqual(playbook.offers.map(one => [one.price, one.when]), [['included', 'users >= 100']])
    const planned = (users: number): string[] => templates(planOf(playbook, all(playbook, { users }))).filter(key => ['raise-move', 'agree-price'].includes(key))
    assert.deepEqual([planned(99), planned(100)], [['agree-price'], ['raise-move']])
  })

  it('B4: files are a gate where there are any', () => {
    const playbook = named('cloud-to-self-hosted')
    const held = (fileGigabytes: number): boolean | undefined => {
      const gate = playbook.gates.find(one => one.key === 'export-decision')
      assert.ok(gate !== undefined)
      return judgeGate(playbook, planOf(playbook, all(playbook, { fileGigabytes })), gate, { checks: new Map(), signedOff: new Set() }).find(one => one.title.en === 'Download your files')?.held
    }
    assert.deepEqual([held(0), held(4)], [true, false])
  })

  it('B6: users beyond the licence are a task, and only then', () => {
    for (const playbook of [named('cloud-to-self-hosted'), named('shared-to-dedicated')]) {
      const has = (users: number, licensedUsers: number): boolean => templates(planOf(playbook, all(playbook, { users, licensedUsers }))).includes('remove-users')
      assert.deepEqual([has(100, 100), has(101, 100)], [false, true])
    }
  })

  it('B7: no work begins before the paperwork, and no hole is let pass by anybody', () => {
    const gate = named('cloud-to-self-hosted').gates.find(one => one.key === 'begin-work')
    assert.deepEqual(gate?.override, [])
    assert.ok(gate?.conditions.every(one => one.firm))
  })

  it('B13: letters with credentials go to the contact on file, the partner is told without', () => {
    for (const playbook of [named('cloud-to-self-hosted'), named('shared-to-dedicated')]) {
      for (const message of playbook.messages.filter(one => one.on === 'credentials-ready' || one.on === 'finished')) assert.deepEqual(message.to.map(ownerName), ['customer/point-of-contact'])
      assert.deepEqual(playbook.messages.find(one => one.on === 'finished-partner')?.to.map(ownerName), ['partner/point-of-contact'])
    }
  })
})

describe('ninety days in waves', () => {
  const playbook = named('ninety-days-in-waves')

  it('C1: has the six milestones, with tasks of the customer and of the vendor before each', () => {
    const milestones = playbook.milestones.slice(0, 6)
    assert.deepEqual(milestones.map(one => one.at), ['T-90', 'T-60', 'T-30', 'T-20', 'T-10', 'T-0'])
    const plan = planOf(playbook, all(playbook))
    const bounds = [...milestones.map(one => offsetOf(playbook, one.at) ?? 0), 30]
    for (const [n, milestone] of milestones.entries()) {
      const within = playbook.tasks.filter(task => { const at = offsetOf(playbook, task.at) ?? 0; return at >= (bounds[n] ?? 0) && at < (bounds[n + 1] ?? 0) })
      for (const party of ['customer', 'vendor']) assert.ok(within.some(task => task.owner.party === party), `${milestone.key}: nothing for the ${party}`)
    }
    assert.ok(plan.tasks.filter(task => task.owner.party === 'customer').length >= 40)
  })

  it('C2: has a kick-off call with benefits, process, milestones, dates, what changes and risks on its agenda', () => {
    const agenda = callDays(playbook, from('2027-06-01')).find(one => one.call.key === 'kick-off')?.call.agenda.map(one => one.en).join('\n') ?? ''
    for (const word of ['gives you', 'process', 'milestones', 'dates', 'DNS', 'firewall', 'VPN', 'deployments', 'Risks']) assert.ok(agenda.includes(word), word)
  })

  it('C5: has something for each duty', () => {
    for (const duty of ['testing', 'networking', 'security', 'change-management', 'it', 'approver']) assert.ok(playbook.tasks.some(task => ownerName(task.owner) === `customer/${duty}`), duty)
  })

  it('C9: gives two weeks, one week and one week, each opened by the sign-off of the one before, by nobody else', () => {
    assert.deepEqual(playbook.environments.map(one => [one.key, one.testingDays, one.after]), [['non-prod', 14, null], ['pre-prod', 7, 'non-prod'], ['prod', 7, 'pre-prod']])
    assert.deepEqual(planOf(playbook, all(playbook)).environments.map(one => [one.from, one.to]), [['2027-06-01', '2027-06-14'], ['2027-06-15', '2027-06-21'], ['2027-06-22', '2027-06-28']])
    for (const environment of playbook.environments) {
      const gate = playbook.gates.find(one => one.opens === environment.key)
      const cutover = playbook.tasks.find(task => task.action === 'cut-over' && task.environment === environment.key)
      assert.equal(cutover?.gate, gate?.key)
      if (environment.after !== null) assert.ok(gate?.conditions.some(one => one.signedOff === environment.after && one.firm))
      assert.ok(playbook.signOffs.some(one => one.environment === environment.key))
    }
  })
})

describe('the licence server', () => {
  const playbook = named('licence-server')

  it('D1, D4: records before it touches, deactivates everything before it activates, and no gate lets it begin without', () => {
    const order = planOf(playbook, all(playbook)).tasks
    const waits = (key: string): string[] => { const task = order.find(one => one.key === key); return task === undefined ? [] : [...task.depends, ...task.depends.flatMap(waits)] }
    assert.ok(waits('deactivate').includes('record-licences'))
    assert.ok(waits('activate').includes('deactivate'))
    assert.ok(waits('maintenance-off').includes('rename-profiles'))
    assert.ok(playbook.gates[0]?.conditions.some(one => one.check === 'licences-recorded' && one.firm))
  })

  it('D2: has an action for each step that the system carries out', () => {
    assert.deepEqual(playbook.tasks.flatMap(task => task.action ?? []), ['record-licences', 'install-licence-server', 'maintenance-on', 'deactivate-licences', 'activate-licences', 'rename-profiles', 'maintenance-off', 'retire-origin'])
  })
})

describe('the application server', () => {
  const playbook = named('application-server')

  it('D5: refuses another version, and upgrades afterwards and only if that is wanted', () => {
    assert.ok(playbook.gates[0]?.conditions.some(one => one.check === 'versions-equal' && one.firm))
    const upgrade = (upgradeTo: string): boolean => templates(planOf(playbook, all(playbook, { upgradeTo }))).includes('upgrade')
    assert.deepEqual([upgrade('none'), upgrade('latest')], [false, true])
    assert.deepEqual(playbook.tasks.flatMap(task => task.action ?? []), ['measure', 'install-application', 'compare-versions', 'rehearse', 'stop-services', 'back-up', 'restore', 'start-services', 'test-services', 'upgrade', 'retire-origin'])
  })
})

describe('the page about the format', () => {
  it('names every key of a playbook', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/playbooks.md'), 'utf8')
    const keys = new Set<string>()
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [name, inner] of Object.entries(value)) {
        if (!Array.isArray(value)) keys.add(name)
        visit(inner)
      }
    }
    for (const playbook of playbooks) visit(playbook)
    assert.deepEqual([...keys].filter(key => !page.includes(`\`${key}\``)).filter(key => !['party', 'duty', 'en', 'ja'].includes(key)), [])
  })
})
