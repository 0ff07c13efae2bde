import { compareSheets, expectedMoved, expectedRecorded, type Difference } from '#domain/licence/compare.ts'
import { Fault } from '#domain/faults.ts'
import { chosenOf, objectionsTo, planBack, planOut, type MoveOrder, type MoveStep, type Side } from '#domain/licence/move.ts'
import { handedOf, isPast, nextOf, of, refusedMs, standing, stateOf, type BookLine, type Handed, type MoveEnding, type NextDo, type StepState } from '#domain/licence/move-book.ts'
import { knownOf, tellsOf } from '#domain/licence/move-says.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import type { Clock } from '#ports/clock.ts'
import type { Licensor } from '#ports/licensor.ts'
import type { StepBook } from '#ports/step-book.ts'

export type MoveWorld = {
  readonly origin: Licensor
  readonly destination: Licensor
  readonly book: StepBook
  readonly clock: Clock
  newId(): string
  /** Keeps the back-up sheet as files; on disk when it returns. Nothing is touched before. */
  keepSheet(sheet: LicenceSheet): Promise<void>
  tell(told: MoveTold): void
}

/** What a person wants of a move: begin it or go on; have it undone; say what was found where it was in doubt. */
export type MoveWish = {
  readonly order: MoveOrder
  readonly undo?: { readonly by: string }
  readonly found?: { readonly found: 'done' | 'not-done'; readonly by: string; readonly note: string }
}

/** `says`: beside what was expected, such as that it is tried again. */
export type MoveTold = { readonly step?: MoveStep; readonly state?: StepState; readonly says?: string; readonly done: number; readonly of: number }

export type MoveEnded =
  | { readonly end: MoveEnding; readonly refusedMs: number | null; /** Whoever sat on a seat sat on. */ readonly seatsWentOn: boolean; readonly notes: readonly string[]; readonly sheet: LicenceSheet | null }
  /** It cannot be moved so; nothing was touched. */
  | { readonly end: 'blocked'; readonly objections: readonly string[] }
  /** A server said no; nothing was changed by that, and both ways are open. */
  | { readonly end: 'refused'; readonly step: MoveStep; readonly reason: string }
  | { readonly end: 'differs'; readonly step: MoveStep; readonly differences: readonly Difference[] }
  | { readonly end: 'in-doubt'; readonly step: MoveStep; readonly known: readonly string[] }
  /** What was wished cannot be done with this book now. */
  | { readonly end: 'not-now'; readonly reason: string }
  | { readonly end: 'stopped' }

/** Each question of a server may take so long; what is not answered by then is read back. */
const stepMs = 60_000
const pausesMs = [200, 1_000, 3_000, 6_000]

/**
 * Moves licences from one server to another, from wherever the book says that it stands: begins it, goes on with it, undoes it. What is asked is in the book before it is
 * asked, and what was answered after it, so it may be killed at any moment. The signal ends it after the step that is under way. Faults: LICENSOR_UNREACHABLE when a server
 * stays so, LICENSOR_CONFUSED, those of the book.
 */
export const moveLicences = async (world: MoveWorld, wish: MoveWish, signal: AbortSignal): Promise<MoveEnded> => {
  const { book } = world
  const wrong = otherMove(world, wish.order) ?? wishAgainst(wish, book.lines)
  if (wrong !== undefined) return { end: 'not-now', reason: wrong }
  await noteWish(world, wish)
  for (;;) {
    if (signal.aborted) return { end: 'stopped' }
    const ended = await take(world, wish.order, nextOf(book.lines), signal)
    if (ended !== undefined) return ended
  }
}

