import { sha256 } from '#lib/hash.ts'
import type { Instant } from '../time.ts'
import type { Difference } from './compare.ts'
import { redirectId, type BothCan, type MoveOrder, type MovePlan, type MoveStep, type Recorded } from './move.ts'
import type { LicenceSheet } from './sheet.ts'

/** What is needed to activate a licence elsewhere, as `Released` of the port. */
export type Handed = { readonly licence: string; readonly document: string; readonly receipt: string | null }

/** One line of a move's book; kept in the order in which they were written. */
export type BookLine = { readonly at: Instant } & (
  /** Both servers were read, the back-up sheet was kept; nothing was touched yet. */
  | { readonly line: 'begun'; readonly move: string; readonly order: MoveOrder; readonly origin: string; readonly destination: string; readonly can: BothCan; readonly recorded: Recorded }
  /** A process took the book up again. */
  | { readonly line: 'resumed' }
  | ({ readonly line: 'planned'; readonly leg: 'out' | 'back' } & MovePlan)
  | { readonly line: 'asked'; readonly step: string; readonly key: string }
  | { readonly line: 'answered'; readonly step: string; readonly handed?: Handed }
  /** The answer did not come; what the server said when it was read back. */
  | { readonly line: 'read'; readonly step: string; readonly tells: 'done' | 'again'; readonly known: readonly string[] }
  /** Nothing was asked of it, and nothing changed. */
  | { readonly line: 'unreachable'; readonly step: string; readonly reason: string }
  | { readonly line: 'refused'; readonly step: string; readonly reason: string }
  | { readonly line: 'compared'; readonly step: string; readonly sheet: LicenceSheet; readonly differences: readonly Difference[] }
  | { readonly line: 'doubt'; readonly step: string; readonly known: readonly string[] }
  /** What a named person found. */
  | { readonly line: 'found'; readonly step: string; readonly found: 'done' | 'not-done'; readonly by: string; readonly note: string }
  | { readonly line: 'undo'; readonly by: string }
  | { readonly line: 'ended'; readonly how: MoveEnding }
)
export type MoveEnding = 'carried-out' | 'undone'

/** How one step stands, from the lines that name it. `open`: it was asked and not answered; `again`: so it was, and it is to be asked once more with the same key. */
export type StepState = 'to-do' | 'open' | 'again' | 'doubt' | 'differs' | 'done'

export type NextDo =
  | { readonly do: 'begin' }
  | { readonly do: 'plan'; readonly leg: 'out' | 'back' }
  | { readonly do: 'ask'; readonly step: MoveStep; readonly key: string }
  | { readonly do: 'read-back'; readonly step: MoveStep }
  | { readonly do: 'person'; readonly step: MoveStep; readonly known: readonly string[] }
  | { readonly do: 'differs'; readonly step: MoveStep; readonly differences: readonly Difference[] }
  | { readonly do: 'end'; readonly how: MoveEnding }
  | { readonly do: 'nothing'; readonly how: MoveEnding }

/** So often one step is asked by one process when no answer comes. */
const mostAsks = 4

/** What is to be done next, from what the book holds; of any book there is an answer. */
export const nextOf = (lines: readonly BookLine[]): NextDo => {
  const ended = of(lines, 'ended').at(-1)
  if (ended !== undefined) return { do: 'nothing', how: ended.how }
  if (of(lines, 'begun').length === 0) return { do: 'begin' }
  const isUndone = of(lines, 'undo').length > 0
  const [out, back] = (['out', 'back'] as const).map(leg => of(lines, 'planned').find(plan => plan.leg === leg))
  if (back !== undefined) return nextIn(back.steps, lines, 'undone')
  if (!isUndone) return out === undefined ? { do: 'plan', leg: 'out' } : nextIn(out.steps, lines, 'carried-out')
  if (out === undefined) return { do: 'end', how: 'undone' }
  // What was asked and not answered comes first to its end: it could still arrive after it was undone.
  const open = out.steps.find(step => step.does !== 'compare' && ['open', 'again', 'doubt'].includes(stateOf(step.id, lines)))
  if (open !== undefined) return nextFor(open, lines)
  return isPast(lines) ? nextIn(out.steps, lines, 'carried-out') : { do: 'plan', leg: 'back' }
}

/** The origin sends people away already: undoing it would be a move of its own. */
export const isPast = (lines: readonly BookLine[]): boolean => of(lines, 'ended').length > 0 || stateOf(redirectId, lines) === 'done'

/** The steps of the leg that is under way, and how each stands. */
export const standing = (lines: readonly BookLine[]): readonly { readonly step: MoveStep; readonly state: StepState }[] =>
  (of(lines, 'planned').at(-1)?.steps ?? []).map(step => ({ step, state: stateOf(step.id, lines) }))

