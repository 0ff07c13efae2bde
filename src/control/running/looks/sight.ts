import type { Check } from '#domain/checks.ts'
import type { Finding } from '#domain/gate.ts'
import type { Environment, Tenant } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'
import type { Customer } from '#domain/parties.ts'
import type { Plan } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { CheckFinding } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import type { Glance } from '../../ground/desk.ts'
import { type Kept, keptPlan, planOf } from '../../plans/plan-rows.ts'

export type Looking = Pick<Glance, 'view' | 'world' | 'now'>

/** One move with everything that most checks look at. */
export type Sight = Looking & { readonly move: Move; readonly playbook: Playbook; readonly kept: Kept; readonly plan: Plan; readonly customer: Customer; readonly tenant: Tenant; readonly findings: readonly CheckFinding[] }

/** What exactly a check is asked about: one of the customer's environments, one of several things that a task is there for each of. */
export type About = { readonly environment: Environment | null; readonly item: string | null }
export const theWhole: About = { environment: null, item: null }

/** Answers one check from what is so now, with the numbers in it. */
export type Look = (at: Sight, about: About) => Promise<Finding>

export const sightOf = async (at: Looking, move: Move, playbook: Playbook): Promise<Sight> => {
  const { view } = at
  const [kept, customer, tenant, findings] = await Promise.all([keptPlan(view, at.world, move), view.get('customer', move.customer), view.get('tenant', move.tenant), view.list('finding', { move: move.id })])
  assert(customer !== undefined && tenant !== undefined, 'a move is of a tenant of a customer')
  return { view, world: at.world, now: at.now, move, playbook, kept, plan: planOf(move, playbook, kept), customer, tenant, findings }
}

export const yes = (why: Text): Finding => ({ held: true, why })
export const no = (why: Text): Finding => ({ held: false, why })

/** A list of names, not endless. */
export const namesIn = (names: readonly string[], most = 5): Text => {
  const [some, more] = [names.slice(0, most), names.length - most]
  return { en: some.join(', ') + (more > 0 ? ` and ${more} more` : ''), ja: some.join('、') + (more > 0 ? ` ほか${more}件` : '') }
}

/** The day of an instant, where the customer is. */
export const dayIn = ({ customer }: Pick<Sight, 'customer'>, at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(customer.zone).toPlainDate().toString()

/** Environments of one customer are tenants of their own where there are such, each with its move in the same programme: those of an environment; or this move itself, where there is none. */
export const movesOf = async (at: Sight, environment: Environment | null): Promise<readonly Move[]> => {
  if (environment === null || environment === at.tenant.environment) return [at.move]
  const others = await siblings(at.view, at.move)
  const there = others.filter(one => one.environment === environment).map(one => one.move)
  return there.length === 0 ? [at.move] : there
}

const siblings = async (view: View, move: Move): Promise<readonly { readonly move: Move; readonly environment: Environment }[]> => {
  const moves = (await view.list('move', { programme: move.programme, customer: move.customer })).filter(one => one.stage !== 'cancelled' && one.id !== move.id)
  const places = new Map((moves.length === 0 ? [] : await view.list('tenant', { id: moves.map(one => one.tenant) })).map(tenant => [tenant.id, tenant.environment]))
  return moves.flatMap(one => { const environment = places.get(one.tenant); return environment === undefined ? [] : [{ move: one, environment }] })
}

/** What was told of a check, if anything was. */
export const toldOf = ({ findings }: Sight, check: Check, about = ''): CheckFinding | undefined => findings.find(one => one.check === check && one.about === about)
