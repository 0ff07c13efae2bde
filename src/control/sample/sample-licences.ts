import { shownSheet, noCourse } from '#domain/licence/course.ts'
import type { LicenceSheet, SheetLicence } from '#domain/licence/sheet.ts'
import type { Move } from '#domain/programmes.ts'
import type { Desk } from '../ground/desk.ts'
import { codesPurpose, recordedWhy } from '../orders/licence-reports.ts'
import { keepFinding } from '../running/findings.ts'
import { takeMeasures } from '../homes/measures.ts'

const day = 86_400_000
const vaultMs = 10_000

/** What a sample company's licence server held when it was written down: nothing of it is anywhere. */
export const addSampleLicences = async (desk: Desk, move: Pick<Move, 'id' | 'vendor' | 'customer'>, n: number): Promise<void> => {
  const { tx, world, now } = desk
  const { id, vendor, customer } = move
  const sheet = sheetOf(world, now, n)
  const course = { ...noCourse, recorded: shownSheet(sheet).sheet, origin: shownSheet(sheet).sheet }
  const sealed = await world.vault.seal(JSON.stringify(Object.fromEntries(sheet.licences.map(one => [one.id, one.code]))), { purpose: codesPurpose, row: id }, AbortSignal.timeout(vaultMs))
  await tx.add('licence_move', { id, vendor, customer, move: id, agent: null, book: null, round: 1, state: 'recorded', course, sealed, recordedAt: now, at: now })
  await keepFinding(desk, move, { check: 'licences-recorded', about: '', held: true, why: recordedWhy(sheet) })
  await takeMeasures(desk, id, { 'licence-count': sheet.licences.length, profiles: sheet.profiles.map(one => one.name) })
}

const sheetOf = (world: Desk['world'], now: number, n: number): LicenceSheet => {
  const server = `licence-host-${n + 1}`
  const licence = (kind: string, name: string, seats: number | null, taken: SheetLicence['taken']): SheetLicence => ({
    id: world.newId(), product: 'Flow Solver', kind, name, seats, endsAt: kind === 'server' ? null : now + (200 + 30 * n) * day, state: 'active', machine: server, code: `SAMPLE-${kind.toUpperCase()}-${String(1000 + n)}`, taken,
  })
  const seat = (user: string, hours: number, isBorrowed = false): SheetLicence['taken'][number] => ({ holder: { user, host: `desk-${user}`, program: 'flow solver' }, until: now + hours * 3_600_000, isBorrowed })
  const licences = [licence('server', 'House licence', null, []), licence('session', 'Parallel sessions', 8 + n, [seat('asada', 1), seat('brandt', 1)]), licence('user', 'Named desks', 20 + n, [seat('chiba', 1), seat('dietz', 30, true)])].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const [house, sessions, desks] = ['server', 'session', 'user'].map(kind => licences.filter(one => one.kind === kind).map(one => one.id))
  return {
    format: 'rehome-licences/1', server: { name: server, product: 'rehome', version: '1.0.0' }, takenAt: now, maintenance: null, licences,
    profiles: [{ name: 'flow', licences: [...sessions ?? [], ...house ?? []] }, { name: 'flow (desks)', licences: desks ?? [] }],
  }
}
