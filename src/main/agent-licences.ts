import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openLicensor } from '#adapters/registry.ts'
import { openStepBook } from '#adapters/step-book/file/step-book.ts'
import { aboutCodes, type LicenceOrder, recordSum, shownSheet } from '#domain/licence/course.ts'
import { courseOfBook, planTold } from '#domain/licence/course-of-book.ts'
import type { Difference } from '#domain/licence/compare.ts'
import type { Side } from '#domain/licence/move.ts'
import { of } from '#domain/licence/move-book.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import { Fault } from '#domain/faults.ts'
import { type MoveEnded, moveLicences, type MoveWish } from '#licence/move-licences.ts'
import { assert } from '#lib/assert.ts'
import { sealFor } from '#lib/sealed-box.ts'
import type { Licensor } from '#ports/licensor.ts'
import type { StepBook } from '#ports/step-book.ts'
import type { LicenceReach } from './agent-licence-settings.ts'
import type { Work } from './agent-move.ts'
import { keepSheet } from './licence-sheets.ts'

/** Between two tries of what cannot be reached, and how many there are: most machines are up again by then. */
const restMs = 10_000
const mostTries = 30
const askMs = 60_000
const reason = 'The licences are being moved to another machine'

/** Writes down the licences of a tenant, moves them or brings them back, from wherever the book on this machine's disk says that it stands. */
export const carryLicences = (work: Work): Promise<'done' | 'failed'> => carryWith(openLicensor, work)

type Open = (reach: LicenceReach) => Licensor

/** The same with servers that are reached in another way. */
export const carryWith = async (open: Open, work: Work): Promise<'done' | 'failed'> => {
  const { clock, signal } = work
  const order = orderOf(work)
  if (order.step === 'record') return await record(open, work, order)
  for (let tries = 0; ; tries++) {
    try {
      return await session(open, work, order)
    } catch (error) {
      signal.throwIfAborted()
      const goesBy = error instanceof Fault && (error.code === 'LICENSOR_UNREACHABLE' || error.code === 'STEP_BOOK_HELD')
      if (!goesBy || tries >= mostTries) throw error
      await clock.sleep(restMs, signal)
    }
  }
}

const orderOf = ({ claimed: { facts } }: Work): LicenceOrder => {
  assert(facts.licences !== undefined, 'an order about licences says which')
  return facts.licences
}

const reachOf = ({ settings, claimed: { facts } }: Work, { machine }: LicenceOrder, at: Side): LicenceReach => settings.licences(facts[at], facts.tenant, machine)

/** The origin is written down; the new machine is read as well, if it is there already. */
const record = async (open: Open, work: Work, order: LicenceOrder): Promise<'done'> => {
  const { reporter, signal, config } = work
  const sheet = await read(open, reachOf(work, order, 'origin'), signal)
  await keepFiles(join(config.home, 'licence-moves', order.folder), sheet, signal)
  tellSheet(work, order, 'origin', sheet, true)
  const says: string[] = []
  try {
    tellSheet(work, order, 'destination', await read(open, reachOf(work, order, 'destination'), signal), false)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof Fault)) throw error
    says.push(`The new machine was not read: ${error.message}`)
  }
  reporter.tell({ type: 'licence-end', end: 'recorded', says, refusedMs: null })
  return 'done'
}

const read = async (open: Open, reach: LicenceReach, signal: AbortSignal): Promise<LicenceSheet> => {
  await using licensor = open(reach)
  return await licensor.readBack(AbortSignal.any([signal, AbortSignal.timeout(askMs)]))
}

const keepFiles = async (folder: string, sheet: LicenceSheet, signal: AbortSignal): Promise<void> => {
  for (const locale of ['en', 'ja'] as const) await keepSheet(sheet, { folder, name: locale === 'en' ? 'sheet' : 'sheet.ja', locale, zone: 'UTC', withCodes: false }, signal)
}

/** The codes of the record go along, for the order's key alone. */
const tellSheet = ({ reporter, claimed }: Work, { publicKey }: LicenceOrder, at: Side, sheet: LicenceSheet, isRecord: boolean, differences: readonly Difference[] = []): void => {
  const codes = Object.fromEntries(sheet.licences.flatMap(({ id, code }) => (code === null ? [] : [[id, code]])))
  const sealed = isRecord && Object.keys(codes).length > 0 ? sealFor(publicKey, `${claimed.order} ${aboutCodes}`, JSON.stringify(codes)) : null
  reporter.tell({ type: 'licence-sheet', at, isRecord, ...shownSheet(sheet), sealed, differences })
}