/** A book is of one move: of these two servers, these licences, these names. */
const otherMove = ({ origin, destination, book }: MoveWorld, order: MoveOrder): string | undefined => {
  const [begun] = of(book.lines, 'begun')
  if (begun === undefined) return undefined
  if (begun.origin !== origin.label || begun.destination !== destination.label) return `The book is of a move from ${begun.origin} to ${begun.destination}, not from ${origin.label} to ${destination.label}.`
  const told = ({ renames, only }: MoveOrder): string => canonical([Object.fromEntries(renames.map(one => [one.from, one.to])), only === null ? null : Object.fromEntries(only.map(id => [id, true]))])
  return told(order) === told(begun.order) ? undefined : 'The book is of a move with other licences or other names. Give the same --rename and --only as it was begun with, or take a new book.'
}

const wishAgainst = ({ undo, found }: MoveWish, lines: readonly BookLine[]): string | undefined => {
  if (undo !== undefined && of(lines, 'begun').length === 0) return 'There is no move in this book to be undone.'
  if (undo !== undefined && of(lines, 'ended').at(-1)?.how !== 'undone' && isPast(lines)) return 'The origin sends people to the destination already. The way back is a move of its own: the same command with --from and --to the other way and a new book.'
  const doubt = standing(lines).find(({ state }) => state === 'doubt' || state === 'differs' || state === 'open' || state === 'again')
  if (found !== undefined && doubt === undefined) return 'Nothing in this book is in doubt.'
  return undefined
}

const noteWish = async (world: MoveWorld, { undo, found }: MoveWish): Promise<void> => {
  const { lines } = world.book
  if (of(lines, 'begun').length === 0 || of(lines, 'ended').length > 0) return
  const inDoubt = standing(lines).find(({ state }) => state !== 'done' && state !== 'to-do')
  if (found !== undefined && inDoubt !== undefined) await write(world, { line: 'found', step: inDoubt.step.id, ...found })
  await write(world, { line: 'resumed' })
  if (undo !== undefined && of(lines, 'undo').length === 0) await write(world, { line: 'undo', by: undo.by })
}

const take = async (world: MoveWorld, order: MoveOrder, next: NextDo, signal: AbortSignal): Promise<MoveEnded | undefined> => {
  switch (next.do) {
    case 'begin': return begin(world, order, signal)
    case 'plan': return plan(world, next.leg)
    case 'ask': return ask(world, next.step, next.key, signal)
    case 'read-back': return settle(world, next.step, signal)
    case 'person': return doubt(world, next.step, next.known)
    case 'differs': return { end: 'differs', step: next.step, differences: next.differences }
    case 'end':
      await write(world, { line: 'ended', how: next.how })
      return endOf(world.book.lines, next.how)
    case 'nothing': return endOf(world.book.lines, next.how)
  }
}

/** Both are read before either is touched: one that cannot be reached is found here. */
const begin = async (world: MoveWorld, order: MoveOrder, signal: AbortSignal): Promise<MoveEnded | undefined> => {
  if (world.origin.label === world.destination.label) return { end: 'blocked', objections: [`Origin and destination are the same licence server, ${world.origin.label}.`] }
  const recorded = { origin: await reading(world, 'origin', signal), destination: await reading(world, 'destination', signal) }
  const objections = objectionsTo(order, recorded)
  if (objections.length > 0) return { end: 'blocked', objections }
  await world.keepSheet(recorded.origin)
  await write(world, { line: 'begun', move: world.newId(), order, origin: world.origin.label, destination: world.destination.label, can: { origin: world.origin.can, destination: world.destination.can }, recorded })
  return undefined
}

const plan = async (world: MoveWorld, leg: 'out' | 'back'): Promise<undefined> => {
  const { lines } = world.book
  const { order, can, recorded } = begunOf(lines)
  const out = of(lines, 'planned').find(one => one.leg === 'out')?.steps ?? []
  const done = new Set(out.filter(step => stateOf(step.id, lines) === 'done').map(step => step.id))
  await write(world, { line: 'planned', leg, ...(leg === 'out' ? planOut(order, recorded, can) : planBack(order, recorded, can, out, done)) })
}

