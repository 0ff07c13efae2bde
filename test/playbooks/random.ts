import fc from 'fast-check'
import type { DayOf } from '#domain/plan.ts'
import type { Playbook, ProfileFact } from '#domain/playbook.ts'
import type { Profile } from '#domain/profile.ts'
import { addDays } from '#domain/days.ts'
import { answered, because, factOf, playbookOf, taskOf } from './samples.ts'

/** Facts that every random playbook has; which of them are known is another matter. */
const facts: readonly ProfileFact[] = [factOf('sso', 'bool'), factOf('vpn', 'bool', { default: false }), factOf('users', 'number', { measured: 'user-count' }), factOf('links', 'list'), factOf('sources', 'list')]
const conditions = [null, 'sso', '!sso', 'vpn', 'sso || vpn', 'sso && users > 10', 'users >= 100', 'size(links) > 0 && !vpn', '"a" in links']

/** A playbook without problems: tasks wait for tasks of the same day or earlier, and never in a ring. */
export const somePlaybook = (version = 1): fc.Arbitrary<Playbook> =>
  fc.array(fc.record({ when: fc.constantFrom(...conditions), each: fc.constantFrom(null, null, null, 'links', 'sources'), days: fc.integer({ min: 0, max: 20 }), depends: fc.array(fc.nat(), { maxLength: 3 }), gated: fc.boolean() }), { minLength: 1, maxLength: 12 })
    .map(drawn => {
      const sorted = drawn.toSorted((a, b) => a.days - b.days)
      const tasks = sorted.map((one, n) => taskOf(`task-${drawn.indexOf(one)}`, {
        at: `T${one.days < 10 ? '-' : '+'}${Math.abs(one.days - 10)}`, when: one.when, because: one.when === null ? null : because, each: one.each,
        depends: n === 0 ? [] : [...new Set(one.depends.map(d => `task-${drawn.indexOf(sorted[d % n] ?? one)}`))], gate: one.gated && one.days > 10 ? 'go' : null,
      }))
      return playbookOf({ version, facts, tasks, gates: [{ key: 'go', title: because, at: 'T-0', decides: { party: 'vendor', post: 'migration-lead' }, override: [], opens: null, conditions: [{ check: 'rehearsed', firm: false }], requirement: [] }] })
    })

const value = { bool: fc.boolean(), number: fc.integer({ min: 0, max: 200 }), list: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')), text: fc.string(), choice: fc.string() } satisfies Record<ProfileFact['type'], unknown>

/** What is known of some of the facts. */
export const someProfile: fc.Arbitrary<Profile> = fc.tuple(...facts.map(fact => fc.option(value[fact.type].map(known => answered(fact.name, known)), { nil: undefined }))).map(entries => entries.filter(entry => entry !== undefined))
/** Everything is known. */
export const wholeProfile: fc.Arbitrary<Profile> = fc.tuple(...facts.map(fact => value[fact.type].map(known => answered(fact.name, known))))

/** A calendar that skips some days, and never turns round. */
export const someDates: fc.Arbitrary<DayOf> = fc.record({ start: fc.integer({ min: 0, max: 700 }), step: fc.integer({ min: 1, max: 3 }) }).map(({ start, step }) => offset => addDays('2026-01-01', start + Math.floor(offset / step) * step))
