import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Playbook } from '#domain/playbook.ts'
import { problemsOf } from '#domain/playbook-check.ts'
import type { Conditions } from '#ports/conditions.ts'
import { playbookSchema } from '#wire/playbook.ts'
import { placesIn, type FileProblem, type Places } from './places.ts'
import { wellFormed, type WellFormed } from './well-formed.ts'

export type ReadPlaybook = { readonly playbook: Playbook } | { readonly problems: readonly FileProblem[] }

/** A playbook from the text of its file, or everything that is wrong with it, in the order of the lines. */
export const readPlaybook = (file: string, text: string, conditions: Conditions): ReadPlaybook => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', strict: true, uniqueKeys: true, prettyErrors: false })
  // Behind the first thing that is out of place the parser is lost, and finds everything out of place.
  const lost = document.errors.find(error => error.code === 'UNEXPECTED_TOKEN')
  const unreadable = [...document.errors, ...document.warnings].filter(error => lost === undefined || error === lost || error.pos[0] < lost.pos[0]).map(error => ({ file, line: lines.linePos(error.pos[0]).line, column: lines.linePos(error.pos[0]).col, says: error.message }))
  if (unreadable.length > 0) return { problems: unreadable }
  const places = placesIn(document, lines)
  const raw: unknown = document.toJS({ maxAliasCount: 100 })
  const parsed = playbookSchema.safeParse(raw)
  const [shape, whole] = parsed.success ? [[], { playbook: parsed.data, there: {}, original: path => path } satisfies WellFormed] : [parsed.error.issues, wellFormed(raw, parsed.error.issues)]
  const problems = [...shape.flatMap(issue => ofShape(file, places, issue)), ...(whole === undefined ? [] : ofMeaning(file, places, whole, conditions))]
  return parsed.success && problems.length === 0 ? { playbook: parsed.data } : { problems: inOrder(problems) }
}

/** What is wrong in two ways is told twice, but nothing in the same words. */
const inOrder = (problems: readonly FileProblem[]): FileProblem[] => {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  return sorted.filter((one, n) => sorted.findIndex(other => other.line === one.line && other.column === one.column && other.says === one.says) === n)
}

const ofShape = (file: string, places: Places, issue: z.core.$ZodIssue): FileProblem[] => {
  const path = issue.path.filter(step => typeof step !== 'symbol')
  const name = path.length === 0 ? '' : `${places.name(path)}: `
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({ file, ...places.ofKey(path, key), says: `${name}“${key}” is not known here` }))
  return [{ file, ...places.of(path), says: `${name}${sayIssue(issue)}` }]
}

const sayIssue = (issue: z.core.$ZodIssue): string => {
  // zod says it in words only: what it received as undefined is not there.
  if ((issue.code === 'invalid_type' || issue.code === 'invalid_value') && /received undefined$/.test(issue.message)) return 'is missing'
  if (issue.code === 'invalid_value') return `is one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'invalid_type') return `is of the wrong type, ${issue.expected} is expected`
  return issue.message
}

const ofMeaning = (file: string, places: Places, { playbook, there, original }: WellFormed, conditions: Conditions): FileProblem[] => {
  const tell = (path: readonly (string | number)[], says: string, offset?: number): FileProblem => ({ file, ...places.of(original(path), offset), says: `${places.name(original(path))}: ${says}` })
  // A condition on a fact that is malformed can be judged when that is mended.
  const malformed = (there.facts ?? []).filter(name => !playbook.facts.some(fact => fact.name === name))
  const waits = (when: string): boolean => (when.match(/\w+/g) ?? []).some(word => malformed.includes(word))
  return [
    ...problemsOf(playbook, there).map(({ path, says }) => tell(path, says)),
    ...conditionsOf(playbook).flatMap(({ path, when }) => {
      const problem = waits(when) ? undefined : conditions.problem(when, playbook.facts)
      return problem === undefined ? [] : [tell(path, problem.says, problem.offset)]
    }),
  ]
}

const conditionsOf = (playbook: Playbook): { path: (string | number)[]; when: string }[] =>
  (['offers', 'changes', 'tasks', 'messages'] as const).flatMap(section => playbook[section].flatMap((one, n) => (one.when === null ? [] : [{ path: [section, n, 'when'], when: one.when }])))
