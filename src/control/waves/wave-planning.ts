import type { NoAccess } from '#domain/access.ts'
import { explain } from '#domain/schedule-explain.ts'
import { conflictText, contradictedText, whyNotText, whyText } from '#domain/schedule-text.ts'
import type { Text } from '#domain/locale.ts'
import type { MoveId, Programme, ProgrammeId, WaveId } from '#domain/programmes.ts'
import type { Json, PlanRun, WaveRule } from '#domain/records.ts'
import type { Assignment, Conflict, Contradicted, WaveAnswer, WaveProblem } from '#domain/schedule.ts'
import type { Day } from '#domain/time.ts'
import { moveOf, placeOf, type PlanWish, type WaveRuleSaid } from '#domain/wave-planning.ts'
import { whyFailed } from '#domain/why-failed.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { type NoProblem, problemFor } from './wave-problem.ts'

/** What a run was given and found, as the ledger keeps it: assignments as pairs. Proof of every reading: nothing else writes these rows. */
type KeptAnswer = { readonly outcome: 'best' | 'good'; readonly assignment: readonly (readonly [string, Day])[]; readonly cost: number; readonly bound: number; readonly gap: number; readonly contradicted: readonly Contradicted[] } | { readonly outcome: 'infeasible'; readonly conflicts: readonly Conflict[] } | { readonly outcome: 'none' }
type KeptProblem = { readonly problem: WaveProblem; readonly apart: readonly MoveId[] }
export const keepAnswer = (answer: WaveAnswer): Json => ('assignment' in answer ? { ...answer, assignment: [...answer.assignment] } : answer) as unknown as Json
const answerOf = (run: PlanRun): KeptAnswer | null => run.answer as unknown as KeptAnswer | null
const problemOf = (run: PlanRun): KeptProblem | null => run.problem as unknown as KeptProblem | null
export const wishOf = (run: PlanRun): PlanWish => run.wanted as unknown as PlanWish
const assignmentOf = (answer: KeptAnswer): Assignment => new Map('assignment' in answer ? answer.assignment.map(([place, day]) => [place as ReturnType<typeof placeOf>, day]) : [])

export type PlanningRefused = NoAccess | NoProblem | { readonly refused: 'planning-already'; readonly run: PlanRun['id'] }

/** Asks the planner for who is moved when. A worker does it; the run is there at once and can be asked for later. */
export const proposeWaves = async (desk: Desk, { programme: id, ...wish }: PlanWish & { readonly programme: ProgrammeId }): Promise<{ run: PlanRun['id']; moves: number } | PlanningRefused> => {
  const programme = await heldProgramme(desk, id)
  if ('refused' in programme) return programme
  const { tx, world, now, who } = desk
  const open = await tx.find('plan_run', { programme: id, endedAt: null })
  if (open !== undefined) return { refused: 'planning-already', run: open.id }
  // What cannot be asked is said now and not by a worker later.
  const given = await problemFor(tx, world, now, programme, wish)
  if ('refused' in given) return given
  const run = world.newId<'plan-run'>()
  // Proof: a wish is numbers, texts and lists of them.
  await tx.add('plan_run', { id: run, vendor: programme.vendor, programme: id, state: 'waiting', wanted: wish as unknown as Json, problem: null, answer: null, by: who.name, why: null, createdAt: now, startedAt: null, endedAt: null, acceptedAt: null })
  journal(desk, 'wave.plan', 'programme', id, { run, from: wish.from, to: wish.to, moves: given.moves.length })
  await tx.enqueue({ name: 'plan-waves', key: run, at: now, facts: { run }, group: id })
  return { run, moves: given.moves.length }
}

const heldProgramme = async (desk: Desk, id: ProgrammeId): Promise<Programme | NoAccess> => {
  const programme = await desk.tx.lock('programme', id)
  if (programme === undefined) return { refused: 'not-found' }
  return (await barred(desk, 'wave.plan', { vendor: programme.vendor })) ?? programme
}

export const cancelRun = async (desk: Desk, { run: id }: { readonly run: PlanRun['id'] }): Promise<{ state: PlanRun['state'] } | NoAccess> => {
  const run = await desk.tx.lock('plan_run', id)
  if (run === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'wave.plan', { vendor: run.vendor })
  if (why !== undefined) return why
  if (run.endedAt !== null) return { state: run.state }
  await desk.tx.change('plan_run', id, { state: 'cancelled', endedAt: desk.now })
  await desk.tx.cancel(id)
  journal(desk, 'wave.plan', 'programme', run.programme, { run: id, cancelled: true })
  return { state: 'cancelled' }
}

