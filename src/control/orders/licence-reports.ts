import type { Action, Check } from '#domain/checks.ts'
import { aboutCodes, courseAfter, type Course, type CourseState, type LicenceTold, landmarksOf, noCourse, recordSum, sameVersion, stateAfter } from '#domain/licence/course.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Text } from '#domain/locale.ts'
import type { Move } from '#domain/programmes.ts'
import type { Json, LicenceMove, MoveOrder } from '#domain/records.ts'
import { storable } from '#domain/report.ts'
import type { ToldFault } from '#domain/told-fault.ts'
import { openWith } from '#lib/sealed-box.ts'
import { counted } from '#lib/quantity.ts'
import { carriedOut, takenBack } from './carried-out.ts'
import { aboutSecret, orderKeyPurpose } from './credentials.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { keepFinding } from '../running/findings.ts'
import { lookAgain } from '../running/look-again.ts'
import { takeMeasures } from '../homes/measures.ts'
import { sealedKeyOf } from './orders.ts'
import { stand } from '../ground/standing.ts'

/** The vault binds the activation codes of a move to this purpose and the move's id. */
export const codesPurpose = 'licence-codes'
const vaultMs = 10_000

/** Keeps what an agent tells of licences, answers the checks that it answers, and closes the tasks that it closes. `says`: what of it stays with the reports. */
export const hearLicences = async (desk: Desk, move: Move, order: MoveOrder, told: LicenceTold): Promise<{ readonly move: Move; readonly says: object }> => {
  const { tx, now } = desk
  const known = await tx.lock('licence_move', move.id)
  const isFirst = told.type === 'licence-sheet' && told.isRecord
  // An order of another kind has nothing to say about them.
  if (order.kind !== 'licences' || (known === undefined && !isFirst)) return { move, says: told }
  if (known !== undefined && isOver(known, told)) return { move, says: { type: told.type, again: true } }
  const { vendor, customer, id } = move
  const row: LicenceMove = known ?? { id, vendor, customer, move: id, agent: null, book: null, round: 1, state: 'recorded', course: noCourse, sealed: null, recordedAt: now, at: now }
  // A server's own words: its names may be anything.
  const course = storable(courseAfter(row.course, told) as unknown as Json) as unknown as Course
  const state = stateAfter(told, row.state)
  const sealed = told.type === 'licence-sheet' && told.sealed !== null ? await sealedAnew(desk, order, id, told.sealed) : row.sealed
  await tx.put('licence_move', { ...row, course, state, sealed, at: now, ...(isFirst ? { recordedAt: now } : {}), ...(told.type === 'licence-plan' ? { book: told.book, agent: order.agent } : {}) })
  if (told.type === 'licence-sheet') return { move, says: await hearSheet(desk, move, course, told) }
  await hearMarks(desk, move, row.course, course)
  if (told.type === 'licence-plan' && told.leg === 'back') await takeBack(desk, move)
  if (told.type === 'licence-end' && told.end !== 'recorded') journal(desk, 'licences.end', 'move', id, { order: order.id, end: told.end, ...(told.says.length === 0 ? {} : { says: told.says.slice(0, 20).join(' ').slice(0, 4_000) }) })
  return { move: await standFor(desk, move, order, state, told.type === 'licence-plan' || row.book !== null), says: told.type === 'licence-plan' ? { ...told, steps: told.steps.length } : told }
}

/** It has come to its end already: an agent that died just then tells it all once more. */
const isOver = ({ state, book }: LicenceMove, told: LicenceTold): boolean =>
  (state === 'carried-out' || state === 'undone') && book !== null && told.type !== 'licence-sheet' && (told.type !== 'licence-plan' || told.book === book)

/** Opened with the order's key and sealed at once for the move's row. Undefined codes are none. */
const sealedAnew = async ({ world }: Desk, order: MoveOrder, move: Move['id'], sealed: string): Promise<string | null> => {
  const sealedKey = sealedKeyOf(order)
  if (sealedKey === undefined) return null
  const key = await world.vault.open(sealedKey, { purpose: orderKeyPurpose, row: order.id }, AbortSignal.timeout(vaultMs))
  const codes = openWith(key, aboutSecret(order.id, aboutCodes), sealed)
  return codes === undefined ? null : await world.vault.seal(codes, { purpose: codesPurpose, row: move }, AbortSignal.timeout(vaultMs))
}

const hearSheet = async (desk: Desk, move: Move, { origin, destination }: Course, told: Extract<LicenceTold, { type: 'licence-sheet' }>): Promise<object> => {
  const { sheet, isRecord, at, differences } = told
  const sum = recordSum(sheet)
  if (isRecord) {
    journal(desk, 'licences.record', 'move', move.id, { licences: sheet.licences.length, profiles: sheet.profiles.length, server: sheet.server.name, sum })
    await keepFinding(desk, move, { check: 'licences-recorded', about: '', held: true, why: recordedWhy(sheet) })
    await takeMeasures(desk, move.id, { 'licence-count': sheet.licences.filter(one => one.state === 'active').length, profiles: sheet.profiles.map(one => one.name) })
  }
  if (origin !== null && destination !== null && !differences.some(one => one.stops)) await keepFinding(desk, move, { check: 'versions-equal', about: '', held: sameVersion(origin, destination), why: versions(origin, destination) })
  await lookAgain(desk, move.id)
  return { type: told.type, at, isRecord, sum, licences: sheet.licences.length, profiles: sheet.profiles.length, differences: differences.map(one => one.says).slice(0, 100) }
}

