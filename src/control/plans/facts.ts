import { knownFacts, type Ground } from '#domain/profile.ts'
import type { FactValue, Playbook } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { Customer } from '#domain/parties.ts'
import type { Fact } from '#domain/records.ts'
import { sharedFacts } from '#domain/share.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { profileOf, wholePlaybookOf } from './plan-rows.ts'
import { type PlanChange, replan, type Wish } from './replan.ts'

/** `changed`: the facts that read otherwise now. `plan`: what became of the plan; null: nothing. */
export type FactsKept = { readonly changed: readonly string[]; readonly plan: PlanChange | null }

/** Keeps facts of one source, which the caller has found right, of a move that the caller holds; null takes one back. The same said again changes nothing. */
export const keepFacts = async (desk: Desk, move: Move, playbook: Playbook, values: ReadonlyMap<string, FactValue | null>, source: Fact['source']): Promise<FactsKept> => {
  const { tx } = desk
  const facts = await tx.list('fact', { move: move.id })
  const changed = [...values].filter(([name, value]) => {
    const was = facts.find(fact => fact.name === name && fact.source === source)
    return value === null ? was !== undefined : was === undefined || canonical(was.value) !== canonical(value)
  })
  if (changed.length === 0) return { changed: [], plan: null }
  const by = source === 'measured' ? '' : desk.who.name
  const rowOf = (name: string, value: FactValue): Fact => ({ id: facts.find(fact => fact.name === name && fact.source === source)?.id ?? desk.world.newId(), vendor: move.vendor, customer: move.customer, move: move.id, name, value, source, by, at: desk.now })
  const rows = changed.flatMap(([name, value]) => (value === null ? [] : [rowOf(name, value)]))
  const gone = changed.flatMap(([name, value]) => (value === null ? [name] : []))
  await tx.put('fact', ...rows)
  if (gone.length > 0) await tx.remove('fact', { move: move.id, source, name: gone })
  const after = [...facts.filter(fact => fact.source !== source || !values.has(fact.name) || !changed.some(([name]) => name === fact.name)), ...rows]
  journal(desk, 'profile.answer', 'move', move.id, { source, facts: Object.fromEntries(changed) })
  const inForce = changedIn(inForceOf(playbook, facts), inForceOf(playbook, after))
  const customer = await tx.get('customer', move.customer)
  assert(customer !== undefined, 'a move is of a customer')
  const plan = inForce.length === 0 ? undefined : (await replan(desk, [{ move, customer, because: { because: inForce } }, ...await following(desk, move, customer, inForce)])).get(move.id)
  return { changed: changed.map(([name]) => name), plan: plan === undefined || plan.revision === move.revision ? null : plan }
}

/** The plans of the customer's other environments, where what is known of the customer decides about them too. */
const following = async ({ tx, world }: Desk, { id, programme, customer: of, playbook, version, part }: Move, customer: Customer, changed: readonly string[]): Promise<Wish[]> => {
  const whole = part?.leading === id ? wholePlaybookOf(world, { playbook, version }) : undefined
  const shared = whole === undefined ? new Set<string>() : sharedFacts(whole)
  if (!changed.some(name => shared.has(name))) return []
  const wishes: Wish[] = []
  for (const other of (await tx.list('move', { programme, customer: of, endedAt: null })).map(move => move.id).filter(one => one !== id).toSorted()) {
    const move = await tx.lock('move', other)
    if (move?.part?.leading === id && move.endedAt === null && wholePlaybookOf(world, move) !== undefined) wishes.push({ move, customer, because: { because: changed } })
  }
  return wishes
}

type InForce = ReadonlyMap<string, Ground>
const inForceOf = (playbook: Playbook, facts: readonly Fact[]): InForce => knownFacts(playbook.facts, profileOf(facts))

/** What holds otherwise than before, or for another reason. */
const changedIn = (before: InForce, after: InForce): string[] => [...new Set([...before.keys(), ...after.keys()])].filter(name => canonical(before.get(name) ?? null) !== canonical(after.get(name) ?? null))