export const stateOf = (id: string, lines: readonly BookLine[]): StepState => {
  let state: StepState = 'to-do'
  // Something asked earlier might still arrive: as long as it is not settled, nothing that was merely not asked makes it so.
  let isUnsettled = false
  for (const line of lines) {
    if (line.line === 'resumed') state = state === 'doubt' ? 'open' : state === 'differs' ? 'to-do' : state
    if (!('step' in line) || line.step !== id) continue
    state = line.line === 'unreachable' ? (isUnsettled ? 'again' : 'to-do') : after(line)
    if (line.line !== 'asked' && line.line !== 'unreachable') isUnsettled = state === 'again' || state === 'doubt'
  }
  return state
}

const after = (line: Exclude<Extract<BookLine, { readonly step: string }>, { readonly line: 'unreachable' }>): StepState => {
  switch (line.line) {
    case 'asked': return 'open'
    case 'answered': return 'done'
    case 'read': return line.tells
    case 'refused': return 'to-do'
    case 'compared': return line.differences.some(one => one.stops) ? 'differs' : 'done'
    case 'doubt': return 'doubt'
    case 'found': return line.found === 'done' && !needsAnswer(line.step) ? 'done' : 'to-do'
  }
}

/** A licence that was given up leaves a receipt; to have it, the server is asked once more, which changes nothing. */
const needsAnswer = (id: string): boolean => /^(?:out|back)\/deactivate\//.test(id)

/** What was handed over last when this licence was given up, on whichever side. */
export const handedOf = (licence: string, lines: readonly BookLine[]): Handed | undefined => of(lines, 'answered').findLast(line => line.handed?.licence === licence)?.handed

/** From when to when new seats were refused on both sides, in ms; null: not at all, or not over yet. */
export const refusedMs = (lines: readonly BookLine[]): number | null => {
  const changes = of(lines, 'planned').flatMap(plan => plan.steps)
  const answeredAt = (step: MoveStep): Instant | undefined => lines.findLast(line => 'step' in line && line.step === step.id && stateOf(step.id, [line]) === 'done')?.at
  const from = of(lines, 'asked').find(line => changes.some(step => step.id === line.step && (step.does === 'maintain' || step.does === 'deactivate')))?.at
  const how = of(lines, 'planned').at(-1)?.leg === 'back' ? 'origin' : 'destination'
  const opened = changes.findLast(step => step.does === 'maintain' && step.at === how && step.maintenance === null) ?? changes.findLast(step => step.does === 'activate' && step.at === how)
  const to = opened === undefined ? undefined : answeredAt(opened)
  return from === undefined || to === undefined ? null : to - from
}

const nextIn = (steps: readonly MoveStep[], lines: readonly BookLine[], how: MoveEnding): NextDo => {
  const step = steps.find(one => stateOf(one.id, lines) !== 'done')
  return step === undefined ? { do: 'end', how } : nextFor(step, lines)
}

const nextFor = (step: MoveStep, lines: readonly BookLine[]): NextDo => {
  const own = lines.filter((line): line is Extract<BookLine, { readonly step: string }> => 'step' in line && line.step === step.id)
  const state = stateOf(step.id, lines)
  if (state === 'differs') return { do: 'differs', step, differences: of(own, 'compared').at(-1)?.differences ?? [] }
  if (state === 'doubt') return { do: 'person', step, known: of(own, 'doubt').at(-1)?.known ?? [] }
  if (state === 'open') return step.does === 'compare' ? ask(step, own, lines) : { do: 'read-back', step }
  const asks = of(lines.slice(lines.findLastIndex(line => line.line === 'resumed') + 1), 'asked').filter(line => line.step === step.id)
  if (state === 'again' && asks.length >= mostAsks) return { do: 'person', step, known: of(own, 'read').at(-1)?.known ?? [] }
  return ask(step, own, lines)
}

/** The same key for as long as nobody refused it: what is asked twice is carried out once. */
const ask = (step: MoveStep, own: readonly BookLine[], lines: readonly BookLine[]): NextDo => {
  const attempt = of(own, 'refused').length
  return { do: 'ask', step, key: `${of(lines, 'begun')[0]?.move ?? ''}/${sha256(step.id).slice(0, 24)}/${attempt}` }
}

export const of = <Name extends BookLine['line']>(lines: readonly BookLine[], name: Name): Extract<BookLine, { readonly line: Name }>[] => lines.filter((line): line is Extract<BookLine, { readonly line: Name }> => line.line === name)
