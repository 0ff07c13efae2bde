import { retirement, type Retirement } from '#domain/contract.ts'
import { addDays, daysBetween } from '#domain/days.ts'
import { amended } from '#domain/calendar.ts'
import type { Job } from '#domain/job.ts'
import { dayOf, instantOf } from '#domain/local-time.ts'
import type { Move } from '#domain/programmes.ts'
import type { Contract } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import type { VendorSettings } from '#domain/vendor-settings.ts'
import { assert } from '#lib/assert.ts'
import type { View } from '#ports/ledger.ts'
import { calendarOf } from './calendars.ts'
import { type Desk, journal } from './desk.ts'
import { pages } from './links.ts'
import { write } from './messages.ts'
import { peopleOf } from './people.ts'
import { settingsIn } from './settings.ts'
import type { World } from './world.ts'

/** What a job of this name is told. `endsOn`: as the contract had it when this was dated. */
export type RetirementFacts = { readonly contract: Contract['id']; readonly endsOn: Day; readonly step: 'remind' | 'retire'; readonly on: Day }

const morning = '09:00'

/** When the old home of a contract that has an end is retired, and when people are reminded. Undefined: it goes on. */
export const retirementOf = (world: Pick<World, 'holidays'>, settings: VendorSettings, { endsOn }: Pick<Contract, 'endsOn'>, today: Day): Retirement | undefined => {
  if (endsOn === null) return undefined
  const first = endsOn < today ? endsOn : today
  const { calendar } = calendarOf(world, settings.holidays, first, addDays(endsOn, 31))
  return retirement(addDays(endsOn, -1), today, { weekend: settings.office.weekend, holidays: amended(calendar.holidays, settings.ownDays) })
}

/** Dates the reminders and the end of an old home anew; what was dated for another end is taken back. */
export const dateRetirement = async (desk: Desk, contract: Contract): Promise<void> => {
  const { known: { settings } } = await settingsIn(desk.tx, contract.vendor)
  await desk.tx.cancel(...Array.from({ length: mostReminders }, (_, n) => keyOf(contract.id, n)))
  const dated = retirementOf(desk.world, settings, contract, dayOf(desk.now, settings.office.zone))
  if (dated === undefined || contract.endsOn === null) return
  const { endsOn } = contract
  const job = (n: number, step: RetirementFacts['step'], on: Day): Job => ({ name: 'retire-home', key: keyOf(contract.id, n), at: instantOf(on, morning, settings.office.zone).at, facts: { contract: contract.id, endsOn, step, on }, group: contract.customer })
  const reminders = dated.reminders.slice(0, mostReminders - 1).map(({ on }, n) => job(n + 1, 'remind', on))
  await desk.tx.enqueue(...reminders, job(0, 'retire', dated.retiredOn))
}
const mostReminders = 10
/** 0: the end itself. */
const keyOf = (contract: string, n: number): string => `retire ${contract} ${n}`

/** What the job does: reminds people of the day on which their old home ends, or tells that it has come. A contract that has another end by now is another job's. */
export const retire = async (desk: Desk, { contract: id, endsOn, step, on }: RetirementFacts): Promise<void> => {
  const contract = await desk.tx.lock('contract', id)
  if (contract === undefined || contract.endsOn !== endsOn) return
  const { known: { settings } } = await settingsIn(desk.tx, contract.vendor)
  const today = dayOf(desk.now, settings.office.zone)
  const lastDay = addDays(endsOn, -1)
  // A worker that was away for days tells of the days that are left, and never of one that is over.
  if (step === 'remind' && today > lastDay) return
  assert(step === 'remind' || today >= endsOn, 'an old home is never retired before its contract ends')
  const moves = await movesOf(desk.tx, contract)
  const [first] = moves
  if (first === undefined) return
  journal(desk, step === 'retire' ? 'home.retire' : 'home.remind', 'contract', id, { lastDay, moves: moves.map(move => move.id) })
  if (step === 'remind') for (const move of moves) await remind(desk, move, { on, lastDay, daysLeft: daysBetween(today, lastDay) })
}

/** The moves away from what the contract was for. */
const movesOf = async (view: View, { customer }: Contract): Promise<Move[]> => (await view.list('move', { customer }, { limit: 100 })).filter(move => move.stage !== 'cancelled')

const remind = async (desk: Desk, move: Move, { on, lastDay, daysLeft }: { readonly on: Day; readonly lastDay: Day; readonly daysLeft: number }): Promise<void> => {
  const tenant = await desk.tx.get('tenant', move.tenant)
  assert(tenant !== undefined, 'a move is of a tenant')
  const people = await peopleOf(desk.tx, [move])
  const readers = people.readersFor(move, [{ party: 'customer', duty: 'point-of-contact' }, { party: 'customer', duty: 'billing' }, { party: 'partner', duty: 'point-of-contact' }])
  await write(desk, {
    event: 'contract-end', key: `contract-end ${move.id} ${lastDay} ${on}`, move, to: readers.flatMap(one => (one.contact === null ? [] : [{ contact: one.contact }])),
    facts: { tenant: tenant.name, ends: lastDay, daysLeft, link: pages.move(desk.world, move.id) },
  })
}
