import { checks, type Check } from './checks.ts'
import type { Environment } from './homes.ts'
import type { Who } from './journal.ts'
import type { Text } from './locale.ts'
import { tellTask, type Plan } from './plan.ts'
import { sameOwner, type GateCondition, type Owner, type Playbook, type PlaybookGate } from './playbook.ts'
import { fillText } from './reason.ts'
import type { Instant } from './time.ts'

/** What the system found when it looked. `why` is for people, with the numbers in it. */
export type Finding = { readonly held: boolean; readonly why: Text }
/** What a gate's conditions are judged by. A check nobody has looked at yet does not hold. */
export type Looked = { readonly checks: ReadonlyMap<Check, Finding>; readonly signedOff: ReadonlySet<Environment> }

/** `firm`: nobody may go without it. */
export type JudgedCondition = { readonly title: Text; readonly held: boolean; readonly why: Text; readonly firm: boolean }

export type GateDecision = { readonly decision: 'go' | 'no-go'; readonly by: Who; readonly at: Instant; readonly note: string; readonly overridden: readonly JudgedCondition[] }
/** `earlier`: each no-go that was taken up again. */
export type GateState = { readonly decided: GateDecision | null; readonly earlier: readonly GateDecision[] }
export const undecidedGate: GateState = { decided: null, earlier: [] }

export type GateRefused =
  | { readonly refused: 'gate-decided'; readonly gate: string; readonly decision: 'go' | 'no-go'; readonly by: string; readonly at: Instant }
  | { readonly refused: 'gate-not-yours'; readonly gate: string; readonly decides: readonly Owner[] }
  | { readonly refused: 'gate-conditions'; readonly gate: string; readonly unmet: readonly JudgedCondition[]; readonly mayOverride: readonly Owner[] }
  | { readonly refused: 'note-missing'; readonly gate: string }
  | { readonly refused: 'gate-not-no-go'; readonly gate: string }

/** Every condition of a gate, held or not, and why. A task that is not part of the plan is no hindrance; one not decided yet is. */
export const judgeGate = (playbook: Playbook, plan: Plan, gate: PlaybookGate, looked: Looked): JudgedCondition[] => gate.conditions.flatMap(condition => judge(playbook, plan, condition, looked))

/** Who decides, and everything that they are there for. */
export type Decider = { readonly who: Who; readonly as: readonly Owner[] }

/** *No-go* is always possible, *go* when every condition holds; or, with a note, by somebody who may override those that are not firm. Decided once. */
export const decideGate = (gate: PlaybookGate, state: GateState, conditions: readonly JudgedCondition[], decision: 'go' | 'no-go', by: Decider, note: string, at: Instant): GateState | GateRefused => {
  const is = (owner: Owner): boolean => by.as.some(one => sameOwner(one, owner))
  const mayOverride = gate.override.some(is)
  if (state.decided !== null) return { refused: 'gate-decided', gate: gate.key, decision: state.decided.decision, by: state.decided.by.name, at: state.decided.at }
  if (!is(gate.decides) && !mayOverride) return { refused: 'gate-not-yours', gate: gate.key, decides: [gate.decides, ...gate.override] }
  const unmet = decision === 'go' ? conditions.filter(one => !one.held) : []
  if (unmet.length > 0 && (!mayOverride || unmet.some(one => one.firm))) return { refused: 'gate-conditions', gate: gate.key, unmet, mayOverride: unmet.some(one => one.firm) ? [] : gate.override }
  if (note.trim() === '' && (unmet.length > 0 || decision === 'no-go')) return { refused: 'note-missing', gate: gate.key }
  return { ...state, decided: { decision, by: by.who, at, note, overridden: unmet } }
}

/** After a *no-go* the gate may be decided anew; what was decided stays on record. A *go* stands. */
export const reopenGate = (gate: PlaybookGate, state: GateState): GateState | GateRefused =>
  state.decided?.decision === 'no-go' ? { decided: null, earlier: [...state.earlier, state.decided] } : { refused: 'gate-not-no-go', gate: gate.key }

const judge = (playbook: Playbook, plan: Plan, { task, check, signedOff, firm }: GateCondition, looked: Looked): JudgedCondition[] => {
  if (task !== undefined) return judgeTask(playbook, plan, task, firm)
  if (check !== undefined) return [{ title: checks[check], firm, ...(looked.checks.get(check) ?? { held: false, why: notLooked }) }]
  if (signedOff === undefined) return []
  const held = looked.signedOff.has(signedOff)
  return [{ title: titleOfSignOff(playbook, signedOff), firm, held, why: held ? accepted : notAccepted }]
}

/** One condition for each planned task of the template. */
const judgeTask = (playbook: Playbook, plan: Plan, template: string, firm: boolean): JudgedCondition[] => {
  const planned = plan.tasks.filter(one => one.template === template)
  if (planned.length > 0) {
    return planned.map(one => ({ title: tellTask(playbook, one).title, firm, held: one.state.is !== 'open', why: one.state.is === 'open' ? dueOn(one.due) : endedBy(one.state.is, one.state.by.name) }))
  }
  const open = plan.undecided.find(one => one.template === template)
  const title = playbook.tasks.find(one => one.key === template)?.title ?? { en: template, ja: template }
  return [{ title: withoutItem(title), firm, held: open === undefined, why: open?.reason ?? plan.leftOut.find(one => one.template === template)?.reason ?? notInPlan }]
}

/** Of a list that is empty or open there is no item to name. */
const withoutItem = (title: Text): Text => fillText(title, name => (name === 'item' ? '…' : undefined))

const titleOfSignOff = (playbook: Playbook, key: Environment): Text => {
  const title = playbook.environments.find(one => one.key === key)?.title ?? { en: key, ja: key }
  return { en: `${title.en} is signed off`, ja: `${title.ja}の検収が完了している` }
}

const notLooked: Text = { en: 'Not looked at yet.', ja: 'まだ確認されていません。' }
const notInPlan: Text = { en: 'Not part of this plan.', ja: 'この計画には含まれません。' }
const accepted: Text = { en: 'Everybody who must has signed off.', ja: '必要な全員の検収が完了しています。' }
const notAccepted: Text = { en: 'A sign-off is missing.', ja: '検収が完了していません。' }
const dueOn = (day: string): Text => ({ en: `Open, due on ${day}.`, ja: `未完了です（期日 ${day}）。` })
const endedBy = (is: 'done' | 'waived', name: string): Text => (is === 'done' ? { en: `Done by ${name}.`, ja: `完了済みです（${name}）。` } : { en: `Waived by ${name}.`, ja: `免除されています（${name}）。` })
