import type { Who } from '#domain/journal.ts'
import { addDays } from '#domain/days.ts'
import type { DayOf } from '#domain/plan.ts'
import type { Playbook, PlaybookTask, ProfileFact } from '#domain/playbook.ts'
import type { FactEntry } from '#domain/profile.ts'

/** The smallest parts of a playbook, each with what a test is about. */
const text = (en: string) => ({ en, ja: `${en}（日本語）` })

export const factOf = (name: string, type: ProfileFact['type'], more: Partial<ProfileFact> = {}): ProfileFact => ({
  name, title: text(`Title of ${name}`), type, choices: [], question: text(`What of ${name}?`), asked: { party: 'customer', duty: 'it' }, measured: null, default: null, requirement: [], ...more,
})

export const taskOf = (key: string, more: Partial<PlaybookTask> = {}): PlaybookTask => ({
  key, title: text(`Do ${key}`), instructions: text(`How to ${key}`), owner: { party: 'customer', duty: 'it' }, at: 'T-0', when: null, because: null, each: null, depends: [], gate: null, check: null, action: null, form: [], evidence: null, environment: null, checklist: null, requirement: [], ...more,
})

export const playbookOf = (more: Partial<Playbook> = {}): Playbook => ({
  key: 'sample', version: 1, case: 'A', title: text('Sample'), summary: text('Sample'), deprecated: null, people: [{ post: 'support', title: text('Support') }], offers: [], facts: [], changes: [],
  milestones: [{ key: 'cutover', title: text('Cutover'), at: 'T-0' }], environments: [{ key: 'prod', title: text('Production'), at: 'cutover', testingDays: 5, after: null }],
  calls: [], tasks: [], gates: [], messages: [], checklists: [], signOffs: [], checkIns: [], escalation: [], faq: [], ...more,
})

export const because = text('Because of it')

/** 2026-11-22 in the morning of Tokyo. */
export const at = Date.UTC(2026, 10, 22, 1)
export const answered = (name: string, value: FactEntry['value'], more: Partial<FactEntry> = {}): FactEntry => ({ name, value, source: 'answered', by: 'Contact', at, ...more })

export const from = (t0: string): DayOf => offset => addDays(t0, offset)

export const person = (name: string): Who => ({ kind: 'contact', id: `id of ${name}`, name })
export const system: Who = { kind: 'system', id: 'system', name: 'Rehome' }