const ask = async (world: MoveWorld, step: MoveStep, key: string, signal: AbortSignal): Promise<MoveEnded | undefined> => {
  await write(world, { line: 'asked', step: step.id, key })
  tell(world, step)
  try {
    if (step.does === 'compare') await write(world, await compared(world, step))
    else {
      const handed = await carryOut(world, step, key)
      await write(world, { line: 'answered', step: step.id, ...(handed === undefined ? {} : { handed }) })
    }
    tell(world, step)
    return undefined
  } catch (error) {
    return missed(world, step, error, signal)
  }
}

/** The answer is a refusal, or none came: of which kind decides what is known. */
const missed = async (world: MoveWorld, step: MoveStep, error: unknown, signal: AbortSignal): Promise<MoveEnded | undefined> => {
  // Too long: as if the answer had been lost.
  const late = isTimeout(error) ? new Fault('LICENSOR_IN_DOUBT', { server: world[step.at].label, verb: step.does, reason: `it took longer than ${stepMs / 1_000} s` }, { cause: error }) : error
  if (!(late instanceof Fault)) throw error
  const reason = String(late.facts['reason'] ?? late.message)
  // Who only reads changes nothing: there is nothing to doubt.
  switch (late.code === 'LICENSOR_IN_DOUBT' && step.does === 'compare' ? 'LICENSOR_UNREACHABLE' : late.code) {
    case 'LICENSOR_REFUSED':
      await write(world, { line: 'refused', step: step.id, reason })
      tell(world, step, `refused: ${reason}`)
      return { end: 'refused', step, reason }
    case 'LICENSOR_UNREACHABLE': {
      await write(world, { line: 'unreachable', step: step.id, reason })
      tell(world, step, `not reachable: ${reason}`)
      return pauseOrGiveUp(world, step, late, signal)
    }
    case 'LICENSOR_IN_DOUBT':
      tell(world, step, `no answer: ${reason}; reading back`)
      return undefined
    default: throw late
  }
}

const pauseOrGiveUp = async (world: MoveWorld, step: MoveStep, error: Fault, signal: AbortSignal): Promise<undefined> => {
  const { lines } = world.book
  const tries = lines.slice(lines.findLastIndex(line => line.line === 'resumed') + 1).filter(line => line.line === 'unreachable' && line.step === step.id).length
  const pause = pausesMs[tries - 1]
  if (pause === undefined) throw error
  await paused(world.clock, pause, signal)
}

/** Reads back what was asked and not answered. What cannot be read, or does not tell, is in doubt. */
const settle = async (world: MoveWorld, step: MoveStep, signal: AbortSignal): Promise<MoveEnded | undefined> => {
  const read = await readBoth(world, signal)
  const sheet = read[step.at]
  const known = sides.map(at => knownOf(step, at, world[at].label, read[at]))
  const tells = 'unreadable' in sheet ? 'unclear' : tellsOf(step, sheet)
  if (tells === 'unclear') return doubt(world, step, known)
  await write(world, { line: 'read', step: step.id, tells, known })
  tell(world, step, tells === 'done' ? 'it was carried out' : 'asked once more')
  return undefined
}

const doubt = async (world: MoveWorld, step: MoveStep, known: readonly string[]): Promise<MoveEnded> => {
  if (stateOf(step.id, world.book.lines) !== 'doubt') await write(world, { line: 'doubt', step: step.id, known })
  tell(world, step)
  return { end: 'in-doubt', step, known }
}

const carryOut = async (world: MoveWorld, step: Exclude<MoveStep, { readonly does: 'compare' }>, key: string): Promise<Handed | undefined> => {
  const licensor = world[step.at]
  const until = AbortSignal.timeout(stepMs)
  const { lines } = world.book
  switch (step.does) {
    case 'maintain': await licensor.maintain(step.maintenance, key, until); return undefined
    case 'deactivate': return licensor.deactivate(step.licence, key, until)
    case 'install': await licensor.install(handed(step.licence, lines), key, until); return undefined
    case 'activate': await licensor.activate(handed(step.licence, lines), codeOf(step.licence, lines), key, until); return undefined
    case 'link': await licensor.link(step.profile, key, until); return undefined
    case 'redirect': await licensor.redirect(step.to === null ? null : { url: step.to }, key, until); return undefined
  }
}

