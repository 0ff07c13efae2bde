import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { ToldFault } from '../told-fault.ts'
import type { Difference } from './compare.ts'
import type { MoveOrder, MoveStep, Side } from './move.ts'
import type { MoveEnding, StepState } from './move-book.ts'
import type { LicenceSheet, LicenceState, SheetLicence } from './sheet.ts'

/** What an agent can be asked to do with the licences of a move: write them down, move them, bring them back, go on by what a person found where it was in doubt. */
export const licenceOrders = ['record', 'move', 'undo', 'found'] as const
export type LicenceOrderStep = (typeof licenceOrders)[number]

/**
 * What an order about licences says. `folder`: of the move's book, on the disk of the agent that began it; `book`: the move that must stand in it, null as long as none was begun.
 * `agent`: whose order it is, null: any that reaches both servers. `minutes`: how long new seats are expected to be refused. `machine`: the new machine as the customer named it.
 * `record`: the sum of what the customer has checked; `publicKey`: activation codes are sealed for it on their way.
 */
export type LicenceOrder = {
  readonly step: LicenceOrderStep
  readonly folder: string
  readonly book: string | null
  readonly agent: string | null
  readonly renames: MoveOrder['renames']
  readonly minutes: number
  readonly machine: PreparedMachine | null
  readonly record: string | null
  readonly publicKey: string
  readonly found: { readonly found: 'done' | 'not-done'; readonly undo: boolean; readonly note: string } | null
}
export type PreparedMachine = { readonly name: string; readonly nodeLock: string }

/** What an agent tells of the licences of a move: every step before it is asked for and after it was answered. Of activation codes it tells the end; whole they are in `sealed`. */
export type LicenceTold =
  /** `recorded`: it is the back-up sheet; else what a server said when it was read. `more`: seats that are not in it, because there are so many. */
  | { readonly type: 'licence-sheet'; readonly at: Side; readonly isRecord: boolean; readonly sheet: LicenceSheet; readonly more: number; readonly sealed: string | null; readonly differences: readonly Difference[] }
  | { readonly type: 'licence-plan'; readonly book: string; readonly leg: 'out' | 'back'; readonly steps: readonly CourseStep[]; readonly left: readonly string[] }
  | { readonly type: 'licence-step'; readonly step: string; readonly state: StepState; readonly note: string | null }
  | { readonly type: 'licence-end'; readonly end: CourseEnd; readonly says: readonly string[]; readonly refusedMs: number | null }
export type CourseEnd = MoveEnding | 'recorded' | 'blocked' | 'refused' | 'differs' | 'in-doubt' | 'not-now'

/** A step as it is shown. `note`: beside what was expected, such as that it is tried again. */
export type CourseStep = { readonly id: string; readonly does: MoveStep['does']; readonly at: Side; readonly licence: string | null; readonly profile: string | null; readonly says: string; readonly state: StepState; readonly note: string | null }

export const courseStates = ['recorded', 'under-way', 'stopped', 'in-doubt', 'carried-out', 'undone'] as const
export type CourseState = (typeof courseStates)[number]

/** What is known of the licences of a move. `origin`, `destination`: as each said last, with what was done since; codes in them are ends of codes. */
export type Course = {
  readonly recorded: LicenceSheet | null
  readonly origin: LicenceSheet | null
  readonly destination: LicenceSheet | null
  readonly moreSeats: number
  readonly leg: 'out' | 'back'
  readonly steps: readonly CourseStep[]
  readonly left: readonly string[]
  readonly differences: readonly Difference[]
  /** Why it stands where it stands; in doubt, what is known of each side. */
  readonly says: readonly string[]
  /** What ended it, where that was no word about the licences. */
  readonly fault?: ToldFault | null
  readonly refusedMs: number | null
}

export const noCourse: Course = { recorded: null, origin: null, destination: null, moreSeats: 0, leg: 'out', steps: [], left: [], differences: [], says: [], refusedMs: null }

/** The course after what an agent told. Told again it changes nothing. */
export const courseAfter = (course: Course, told: LicenceTold): Course => {
  switch (told.type) {
    case 'licence-sheet': return { ...course, [told.at]: told.sheet, moreSeats: told.more, ...(told.isRecord ? { recorded: told.sheet } : { differences: told.differences }) }
    case 'licence-plan': return told.steps.filter(one => one.state === 'done').reduce(carried, { ...course, leg: told.leg, steps: told.steps, left: told.left, says: [], fault: null, ...(told.leg === course.leg ? {} : { differences: [] }) })
    case 'licence-step': {
      const steps = course.steps.map(one => (one.id === told.step ? { ...one, state: told.state, note: told.note } : one))
      const done = told.state === 'done' ? steps.find(one => one.id === told.step) : undefined
      return done === undefined ? { ...course, steps } : carried({ ...course, steps }, done)
    }
    case 'licence-end': return { ...course, says: told.says, fault: null, refusedMs: told.refusedMs }
  }
}

