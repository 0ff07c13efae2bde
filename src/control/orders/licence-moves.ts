import type { NoAccess } from '#domain/access.ts'
import type { Course, CourseState, CourseStep, PreparedMachine } from '#domain/licence/course.ts'
import type { Difference } from '#domain/licence/compare.ts'
import type { Holder } from '#domain/licence/licence.ts'
import type { Side } from '#domain/licence/move.ts'
import type { LicenceSheet, LicenceState, Maintenance } from '#domain/licence/sheet.ts'
import type { Locale } from '#domain/locale.ts'
import { sheetPaper } from '#domain/licence/sheet-paper.ts'
import { recordSum } from '#domain/licence/course.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { MoveOrder, Session } from '#domain/records.ts'
import { hasSecondFactor } from '#domain/sign-in.ts'
import type { Instant } from '#domain/time.ts'
import type { ToldFault } from '#domain/told-fault.ts'
import { barred, type Caller, decide, type Desk, type Glance } from '../ground/desk.ts'
import { journal } from '../ground/desk.ts'
import { codesPurpose } from './licence-reports.ts'
import type { NamedPaper } from '../letters/papers.ts'
import { factsOf } from './orders.ts'
import type { World } from '../ground/world.ts'

type OnSide = { readonly state: LicenceState; readonly machine: string | null; readonly seatsOut: number }
/** `stands`: where it gives out seats; *neither* for the moment between two steps. */
export type LicenceLine = {
  readonly id: string; readonly name: string; readonly product: string; readonly kind: string; readonly seats: number | null; readonly endsAt: Instant | null; readonly code: string | null; readonly stands: Side | 'neither' | 'both'
  readonly origin: OnSide | null; readonly destination: OnSide | null; readonly step: CourseStep | null
}
export type ProfileLine = { readonly name: string; readonly laterName: string; readonly licences: readonly string[]; readonly isThere: boolean }
export type SeatLine = { readonly licence: string; readonly at: Side; readonly holder: Holder; readonly until: Instant; readonly isBorrowed: boolean }
type ServerLine = { readonly name: string; readonly product: string; readonly version: string; readonly readAt: Instant; readonly maintenance: Maintenance | null }

/** The licences of a move, as its page shows them. */
export type LicencesPage = {
  readonly move: MoveId
  readonly state: CourseState | 'nothing'
  readonly record: { readonly at: Instant; readonly takenAt: Instant; readonly sum: string; readonly hasCodes: boolean } | null
  readonly order: { readonly id: MoveOrder['id']; readonly step: string; readonly state: MoveOrder['state']; readonly by: string } | null
  readonly agent: { readonly id: string; readonly name: string } | null
  readonly machine: PreparedMachine | null
  readonly origin: ServerLine | null
  readonly destination: ServerLine | null
  readonly licences: readonly LicenceLine[]
  readonly profiles: readonly ProfileLine[]
  readonly seats: readonly SeatLine[]
  readonly moreSeats: number
  readonly leg: 'out' | 'back'
  readonly steps: readonly CourseStep[]
  readonly left: readonly string[]
  readonly differences: readonly Difference[]
  readonly doubt: { readonly step: CourseStep | null; readonly known: readonly string[] } | null
  readonly says: readonly string[]
  readonly fault: ToldFault | null
  readonly refusedMs: number | null
}

/** Both servers side by side, and how far it is. */
export const licencesOfMove = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<LicencesPage | NoAccess> => {
  const { view } = glance
  const move = await view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'licence.read', move)
  if (why !== undefined) return why
  const [row, [order]] = [await view.get('licence_move', id), await view.list('move_order', { move: id, kind: 'licences' }, { descending: true, limit: 1 })]
  const agent = row?.agent === null || row?.agent === undefined ? undefined : await view.get('agent', row.agent)
  const asked = order === undefined ? undefined : factsOf(order)
  const course = row?.course
  const recorded = course?.recorded ?? null
  return {
    move: id, state: row?.state ?? 'nothing',
    record: row === undefined || recorded === null ? null : { at: row.recordedAt, takenAt: recorded.takenAt, sum: recordSum(recorded), hasCodes: row.sealed !== null },
    order: order === undefined ? null : { id: order.id, step: asked?.licences?.step ?? '', state: order.state, by: asked?.by ?? '' },
    agent: agent === undefined ? null : { id: agent.id, name: agent.name }, machine: asked?.licences?.machine ?? null,
    origin: serverOf(course?.origin ?? null), destination: serverOf(course?.destination ?? null),
    licences: course === undefined ? [] : linesOf(course), profiles: course === undefined ? [] : profilesOf(course, asked?.licences?.renames ?? []), seats: course === undefined ? [] : seatsOf(course), moreSeats: course?.moreSeats ?? 0,
    leg: course?.leg ?? 'out', steps: course?.steps ?? [], left: course?.left ?? [], differences: course?.differences ?? [],
    doubt: row?.state === 'in-doubt' && course !== undefined ? { step: course.steps.find(one => one.state === 'doubt') ?? null, known: course.says } : null,
    says: course?.says ?? [], fault: course?.fault ?? null, refusedMs: course?.refusedMs ?? null,
  }
}

const serverOf = (sheet: LicenceSheet | null): ServerLine | null => (sheet === null ? null : { ...sheet.server, readAt: sheet.takenAt, maintenance: sheet.maintenance })

