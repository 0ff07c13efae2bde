import type { Measure } from '#domain/checks.ts'
import type { StoreSize, Tenant } from '#domain/homes.ts'
import { readAnswer } from '#domain/profile.ts'
import type { FactValue, Playbook } from '#domain/playbook.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { Fact } from '#domain/records.ts'
import type { Desk } from '../ground/desk.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { keepFacts } from '../plans/facts.ts'

export type Measures = { readonly [Name in Measure]?: FactValue }

/** What sizes and counts say of what playbooks ask for. */
export const measuresIn = (stores: readonly StoreSize[], users: number | null, others: Measures = {}): Measures => {
  const bytes = stores.reduce((sum, store) => sum + store.bytes, 0)
  return { ...(stores.length === 0 ? {} : { 'data-bytes': bytes, 'data-gigabytes': Math.ceil(bytes / 1e9) }), ...(users === null ? {} : { 'user-count': users }), ...others }
}

/** Keeps what was measured as facts of a move, as far as its playbook wants to know it and it is of the kind it asks for; its plan follows. */
export const takeMeasures = async (desk: Desk, id: MoveId, found: Measures): Promise<void> => {
  const move = await desk.tx.lock('move', id)
  if (move === undefined || move.endedAt !== null) return
  const playbook = playbookOf(desk.world, move)
  if ('refused' in playbook) return
  await keepFacts(desk, move, playbook, new Map(valuesFor(playbook, found)), 'measured')
}

/** What was measured of a tenant before its move was planned, as facts of that move. */
export const measuredBefore = ({ world }: Pick<Desk, 'world'>, { id, vendor, customer }: Move, playbook: Playbook, { stores, users, measuredAt }: Pick<Tenant, 'stores' | 'users' | 'measuredAt'>): readonly Fact[] =>
  measuredAt === null ? [] : valuesFor(playbook, measuresIn(stores, users)).map(([name, value]) => ({ id: world.newId(), vendor, customer, move: id, name, value, source: 'measured', by: '', at: measuredAt }))

const valuesFor = ({ facts }: Playbook, found: Measures): readonly (readonly [name: string, value: FactValue])[] => facts.flatMap(fact => {
  const value = fact.measured === null ? undefined : found[fact.measured]
  return value === undefined || 'refused' in readAnswer(fact, value) ? [] : [[fact.name, value] as const]
})