/** What the check says once they are written down. */
export const recordedWhy = (sheet: LicenceSheet): Text => {
  const [{ licences, profiles, server }, sum] = [sheet, recordSum(sheet).slice(0, 16)]
  return {
    en: `${counted(licences.length, 'licence')} and ${counted(profiles.length, 'profile')} of ${server.name} are recorded, with counts, expiry and codes; checksum ${sum}.`,
    ja: `${server.name} のライセンス${licences.length}件とプロファイル${profiles.length}件を、数量・有効期限・認証コードとともに記録しました（チェックサム ${sum}）。`,
  }
}

const versions = (origin: LicenceSheet, destination: LicenceSheet): Text => {
  const [was, is] = [origin, destination].map(({ server }) => `${server.product} ${server.version}`)
  return { en: `The old machine runs ${was}, the new one ${is}.`, ja: `旧マシンは ${was}、新マシンは ${is} です。` }
}

/** What has come about since. */
const hearMarks = async (desk: Desk, move: Move, before: Course, after: Course): Promise<void> => {
  const [was, is] = [landmarksOf(before), landmarksOf(after)]
  const isAll = ([done, of]: readonly [number, number]): boolean => of > 0 && done === of
  if (is.maintenanceOn && !was.maintenanceOn) await carriedOut(desk, move, 'maintenance-on')
  if (isAll(is.inactive) && !isAll(was.inactive)) await find(desk, move, 'licences-inactive-at-origin', true, { en: `${is.inactive[0]} of ${is.inactive[1]} were deactivated on the old machine.`, ja: `旧マシンで${is.inactive[1]}件中${is.inactive[0]}件を無効化しました。` })
  if (isAll(is.active) && !isAll(was.active)) await find(desk, move, 'licences-active-at-destination', true, { en: `${is.active[0]} of ${is.active[1]} were activated on the new machine.`, ja: `新マシンで${is.active[1]}件中${is.active[0]}件を有効化しました。` })
  if (is.profiles && !was.profiles) await find(desk, move, 'profiles-found', true, { en: 'The new machine was read back: every profile of the record is there, under its name and with its licences.', ja: '新マシンを読み戻し、記録したすべてのプロファイルが所定の名前とライセンスで存在することを確認しました。' })
  if (is.maintenanceOff && !was.maintenanceOff) await carriedOut(desk, move, 'maintenance-off')
}

const find = async (desk: Desk, move: Move, check: Check, held: boolean, why: Text): Promise<void> => {
  await keepFinding(desk, move, { check, about: '', held, why })
  await lookAgain(desk, move.id)
}

/** An order that ended without a word about the licences, because it could not go on: nothing was begun, or what was begun stands where it stood. */
export const licencesEnded = async (desk: Desk, move: Move, order: MoveOrder): Promise<Move> => {
  const row = await desk.tx.lock('licence_move', move.id)
  if (order.state !== 'failed' || row === undefined) return move
  const { fault } = (order.result ?? {}) as { readonly fault?: ToldFault }
  if (row.state === 'under-way') await desk.tx.change('licence_move', move.id, { state: 'stopped', course: { ...row.course, ...(fault === undefined ? {} : { says: [fault.message], fault }) }, at: desk.now })
  return row.book === null && move.stage === 'ordered' ? await standNow(desk, move, 'planned') : move
}

const actions: readonly Action[] = ['maintenance-on', 'deactivate-licences', 'activate-licences', 'rename-profiles', 'maintenance-off']
const back: Text = { en: 'The licences were brought back to the old machine.', ja: 'ライセンスは旧マシンに戻されました。' }

/** It goes back: what was found is no longer so, and what was done is to be done again. */
const takeBack = async (desk: Desk, move: Move): Promise<void> => {
  const found = await desk.tx.list('finding', { move: move.id })
  for (const check of ['licences-inactive-at-origin', 'licences-active-at-destination', 'profiles-found'] as const) if (found.some(one => one.check === check && one.held)) await keepFinding(desk, move, { check, about: '', held: false, why: back })
  await takenBack(desk, move, actions, back.en)
}

/** The move stands where its licences stand. */
const standFor = async (desk: Desk, move: Move, order: MoveOrder, state: CourseState, isBegun: boolean): Promise<Move> => {
  const stage = stageOf(state, isBegun)
  if (stage === move.stage || move.endedAt !== null || (stage === 'planned' && move.stage !== 'ordered' && move.stage !== 'in-doubt')) return move
  const now = await standNow(desk, move, stage)
  await desk.tx.enqueue({ name: 'react', key: `move-stage ${order.id} ${stage}`, at: desk.now, facts: { event: 'move-stage', move: move.id, from: move.stage, stage, leg: move.leg }, group: move.id })
  return now
}

export const standNow = async (desk: Desk, move: Move, stage: 'planned' | 'ordered' | 'in-doubt' | 'switched'): Promise<Move> => {
  if (stage !== 'planned') {
    journal(desk, 'move.stage', 'move', move.id, { from: move.stage, to: stage, leg: move.leg })
    return await stand(desk, move, { stage, leg: move.leg })
  }
  await desk.tx.change('move', move.id, { stage })
  journal(desk, 'move.stage', 'move', move.id, { from: move.stage, to: stage, leg: move.leg })
  return { ...move, stage }
}

const stageOf = (state: CourseState, isBegun: boolean): 'planned' | 'ordered' | 'in-doubt' | 'switched' => {
  switch (state) {
    case 'recorded': case 'undone': return 'planned'
    case 'under-way': return 'ordered'
    case 'stopped': return isBegun ? 'ordered' : 'planned'
    case 'in-doubt': return 'in-doubt'
    case 'carried-out': return 'switched'
  }
}
