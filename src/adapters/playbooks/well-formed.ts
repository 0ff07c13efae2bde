import type { z } from 'zod'
import type { Playbook } from '#domain/playbook.ts'
import type { AlsoThere } from '#domain/playbook-check.ts'
import { playbookSchema } from '#wire/playbook.ts'

/** What can be judged of a playbook that has malformed parts: those are set aside, their names still count. `original`: a path in it as a path in the file. */
export type WellFormed = { readonly playbook: Playbook; readonly there: AlsoThere; readonly original: (path: readonly (string | number)[]) => readonly (string | number)[] }

const sections = ['people', 'offers', 'facts', 'changes', 'milestones', 'environments', 'calls', 'tasks', 'gates', 'messages', 'checklists', 'signOffs', 'checkIns', 'escalation', 'faq'] as const

/** Undefined: a whole section is malformed, so that everything that mentions it would be reported too. */
export const wellFormed = (raw: unknown, issues: readonly z.core.$ZodIssue[]): WellFormed | undefined => {
  const source = mapOf(withoutStrangeKeys(raw, issues))
  const bad = new Set(issues.filter(issue => issue.code !== 'unrecognized_keys').map(issue => `${String(issue.path[0])}/${String(issue.path[1])}`))
  const kept = new Map<string, readonly number[]>()
  const rest: Record<string, unknown> = { key: 'stub', version: 1, case: 'A', title: { en: '-', ja: '-' }, summary: { en: '-', ja: '-' } }
  for (const section of sections) {
    const list: unknown = source.get(section) ?? []
    if (!Array.isArray(list)) return undefined
    const numbers = list.map((_: unknown, n) => n).filter(n => !bad.has(`${section}/${n}`))
    kept.set(section, numbers)
    rest[section] = numbers.map((n): unknown => list[n])
  }
  const parsed = playbookSchema.safeParse(rest)
  if (!parsed.success) return undefined
  const original = (path: readonly (string | number)[]) => path.map((step, depth) => (depth === 1 && typeof step === 'number' ? (kept.get(String(path[0]))?.[step] ?? step) : step))
  return { playbook: parsed.data, there: Object.fromEntries(sections.map(section => [section, namesOf(source.get(section))])), original }
}

const mapOf = (value: unknown): ReadonlyMap<string, unknown> => new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : [])

const withoutStrangeKeys = (raw: unknown, issues: readonly z.core.$ZodIssue[]): unknown => {
  const copy: unknown = structuredClone(raw)
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const holder: unknown = issue.path.reduce((node: unknown, step) => mapOf(node).get(String(step)), copy)
    if (typeof holder === 'object' && holder !== null) for (const key of issue.keys) Reflect.deleteProperty(holder, key)
  }
  return copy
}

const namesOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.flatMap((element: unknown) => [mapOf(element).get('key'), mapOf(element).get('name')].filter(name => typeof name === 'string')) : []
