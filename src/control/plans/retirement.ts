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
import { calendarOf } from '../calendar/calendars.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { pages } from '../letters/links.ts'
import { write } from '../letters/messages.ts'
import { peopleOf } from '../people/people.ts'
import { settingsIn } from '../running/settings.ts'
import type { World } from '../ground/world.ts'

/** What a job of this name is told. `endsOn`: as the contract had it when this was dated. */
export type RetirementFacts = { readonly contract: Contract['id']; readonly endsOn: Day; readonly step: 'remind' | 'retire'; readonly on: Day }

const morning = '09:00'

/** When the old home of a subscription that has an end is retired, and when people are reminded. Undefined: it goes on; or it is a licence, which is for the new one. */
export const retirementOf = (world: Pick<World, 'holidays'>, settings: VendorSettings, { kind, endsOn }: Pick<Contract, 'kind' | 'endsOn'>, today: Day): Retirement | undefined => {
  if (kind !== 'subscription' || endsOn === null) return undefined
  const first = endsOn < today ? endsOn : today
  const { calendar } = calendarOf(world, settings.holidays, first, addDays(endsOn, 31))
  return retirement(addDays(endsOn, -1), today, { weekend: settings.office.weekend, holidays: amended(calendar.holidays, settings.ownDays) })
}

/** Dates the reminders and the end of an old home; done again, the same jobs are there once. What was dated for another end does nothing when it is its turn. */
export const dateRetirement = async (desk: Desk, contract: Contract): Promise<void> => {
  const { known: { settings } } = await settingsIn(desk.tx, contract.vendor)
  const dated = retirementOf(desk.world, settings, contract, dayOf(desk.now, settings.office.zone))
  if (dated === undefined || contract.endsOn === null) return
  const { endsOn } = contract
  const job = (step: RetirementFacts['step'], on: Day): Job => ({ name: 'retire-home', key: `${step} ${contract.id} ${endsOn} ${on}`, at: instantOf(on, morning, settings.office.zone).at, facts: { contract: contract.id, endsOn, step, on }, group: contract.customer })
  await desk.tx.enqueue(...dated.reminders.map(({ on }) => job('remind', on)), job('retire', dated.retiredOn))
}

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
  if (step === 'retire' || moves.length > 0) journal(desk, step === 'retire' ? 'home.retire' : 'home.remind', 'contract', id, { lastDay, moves: moves.map(move => move.id) })
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
