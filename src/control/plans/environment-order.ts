import { type Dated, mayNotStart, type SignOffs, testedEnvironments, type TestedEnvironment } from '#domain/environments.ts'
import { addDays } from '#domain/days.ts'
import { environments, type Environment, type Tenant } from '#domain/homes.ts'
import type { EarlyGo, Move } from '#domain/programmes.ts'
import type { SignOff } from '#domain/records.ts'
import type { Day, Instant } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { wholePlaybookOf } from './plan-rows.ts'
import type { World } from '../ground/world.ts'

/** What comes before an environment of a customer in a programme. `notBefore`: the first day that its testing leaves free; null: it keeps nobody waiting. */
export type Before = { readonly environment: Environment; readonly waitsFor: readonly string[]; readonly after: string | null; readonly notBefore: Day | null }

/** How a customer's environments wait for each other (C9): each for the sign-off and the testing time of those before it that move in the same programme. */
export const beforeOf = async (view: View, world: Pick<World, 'playbooks'>, move: Move, tenant: Tenant): Promise<Before> => {
  const { environment } = tenant
  const free: Before = { environment, waitsFor: [], after: null, notBefore: null }
  const earlier = environments.slice(0, environments.indexOf(environment))
  if (earlier.length === 0) return free
  const moves = (await view.list('move', { programme: move.programme, customer: move.customer })).filter(one => one.stage !== 'cancelled' && one.id !== move.id)
  const tenants = await view.list('tenant', { id: moves.map(one => one.tenant), environment: earlier })
  const places = new Map(tenants.map(one => [one.id, one.environment]))
  const before = moves.filter(one => places.has(one.tenant))
  if (before.length === 0) return free
  const [signOffs, plans] = [await view.list('sign_off', { move: before.map(one => one.id), accepted: true }), await view.list('plan', { id: before.map(one => one.id) })]
  const dated = earlier.flatMap((name): (Dated & { signedAt: Instant | null })[] => {
    const there = before.filter(one => places.get(one.tenant) === name)
    if (there.length === 0) return []
    const t0 = there.map(one => one.t0 ?? plans.find(plan => plan.id === one.id)?.t0 ?? '').toSorted().at(-1) ?? ''
    const at = there.map(one => signedOffAt(world, one, name, signOffs))
    const about = aboutOf(world, move, name)
    return [{ ...about, t0, testing: { first: t0, last: addDays(t0, about.testingDays - 1) }, signedAt: at.includes(null) ? null : Math.max(...at.map(Number)) }]
  })
  const found = judge(environment, dated, aboutOf(world, move, environment))
  return hasEarlyGo(move, environment) ? { ...found, notBefore: null } : found
}

const judge = (environment: Environment, dated: readonly (Dated & { signedAt: Instant | null })[], own: TestedEnvironment): Before => {
  const order = [...dated, { ...own, t0: '', testing: { first: '', last: '' } }]
  const signedOff: SignOffs = Object.fromEntries(dated.map(one => [one.name, one.signedAt]))
  const unsigned = mayNotStart(environment, order, signedOff)
  const last = dated.at(-1)
  const notBefore = last === undefined ? null : addDays(last.testing.last, 1)
  return { environment, waitsFor: unsigned !== undefined && unsigned.refused === 'not-signed-off' ? unsigned.waitsFor : [], after: last?.name ?? null, notBefore }
}

/** Why a window on that day comes too early for an environment. Undefined: it does not. */
export const tooEarly = ({ waitsFor, after, notBefore }: Before, day: Day): EnvironmentRefused | undefined => {
  if (waitsFor.length > 0) return { refused: 'not-signed-off', waitsFor }
  if (after === null || notBefore === null) return undefined
  return day < notBefore ? { refused: 'testing-not-over', after, freeFrom: notBefore } : undefined
}
export type EnvironmentRefused = { readonly refused: 'not-signed-off'; readonly waitsFor: readonly string[] } | { readonly refused: 'testing-not-over'; readonly after: string; readonly freeFrom: Day }

/** Whether a named person has let it start before the testing time of the one before it is over. */
export const hasEarlyGo = ({ earlyGo }: { readonly earlyGo: readonly EarlyGo[] }, environment: string): boolean => earlyGo.some(one => one.environment === environment)

const same = (text: string): { en: string; ja: string } => ({ en: text, ja: text })

/** As the move's playbook has it, or else as is usual. */
export const aboutOf = (world: Pick<World, 'playbooks'>, move: Move, name: Environment): TestedEnvironment => {
  const own = wholePlaybookOf(world, move)?.environments.find(one => one.key === name)
  const usual = testedEnvironments.find(one => one.name === name) ?? { name, title: same(name), testingDays: 0 }
  return own === undefined ? usual : { name, title: own.title, testingDays: own.testingDays }
}

/** When the last of those who must sign an environment off did so; null: somebody has not yet. A playbook that asks for nobody's word wants one of the customer's all the same. */
const signedOffAt = (world: Pick<World, 'playbooks'>, move: Move, name: Environment, all: readonly SignOff[]): Instant | null => {
  const given = all.filter(one => one.move === move.id && one.environment === name)
  const wanted = (wholePlaybookOf(world, move)?.signOffs ?? []).filter(one => one.environment === name)
  if (wanted.length === 0) return given.find(one => one.party === 'customer')?.at ?? null
  const at = wanted.map(({ key }) => given.find(one => one.key === key)?.at ?? null)
  return at.includes(null) ? null : Math.max(...at.map(Number))
}
