import type { NoAccess } from '#domain/access.ts'
import { type FleetSeen, wantedOf } from '#domain/fleet.ts'
import type { Serves } from '#domain/orders.ts'
import { isGivenUp, type Move } from '#domain/programmes.ts'
import { standingOf } from '#domain/progress.ts'
import type { Task } from '#domain/records.ts'
import { heard } from '../orders/agents.ts'
import { barred, type Desk, vendorOf } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain, openedOf } from '../running/look-again.ts'
import { type Kept, keptPlans, planOf, plannedTask, playbookOf } from '../plans/plan-rows.ts'

type Wanted = { readonly home: string; readonly tenant: string; readonly fleets: readonly string[] }
type Agents = Pick<Move, 'vendor'> & { readonly customer: Move['customer'] | null }

const agentsOwn = async (desk: Desk): Promise<Agents | NoAccess> => {
  const [vendor, { actor }] = [vendorOf(desk), desk]
  if (vendor === undefined) return { refused: 'not-found' }
  const customer = actor.kind === 'agent' ? actor.customer : null
  return await barred(desk, 'fleet.report', { vendor, customer }) ?? await heard(desk) ?? { vendor, customer }
}

const plansAtOnce = 50
const mostMoves = 5_000

/** The fleets that should come to these homes by now: those whose task is open, and nothing holds it up. */
export const wantedFleets = async (desk: Desk, { serves }: { readonly serves: readonly Serves[] }): Promise<{ readonly wanted: readonly Wanted[] } | NoAccess> => {
  const own = await agentsOwn(desk)
  if ('refused' in own) return own
  const { tx } = desk
  const homes = new Map((await tx.list('home', { vendor: own.vendor, name: [...new Set(serves.map(one => one.home))] }, { limit: 1_000 })).map(home => [home.id, home.name]))
  const moves = (await movesTo(desk, own, { destination: [...homes.keys()] })).filter(move => fleetTasks(desk, move).length > 0)
  const tenants = new Map((moves.length === 0 ? [] : await tx.list('tenant', { id: moves.map(move => move.tenant) }, { limit: moves.length })).map(tenant => [tenant.id, tenant.name]))
  const served = moves.filter(move => serves.some(one => one.home === homes.get(move.destination) && (one.tenant === '*' || one.tenant === tenants.get(move.tenant))))
  const wanted: Wanted[] = []
  for (let n = 0; n < served.length; n += plansAtOnce) {
    const some = served.slice(n, n + plansAtOnce)
    const plans = await keptPlans(tx, desk.world, some)
    for (const move of some) {
      const fleets = openFleets(desk, move, plans.get(move.id)).flatMap(task => task.about.item ?? [])
      if (fleets.length > 0) wanted.push({ home: homes.get(move.destination) ?? '', tenant: tenants.get(move.tenant) ?? '', fleets })
    }
  }
  return { wanted }
}

const movesTo = async ({ tx }: Desk, { vendor, customer }: Agents, where: { readonly destination: readonly Move['destination'][]; readonly tenant?: Move['tenant'] }): Promise<Move[]> =>
  (where.destination.length === 0 ? [] : (await tx.list('move', { vendor, ...(customer === null ? {} : { customer }), ...where, endedAt: null }, { limit: mostMoves })).filter(move => !isGivenUp(move)))

const fleetTasks = ({ world }: Desk, move: Move): readonly string[] => {
  const playbook = playbookOf(world, move)
  return 'refused' in playbook ? [] : playbook.tasks.filter(task => task.check === 'devices-arrived').map(task => task.key)
}

const openFleets = (desk: Desk, move: Move, kept: Kept | undefined): readonly Task[] => {
  const [playbook, templates] = [playbookOf(desk.world, move), fleetTasks(desk, move)]
  if ('refused' in playbook || kept === undefined) return []
  const [plan, opened] = [planOf(move, playbook, kept), openedOf(kept)]
  return kept.tasks.filter(task => templates.includes(task.about.template) && task.about.item !== null && standingOf(plan, plannedTask(task), opened) === 'open')
}

/** Keeps how many devices of each fleet were seen; a fleet that is there closes its task. */
export const hearFleets = async (desk: Desk, { home: homeName, tenant: name, seen }: { readonly home: string; readonly tenant: string; readonly seen: readonly FleetSeen[] }): Promise<Record<never, never> | NoAccess> => {
  const own = await agentsOwn(desk)
  if ('refused' in own) return own
  const { tx } = desk
  const homes = await tx.list('home', { vendor: own.vendor, name: homeName })
  const tenants = await tx.list('tenant', { vendor: own.vendor, name }, { limit: 1_000 })
  const moves = (await movesTo(desk, own, { destination: homes.map(home => home.id) })).filter(move => tenants.some(tenant => tenant.id === move.tenant))
  for (const { id } of moves.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const move = await tx.lock('move', id)
    if (move !== undefined && !isGivenUp(move)) await arrived(desk, move, seen)
  }
  return {}
}

const arrived = async (desk: Desk, move: Move, seen: readonly FleetSeen[]): Promise<void> => {
  const kept = (await keptPlans(desk.tx, desk.world, [move])).get(move.id)
  const found = await desk.tx.list('finding', { move: move.id, check: 'devices-arrived' })
  for (const task of openFleets(desk, move, kept)) {
    const [fleet, told] = [task.about.item ?? '', seen.find(one => one.fleet === task.about.item)]
    if (told === undefined) continue
    const wanted = wantedOf((kept?.tasks ?? []).filter(one => one.about.item === fleet).map(one => one.answers), told.least)
    const [held, before] = [told.devices >= wanted, found.find(one => one.about === fleet)]
    const why = { en: `${told.devices} of ${wanted} devices were seen at the new server.`, ja: `新サーバーで${wanted}台中${told.devices}台の接続を確認しました。` }
    // Whoever watches may begin anew and count less than before: what had arrived stays so.
    if (before?.held === true || before?.why.en === why.en) continue
    await keepFinding(desk, move, { check: 'devices-arrived', about: fleet, held, why })
  }
  await lookAgain(desk, move.id)
}
