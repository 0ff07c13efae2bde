import type { NoAccess } from '#domain/access.ts'
import { check } from '#domain/schedule-check.ts'
import type { Text } from '#domain/locale.ts'
import { violationText } from '#domain/schedule-text.ts'
import type { Move, MoveId, ProgrammeId, Wave, WaveId } from '#domain/programmes.ts'
import type { PlanRun } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import { moveOf, placeOf } from '#domain/wave-planning.ts'
import { barred, type Desk, journal } from '../ground/desk.ts'
import { redateAll } from '../plans/redate.ts'
import { type Plan, planIn, wishOf } from './wave-planning.ts'
import { type Given, type NoProblem, problemFor } from './wave-problem.ts'

/** `says`: what has changed since and now stands against the plan. */
export type AcceptRefused = NoAccess | NoProblem | { readonly refused: 'run-not-done'; readonly state: PlanRun['state'] } | { readonly refused: 'no-plan-found'; readonly outcome: string } | { readonly refused: 'plan-accepted' } | { readonly refused: 'plan-outdated'; readonly says: readonly string[]; readonly why: readonly Text[] }
export type Accepted = { readonly waves: readonly { readonly wave: WaveId; readonly name: string; readonly day: Day; readonly moves: number; readonly isNew: boolean }[]; readonly redated: number; /** Put by hand where the plan has them not; they stay there. */ readonly left: readonly MoveId[] }

/**
 * Takes a plan: waves and the days of their moves, in one transaction. Everything is looked at again as it stands now; where something has changed so that the plan
 * would break a rule, all of it is refused. Moves with a confirmed window keep its day, and those put elsewhere by hand stay where they are.
 */
export const acceptRun = async (desk: Desk, { run: id }: { readonly run: PlanRun['id'] }): Promise<Accepted | AcceptRefused> => {
  const { tx, world, now } = desk
  const found = await tx.get('plan_run', id)
  if (found === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'wave.plan', { vendor: found.vendor })
  if (why !== undefined) return why
  const programme = await tx.lock('programme', found.programme)
  const run = await tx.lock('plan_run', id)
  if (programme === undefined || run === undefined) return { refused: 'not-found' }
  if (run.state !== 'done') return { refused: 'run-not-done', state: run.state }
  if (run.acceptedAt !== null) return { refused: 'plan-accepted' }
  const plan = planIn(run)
  if (plan === undefined) return { refused: 'no-plan-found', outcome: 'none' }
  const waves = await heldWaves(desk, programme.id)
  const moves = await heldMoves(desk, [...plan.assignment.keys()].map(moveOf))
  // Nobody confirms a window or lays a blackout while this is looked at and written.
  await tx.lock('vendor', run.vendor)
  const given = await problemFor(tx, world, now, programme, wishOf(run))
  if ('refused' in given) return given
  const outdated = whyOutdated(given, plan)
  if (outdated !== undefined) return outdated
  const going = moves.filter(move => given.moves.some(one => one.id === move.id) && !plan.contradicted.has(placeOf(move.id)))
  const accepted = await written(desk, programme.id, waves, going, plan)
  await tx.change('plan_run', id, { acceptedAt: now })
  journal(desk, 'wave.plan', 'programme', programme.id, { accepted: id, waves: accepted.waves.map(({ name, day, moves: count }) => ({ name, day, moves: count })) })
  return { ...accepted, left: [...plan.contradicted].map(place => moveOf(place as ReturnType<typeof placeOf>)) }
}

/** All waves of the programme, then all moves, each in one order: as everybody does who changes days. */
const heldWaves = async ({ tx }: Desk, programme: ProgrammeId): Promise<Wave[]> => {
  const found: Wave[] = []
  for (const { id } of await tx.list('wave', { programme })) {
    const wave = await tx.lock('wave', id)
    if (wave !== undefined) found.push(wave)
  }
  return found
}

const heldMoves = async ({ tx }: Desk, ids: readonly MoveId[]): Promise<Move[]> => {
  const found: Move[] = []
  for (const id of ids.toSorted()) {
    const move = await tx.lock('move', id)
    if (move !== undefined) found.push(move)
  }
  return found
}

/** Moves that came since are not part of the plan; those that ended since are no longer. */
const whyOutdated = ({ problem }: Given, { assignment, contradicted }: Plan): AcceptRefused | undefined => {
  const now = new Map([...assignment].filter(([place]) => problem.customers.some(one => one.id === place) && !contradicted.has(place)))
  const broken = check(problem, now).filter(({ constraint }) => constraint.kind !== 'moved' && constraint.kind !== 'wave-least')
  if (broken.length === 0) return undefined
  const why = broken.slice(0, 20).map(violation => violationText(problem, violation, []))
  return { refused: 'plan-outdated', says: why.map(text => text.en), why }
}

/** A wave of the programme that is on that day takes its moves; where there is none, a new one does. */
const written = async (desk: Desk, programme: ProgrammeId, waves: readonly Wave[], moves: readonly Move[], { assignment }: Plan): Promise<Omit<Accepted, 'left'>> => {
  const { tx, world } = desk
  const dayOfMove = (move: Move): Day => assignment.get(placeOf(move.id)) ?? ''
  const byDay = [...Map.groupBy(moves, dayOfMove)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const names = new Set(waves.map(wave => wave.name))
  const found: { wave: Wave; moves: readonly Move[]; isNew: boolean }[] = []
  for (const [day, there] of byDay) {
    const known = waves.find(wave => wave.t0 === day)
    const wave: Wave = known ?? { id: world.newId<'wave'>(), vendor: there[0]?.vendor ?? desk.world.newId(), programme, name: freeName(day, names), t0: day }
    if (known === undefined) {
      await tx.add('wave', wave)
      names.add(wave.name)
    }
    await tx.put('move', ...there.filter(move => move.wave !== wave.id).map(move => ({ ...move, wave: wave.id })))
    found.push({ wave, moves: there, isNew: known === undefined })
  }
  const redated = await redateAll(desk, moves.map(move => move.id), { because: 'wave plan' })
  return { waves: found.map(({ wave, moves: { length }, isNew }) => ({ wave: wave.id, name: wave.name, day: wave.t0 ?? '', moves: length, isNew })), redated }
}

const freeName = (day: Day, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? day : `${day} (${n})`
    if (!taken.has(name)) return name
  }
}