const linesOf = ({ recorded, origin, destination, steps }: Course): LicenceLine[] => {
  const all = new Map([...destination?.licences ?? [], ...origin?.licences ?? [], ...recorded?.licences ?? []].map(one => [one.id, one]))
  const on = (sheet: LicenceSheet | null, id: string): OnSide | null => {
    const found = sheet?.licences.find(one => one.id === id)
    return sheet === null ? null : { state: found?.state ?? 'absent', machine: found?.machine ?? null, seatsOut: found?.taken.length ?? 0 }
  }
  return [...all.values()].map(({ id, name, product, kind, seats, endsAt, code }) => {
    const [here, there] = [on(origin, id), on(destination, id)]
    const [isHere, isThere] = [here?.state === 'active', there?.state === 'active']
    return {
      id, name, product, kind, seats, endsAt, code, origin: here, destination: there, stands: isHere && isThere ? 'both' as const : isHere ? 'origin' as const : isThere ? 'destination' as const : 'neither' as const,
      step: steps.find(one => one.licence === id && one.state !== 'done') ?? steps.findLast(one => one.licence === id) ?? null,
    }
  }).toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
}

const profilesOf = ({ recorded, destination }: Course, renames: readonly { readonly from: string; readonly to: string }[]): ProfileLine[] => (recorded?.profiles ?? []).map(({ name, licences }) => {
  const laterName = renames.find(one => one.from === name)?.to ?? name
  return { name, laterName, licences, isThere: destination?.profiles.some(one => one.name === laterName) ?? false }
})

/** Of each licence on the side where it is active; while it is on neither, where it was last. */
const seatsOf = ({ origin, destination }: Course): SeatLine[] => [...new Set([...origin?.licences ?? [], ...destination?.licences ?? []].map(one => one.id))].flatMap(id => {
  const [here, there] = [origin?.licences.find(one => one.id === id), destination?.licences.find(one => one.id === id)]
  const [at, found] = there?.state === 'active' ? ['destination' as const, there] : ['origin' as const, here]
  return (found?.taken ?? []).map(({ holder, until, isBorrowed }) => ({ licence: id, at, holder, until, isBorrowed }))
})

type NoRecord = { readonly refused: 'licences-not-recorded' }
type SheetOf = { readonly move: MoveId; readonly locale: Locale }

/** The back-up sheet; of activation codes it has the ends only. */
export const recordedSheet = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<LicenceSheet | NoAccess | NoRecord> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'licence.read', move)
  if (why !== undefined) return why
  return (await glance.view.get('licence_move', id))?.course.recorded ?? { refused: 'licences-not-recorded' }
}

/** The same as a document, in the customer's time zone. */
export const sheetAsPaper = async (glance: Glance, { move: id, locale }: SheetOf): Promise<NamedPaper | NoAccess | NoRecord> => {
  const sheet = await recordedSheet(glance, { move: id })
  if ('refused' in sheet) return sheet
  const move = await glance.view.get('move', id)
  const [tenant, customer] = move === undefined ? [] : [await glance.view.get('tenant', move.tenant), await glance.view.get('customer', move.customer)]
  return { name: `licences-${tenant?.name ?? 'sheet'}-${locale}.pdf`, paper: sheetPaper(sheet, { locale, zone: customer?.zone ?? 'UTC', withCodes: false, wholeAt: 'control' }) }
}

export type ShownCode = { readonly licence: string; readonly name: string; readonly code: string }
type CodesRefused = NoRecord | { readonly refused: 'second-factor-missing' } | { readonly refused: 'key-taken' }

/** Shows the activation codes of the back-up sheet to one who may, after the second factor. That they were shown is on record before they are opened. */
export const revealCodes = async (world: World, caller: Caller, session: string | undefined, move: MoveId): Promise<{ readonly codes: readonly ShownCode[] } | NoAccess | CodesRefused> => {
  const taken = await decide(world, caller, desk => takeCodes(desk, session, move))
  if ('refused' in taken) return taken
  const codes = JSON.parse(await world.vault.open(taken.sealed, { purpose: codesPurpose, row: move }, AbortSignal.timeout(vaultMs))) as Readonly<Record<string, string>>
  return { codes: taken.sheet.licences.flatMap(({ id, name }) => (codes[id] === undefined ? [] : [{ licence: id, name, code: codes[id] }])) }
}

const vaultMs = 10_000

const takeCodes = async (desk: Desk, session: string | undefined, id: MoveId): Promise<{ readonly sealed: string; readonly sheet: LicenceSheet } | NoAccess | CodesRefused> => {
  const { tx, now } = desk
  const move = await tx.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'licence.reveal', move)
  if (why !== undefined) return why
  const signedIn = session === undefined ? undefined : await tx.get('session', session as Session['id'])
  if (signedIn === undefined || !hasSecondFactor(signedIn, now)) return { refused: 'second-factor-missing' }
  const row = await tx.get('licence_move', id)
  const sheet = row?.course.recorded ?? null
  if (row === undefined || row.sealed === null || sheet === null) return { refused: 'licences-not-recorded' }
  journal(desk, 'licence.reveal', 'move', id, { licences: sheet.licences.length })
  return { sealed: row.sealed, sheet }
}