export type RunLine = Pick<PlanRun, 'id' | 'programme' | 'state' | 'by' | 'createdAt' | 'startedAt' | 'endedAt' | 'acceptedAt'> & { readonly why: Text | null; readonly outcome: KeptAnswer['outcome'] | null }
const lineOf = (run: PlanRun): RunLine => {
  const { id, programme, state, by, why, createdAt, startedAt, endedAt, acceptedAt } = run
  return { id, programme, state, by, why: why === null ? null : whyFailed(why), createdAt, startedAt, endedAt, acceptedAt, outcome: answerOf(run)?.outcome ?? null }
}

export const listRuns = async (glance: Glance, { programme, ...paging }: Paging & { readonly programme?: ProgrammeId }): Promise<Page<RunLine> | NoAccess> => {
  const page = await pageOf(glance, 'wave.read', 'plan_run', programme === undefined ? {} : { programme }, paging, { descending: true })
  return 'refused' in page ? page : { ...page, items: page.items.map(lineOf) }
}

/** Where the plan would put a move. `t0`, `wave`: as it stands now. `byHand`: it was put there by somebody, or has a confirmed window. */
export type Step = { readonly move: MoveId; readonly name: string; readonly t0: Day | null; readonly wave: { readonly id: WaveId; readonly name: string } | null; readonly to: Day; readonly changes: boolean; readonly byHand: boolean }
export type RunPage = {
  readonly run: RunLine; readonly gap: number | null; readonly cost: number | null; readonly steps: readonly Step[]; readonly apart: readonly MoveId[]
  /** Why there is no plan: each is for these moves alone. */
  readonly conflicts: readonly { readonly moves: readonly MoveId[]; readonly minimal: boolean; readonly says: readonly Text[] }[]
  /** Put by hand where it cannot stay. */
  readonly contradicted: readonly { readonly move: MoveId; readonly day: Day; readonly says: readonly Text[] }[]
}

export const readRun = async (glance: Glance, { run: id }: { readonly run: PlanRun['id'] }): Promise<RunPage | NoAccess> => {
  const run = await seenRun(glance, id)
  if ('refused' in run) return run
  const [given, answer] = [problemOf(run), answerOf(run)]
  const empty = { run: lineOf(run), gap: null, cost: null, steps: [], apart: given?.apart ?? [], conflicts: [], contradicted: [] }
  if (given === null || answer === null || answer.outcome === 'none') return empty
  const { problem } = given
  if (answer.outcome === 'infeasible') return { ...empty, conflicts: answer.conflicts.map(conflict => ({ moves: conflict.customers.map(moveOf), minimal: conflict.minimal, says: conflictText(problem, conflict) })) }
  return {
    ...empty, gap: answer.gap, cost: answer.cost, steps: await stepsOf(glance.view, problem, assignmentOf(answer)),
    contradicted: answer.contradicted.map(one => ({ move: moveOf(one.customer), day: one.day, says: contradictedText(problem, one) })),
  }
}

const seenRun = async (glance: Glance, id: PlanRun['id']): Promise<PlanRun | NoAccess> => {
  const run = await glance.view.get('plan_run', id)
  if (run === undefined) return { refused: 'not-found' }
  return (await barred(glance, 'wave.read', { vendor: run.vendor })) ?? run
}

const stepsOf = async (view: View, problem: WaveProblem, assignment: Assignment): Promise<Step[]> => {
  const ids = problem.customers.map(one => moveOf(one.id))
  const moves = new Map((await view.list('move', { id: ids }, { limit: ids.length })).map(move => [move.id, move]))
  const waves = new Map((await view.list('wave', { id: [...new Set([...moves.values()].flatMap(move => move.wave ?? []))] }, { limit: ids.length + 1 })).map(wave => [wave.id, wave]))
  return problem.customers.flatMap(({ id, name, placed }): Step[] => {
    const [to, move] = [assignment.get(id), moves.get(moveOf(id))]
    if (to === undefined || move === undefined) return []
    const wave = move.wave === null ? undefined : waves.get(move.wave)
    const byHand = placed === to
    return [{ move: move.id, name, t0: move.t0, wave: wave === undefined ? null : { id: wave.id, name: wave.name }, to, changes: wave?.t0 !== to || (!byHand && move.t0 !== to), byHand }]
  }).toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0))
}