const session = async (open: Open, work: Work, order: LicenceOrder): Promise<'done' | 'failed'> => {
  const { config, clock, signal, reporter, claimed: { facts } } = work
  const [from, to] = [reachOf(work, order, 'origin'), reachOf(work, order, 'destination')]
  await using origin = open(from)
  await using destination = open(to)
  const folder = join(config.home, 'licence-moves', order.folder)
  await using book = await openStepBook(folder)
  const [begun] = of(book.lines, 'begun')
  if (order.book !== null && begun?.move !== order.book) throw new Fault('LICENCE_BOOK_ELSEWHERE', { folder })
  const teller = tellerOf(work, order, book)
  const wish = wishOf(book, order, facts.by, { address: to.address, expectedEnd: clock.now() + order.minutes * 60_000 })
  const ended = await moveLicences({
    origin, destination, book, clock, newId: randomUUID,
    async keepSheet(sheet) {
      const sum = recordSum(sheet)
      if (order.record !== null && order.record !== sum) throw new Fault('LICENCE_RECORD_OUTDATED', { server: origin.label })
      await keepFiles(folder, sheet, signal)
      tellSheet(work, order, 'origin', sheet, true)
      // Kept there as well before anything is touched.
      await reporter.heard(signal)
    },
    tell({ step, state, says }) {
      teller.news()
      if (step !== undefined && state !== undefined) reporter.tell({ type: 'licence-step', step: step.id, state, note: says ?? null })
    },
  }, wish, signal)
  teller.news()
  return toldEnd(work, order, ended, book)
}

/** What was begun with goes for the whole move: the book says it. A finding is said once, also where the order is taken up again. */
const wishOf = (book: StepBook, { step, renames, found }: LicenceOrder, by: string, now: { readonly address: string; readonly expectedEnd: number }): MoveWish => {
  const [begun] = of(book.lines, 'begun')
  const last = book.lines.findLast(line => line.line === 'found' || line.line === 'doubt' || (line.line === 'compared' && line.differences.some(one => one.stops)))
  const isSaid = last?.line === 'found' && last.by === by && last.note === found?.note
  return {
    order: begun?.order ?? { renames, only: null, codes: {}, reason, expectedEnd: now.expectedEnd, address: now.address },
    ...(step === 'undo' || found?.undo === true ? { undo: { by } } : {}), ...(found === null || isSaid ? {} : { found: { found: found.found, by, note: found.note } }),
  }
}

/**
 * Tells what the book says beside its single steps: the plan with how each stands, and what servers said when they were read back. Of a book that is taken up, all of it: what was
 * told before may not have been heard.
 */
const tellerOf = (work: Work, order: LicenceOrder, { lines }: Pick<StepBook, 'lines'>): { news(): void } => {
  const { reporter } = work
  let isTakenUp = of(lines, 'begun').length > 0
  const told = { begun: of(lines, 'begun').length, planned: 0, compared: of(lines, 'compared').length }
  return {
    news() {
      const [begun, planned, compared] = [of(lines, 'begun'), of(lines, 'planned'), of(lines, 'compared')]
      for (const { recorded } of begun.slice(told.begun)) tellSheet(work, order, 'destination', recorded.destination, false)
      const plan = planned.length > told.planned ? planTold(lines) : undefined
      if (plan !== undefined) reporter.tell(plan)
      if (isTakenUp) {
        const course = courseOfBook(lines)
        for (const at of ['origin', 'destination'] as const) if (course[at] !== null) tellSheet(work, order, at, course[at], false, course.differences)
      } else for (const { step, sheet, differences } of compared.slice(told.compared)) tellSheet(work, order, step.endsWith('/origin') ? 'origin' : 'destination', sheet, false, differences)
      Object.assign(told, { begun: begun.length, planned: planned.length, compared: compared.length })
      isTakenUp = false
    },
  }
}

const toldEnd = ({ reporter, signal }: Work, { machine }: LicenceOrder, ended: MoveEnded, { lines }: StepBook): 'done' | 'failed' => {
  switch (ended.end) {
    case 'carried-out': case 'undone': {
      const other = ended.end === 'undone' || machine === null ? [] : [...new Set((ended.sheet?.licences ?? []).flatMap(one => (one.state === 'active' && one.machine !== null && one.machine !== machine.name ? [one.machine] : [])))]
      const notes = other.map(name => `The licences are bound to the machine ${name}; the customer named ${machine?.name ?? ''}.`)
      reporter.tell({ type: 'licence-end', end: ended.end, says: [...ended.notes, ...notes], refusedMs: ended.refusedMs })
      return 'done'
    }
    case 'stopped':
      signal.throwIfAborted()
      throw new Error('a move of licences stops when it is told to')
    default:
      reporter.tell({ type: 'licence-end', end: ended.end, says: saysOf(ended), refusedMs: null })
      // Nothing was begun, or what was begun waits for a person.
      return lines.length > 0 && ended.end === 'not-now' && of(lines, 'ended').length > 0 ? 'done' : 'failed'
  }
}

const saysOf = (ended: Exclude<MoveEnded, { end: 'carried-out' | 'undone' | 'stopped' }>): readonly string[] => {
  switch (ended.end) {
    case 'blocked': return ended.objections
    case 'refused': case 'not-now': return [ended.reason]
    case 'differs': return ended.differences.filter(one => one.stops).map(one => one.says)
    case 'in-doubt': return ended.known
  }
}