const compared = async (world: MoveWorld, step: Extract<MoveStep, { readonly does: 'compare' }>): Promise<NewLine> => {
  const { lines } = world.book
  const { order, can, recorded: { origin } } = begunOf(lines)
  const sheet = await world[step.at].readBack(AbortSignal.timeout(stepMs))
  const before = of(lines, 'compared').find(line => line.step === 'out/compare/origin')?.sheet ?? origin
  const wanted = step.as === 'recorded' ? expectedRecorded(origin) : expectedMoved(order, origin, can.origin.carriesSeats && can.destination.carriesSeats ? before : null)
  return { line: 'compared', step: step.id, sheet, differences: compareSheets(can.destination.profiles ? wanted : { ...wanted, profiles: [] }, sheet) }
}

const reading = async (world: MoveWorld, at: Side, signal: AbortSignal): Promise<LicenceSheet> => {
  for (let tries = 0; ; tries++) {
    try {
      return await world[at].readBack(AbortSignal.any([signal, AbortSignal.timeout(stepMs)]))
    } catch (error) {
      const pause = pausesMs[tries]
      if (pause === undefined || !(error instanceof Fault) || error.code !== 'LICENSOR_UNREACHABLE') throw error
      await paused(world.clock, pause, signal)
    }
  }
}

const readBoth = async (world: MoveWorld, signal: AbortSignal): Promise<Record<Side, LicenceSheet | { readonly unreadable: string }>> => {
  const one = async (at: Side): Promise<LicenceSheet | { readonly unreadable: string }> => reading(world, at, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    if (error instanceof Fault || isTimeout(error)) return { unreadable: error instanceof Fault ? error.message : 'it does not answer' }
    throw error
  })
  return { origin: await one('origin'), destination: await one('destination') }
}

const endOf = (lines: readonly BookLine[], how: MoveEnding): MoveEnded => {
  const notes = of(lines, 'compared').flatMap(line => line.differences.filter(one => !one.stops).map(one => one.says))
  const can = of(lines, 'begun')[0]?.can
  return { end: how, refusedMs: refusedMs(lines), seatsWentOn: can !== undefined && can.origin.carriesSeats && can.destination.carriesSeats, notes: [...new Set([...(of(lines, 'planned').at(-1)?.left ?? []), ...notes])], sheet: of(lines, 'compared').at(-1)?.sheet ?? null }
}

type Undated<Line> = Line extends unknown ? Omit<Line, 'at'> : never
type NewLine = Undated<BookLine>

const write = (world: MoveWorld, line: NewLine): Promise<void> => world.book.append({ at: world.clock.now(), ...line })

const tell = (world: MoveWorld, step: MoveStep, says?: string): void => {
  const all = standing(world.book.lines)
  world.tell({ step, state: stateOf(step.id, world.book.lines), ...(says === undefined ? {} : { says }), done: all.filter(one => one.state === 'done').length, of: all.length })
}

const sides = ['origin', 'destination'] as const

const begunOf = (lines: readonly BookLine[]): Extract<BookLine, { readonly line: 'begun' }> => {
  const [begun] = of(lines, 'begun')
  assert(begun !== undefined, 'a move is planned after it was begun')
  return begun
}

const handed = (licence: string, lines: readonly BookLine[]): Handed => {
  const found = handedOf(licence, lines)
  assert(found !== undefined, `the licence ${licence} was given up before it goes elsewhere`)
  return found
}

const codeOf = (licence: string, lines: readonly BookLine[]): string | null => {
  const { order, recorded } = begunOf(lines)
  return order.codes[licence] ?? chosenOf(order, recorded.origin).find(one => one.id === licence)?.code ?? null
}

/** A wish to stop ends the pause; the step that was tried is in the book. */
const paused = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal).catch((error: unknown) => {
  if (!signal.aborted) throw error
})

const isTimeout = (error: unknown): boolean => error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