/** Why a move is where the plan puts it, and why not on each of the other dates. */
export type Explained = { readonly move: MoveId; readonly day: Day; readonly why: readonly Text[]; readonly elsewhere: readonly { readonly day: Day; readonly possible: boolean; readonly more: number; readonly says: readonly Text[] }[] }

export const explainRun = async (glance: Glance, { run: id, move }: { readonly run: PlanRun['id']; readonly move: MoveId }): Promise<Explained | NoAccess | { readonly refused: 'no-plan-found'; readonly outcome: string }> => {
  const run = await seenRun(glance, id)
  if ('refused' in run) return run
  const [given, answer] = [problemOf(run), answerOf(run)]
  if (given === null || answer === null || !('assignment' in answer)) return { refused: 'no-plan-found', outcome: answer?.outcome ?? run.state }
  const assignment = assignmentOf(answer)
  if (!assignment.has(placeOf(move))) return { refused: 'not-found' }
  const found = explain(given.problem, assignment, placeOf(move))
  return {
    move, day: found.day, why: whyText(given.problem, found),
    elsewhere: found.elsewhere.map(other => ({ day: other.day, possible: other.broken.length === 0, more: other.more, says: whyNotText(given.problem, found, other) })),
  }
}

export type RuleLine = Omit<WaveRule, 'rule'> & { readonly rule: WaveRuleSaid }
const ruleOf = (row: WaveRule): RuleLine => ({ ...row, rule: row.rule as unknown as WaveRuleSaid })

export const listRules = async (glance: Glance, { programme, ...paging }: Paging & { readonly programme: ProgrammeId }): Promise<Page<RuleLine> | NoAccess> => {
  const page = await pageOf(glance, 'wave.read', 'wave_rule', { programme }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(ruleOf) }
}

/** Of one programme. */
const mostRules = 5_000
export type RuleRefused = NoAccess | { readonly refused: 'other-programme' } | { readonly refused: 'too-many-rules'; readonly most: number }

/** Says something for or against dates. What it names must be of the programme. */
export const addRule = async (desk: Desk, { programme: id, rule }: { readonly programme: ProgrammeId; readonly rule: WaveRuleSaid }): Promise<{ id: WaveRule['id'] } | RuleRefused> => {
  const programme = await heldProgramme(desk, id)
  if ('refused' in programme) return programme
  const { tx } = desk
  const named = [...new Set('moves' in rule ? rule.moves : 'other' in rule ? [rule.move, rule.other] : 'move' in rule ? [rule.move] : [])]
  if (named.length > 0 && await tx.count('move', { id: named, programme: id }) !== named.length) return { refused: 'other-programme' }
  if (rule.kind === 'partner' && (await tx.get('partner', rule.partner))?.vendor !== programme.vendor) return { refused: 'not-found' }
  if (await tx.count('wave_rule', { programme: id }) >= mostRules) return { refused: 'too-many-rules', most: mostRules }
  const row: WaveRule = { id: desk.world.newId(), vendor: programme.vendor, programme: id, rule: rule as unknown as Json, by: desk.who.name, at: desk.now }
  await tx.add('wave_rule', row)
  journal(desk, 'wave.plan', 'programme', id, { rule })
  return { id: row.id }
}

export const removeRule = async (desk: Desk, { rule: id }: { readonly rule: WaveRule['id'] }): Promise<{ id: WaveRule['id'] } | NoAccess> => {
  const rule = await desk.tx.get('wave_rule', id)
  const programme = rule === undefined ? undefined : await heldProgramme(desk, rule.programme)
  if (rule === undefined || programme === undefined) return { refused: 'not-found' }
  if ('refused' in programme) return programme
  await desk.tx.remove('wave_rule', { id })
  journal(desk, 'wave.plan', 'programme', rule.programme, { ruleRemoved: rule.rule })
  return { id }
}

/** For whoever accepts a plan: what it was, as far as there is one. */
export type Plan = { readonly assignment: Assignment; readonly contradicted: ReadonlySet<string> }
export const planIn = (run: PlanRun): Plan | undefined => {
  const answer = answerOf(run)
  return answer === null || !('assignment' in answer) ? undefined : { assignment: assignmentOf(answer), contradicted: new Set(answer.contradicted.map(one => one.customer)) }
}