export const stateAfter = (told: LicenceTold, state: CourseState): CourseState => {
  switch (told.type) {
    case 'licence-sheet': return state
    case 'licence-plan': return 'under-way'
    case 'licence-step': return told.state === 'doubt' ? 'in-doubt' : 'under-way'
    case 'licence-end': return told.end === 'carried-out' || told.end === 'undone' || told.end === 'in-doubt' ? told.end : told.end === 'recorded' || told.end === 'not-now' ? state : 'stopped'
  }
}

/** What a step that was carried out changes on its server, until that is read again. */
const carried = (course: Course, { does, at, licence, profile }: CourseStep): Course => {
  const sheet = course[at]
  if (sheet === null) return course
  if (licence !== null && (does === 'deactivate' || does === 'install' || does === 'activate')) return { ...course, [at]: withState(course, sheet, at, licence, does === 'activate' ? 'active' : 'inactive') }
  if (does === 'link' && profile !== null) return { ...course, [at]: { ...sheet, profiles: sheet.profiles.some(one => one.name === profile) ? sheet.profiles : [...sheet.profiles, { name: profile, licences: [] }] } }
  return course
}

const withState = (course: Course, sheet: LicenceSheet, at: Side, licence: string, state: LicenceState): LicenceSheet => {
  const other = course[at === 'origin' ? 'destination' : 'origin']?.licences.find(one => one.id === licence) ?? course.recorded?.licences.find(one => one.id === licence)
  const known = sheet.licences.find(one => one.id === licence)
  const [was] = [known ?? other]
  if (was === undefined) return sheet
  // Who sits on a seat goes along.
  const now: SheetLicence = { ...was, state, ...(state === 'active' && known?.state !== 'active' ? { machine: null, taken: other?.taken ?? was.taken } : {}), ...(known === undefined && state !== 'active' ? { machine: null, taken: [] } : {}) }
  return { ...sheet, licences: [...sheet.licences.filter(one => one.id !== licence), now].toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id))) }
}

/** How far it is by what a playbook asks about. */
export type Landmarks = { readonly maintenanceOn: boolean; readonly inactive: readonly [done: number, of: number]; readonly active: readonly [done: number, of: number]; readonly profiles: boolean; readonly maintenanceOff: boolean }

export const landmarksOf = ({ leg, steps }: Course): Landmarks => {
  const isDone = (some: readonly CourseStep[]): boolean => some.every(one => one.state === 'done')
  const count = (does: CourseStep['does']): [number, number] => { const all = steps.filter(one => one.does === does); return [all.filter(one => one.state === 'done').length, all.length] }
  const compared = (at: Side): number => steps.findIndex(one => one.does === 'compare' && one.at === at)
  if (leg === 'back' || steps.length === 0) return { maintenanceOn: false, inactive: [0, 0], active: [0, 0], profiles: false, maintenanceOff: false }
  return {
    maintenanceOn: isDone(steps.slice(0, compared('origin') + 1)), inactive: count('deactivate'), active: count('activate'), profiles: isDone(steps.slice(0, compared('destination') + 1)),
    maintenanceOff: isDone(steps.filter(one => !(one.does === 'redirect' && one.at === 'origin'))),
  }
}

/** Of what was written down, without who sits where just then: by it a sheet that was checked is told from another one. */
export const recordSum = ({ licences, profiles }: LicenceSheet): string => sha256(canonical({
  licences: licences.filter(one => one.state === 'active').map(({ id, product, kind, name, seats, endsAt }) => ({ id, product, kind, name, seats, endsAt })), profiles: profiles.map(({ name, licences: linked }) => ({ name, licences: [...linked] })),
}))

/** What the seal of activation codes is about, on their way from an agent. */
export const aboutCodes = 'licences'

/** Seats of one sheet that are told at most. */
const mostSeats = 1_000

/** A sheet as it may travel and be kept: of each code its end, and not endlessly many seats. */
export const shownSheet = (sheet: LicenceSheet): { readonly sheet: LicenceSheet; readonly more: number } => {
  let left = mostSeats
  const licences = sheet.licences.map(one => {
    const taken = one.taken.slice(0, left)
    left -= taken.length
    return { ...one, code: one.code === null ? null : endOf(one.code), taken }
  })
  return { sheet: { ...sheet, licences }, more: sheet.licences.reduce((sum, one) => sum + one.taken.length, 0) - (mostSeats - left) }
}

const endOf = (code: string): string => `••••••••${[...code].length > 8 ? [...code].slice(-4).join('') : ''}`

/** Both servers run the same product in the same version. */
export const sameVersion = (origin: LicenceSheet, destination: LicenceSheet): boolean => origin.server.product === destination.server.product && origin.server.version === destination.server.version
