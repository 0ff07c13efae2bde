import type { NoAccess } from '#domain/access.ts'
import { contractEnd } from '#domain/contract.ts'
import { addDays } from '#domain/days.ts'
import { coverOf, type Covered } from '#domain/licence-cover.ts'
import type { CustomerId } from '#domain/parties.ts'
import type { Contract } from '#domain/records.ts'
import type { Day } from '#domain/time.ts'
import type { View } from '#ports/ledger.ts'
import { today } from './charges.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { dateRetirement } from '../plans/retirement.ts'
import { settingsIn } from '../running/settings.ts'

export type ContractRefused =
  | NoAccess
  | { readonly refused: 'contract-backward'; readonly startsOn: Day; readonly endsOn: Day }
  | { readonly refused: 'contract-overlaps'; readonly contract: Contract['id']; readonly startsOn: Day; readonly endsOn: Day | null }
  | { readonly refused: 'contract-ended'; readonly endsOn: Day }
  | { readonly refused: 'not-cancelled-yet'; readonly on: Day }
  /** A move that is planned depends on there being none. What would close it is in `cover`. */
  | { readonly refused: 'licence-hole'; readonly why: string; readonly cover: Covered }

/** With how they lie to each other now. */
export type ContractKept = { readonly contract: Contract; readonly cover: Covered }
type Wanted = Pick<Contract, 'customer' | 'kind' | 'startsOn' | 'endsOn' | 'term'>

export const addContract = async (desk: Desk, wanted: Wanted): Promise<ContractKept | ContractRefused> => {
  const customer = await desk.tx.lock('customer', wanted.customer)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', { vendor: customer.vendor, customer: customer.id, partner: customer.partner })
  if (why !== undefined) return why
  const contract: Contract = { id: desk.world.newId(), vendor: customer.vendor, ...wanted }
  return await keep(desk, contract, { added: wanted })
}

/** `endsOn`: the first day on which it is no longer; null: it goes on. */
export const changeContract = async (desk: Desk, { contract: id, ...change }: { readonly contract: Contract['id'] } & Partial<Pick<Contract, 'startsOn' | 'endsOn' | 'term'>>): Promise<ContractKept | ContractRefused> => {
  const held = await heldContract(desk, id)
  return 'refused' in held ? held : await keep(desk, { ...held, ...change }, { changed: change })
}

/** `missedBy`: by how many days the notice came too late for the term that it came in. */
export type Cancelled = ContractKept & { readonly lastDay: Day; readonly missedBy: number }

/** Ends it with the first term that the notice is in time for. `on`: the day on which it was cancelled, if not today. */
export const cancelContract = async (desk: Desk, { contract: id, on }: { readonly contract: Contract['id']; readonly on?: Day }): Promise<Cancelled | ContractRefused> => {
  const held = await heldContract(desk, id)
  if ('refused' in held) return held
  if (held.endsOn !== null) return { refused: 'contract-ended', endsOn: held.endsOn }
  const { known: { settings } } = await settingsIn(desk.tx, held.vendor)
  const now = await today(desk, held.vendor)
  const day = on ?? now
  if (day > now) return { refused: 'not-cancelled-yet', on: day }
  const end = contractEnd({ start: held.startsOn, term: held.term, terms: 1, noticeDays: settings.noticeDays }, day < held.startsOn ? held.startsOn : day)
  const kept = await keep(desk, { ...held, endsOn: addDays(end.lastDay, 1) }, { cancelledOn: day, lastDay: end.lastDay, missedBy: end.missedBy })
  return 'refused' in kept ? kept : { ...kept, lastDay: end.lastDay, missedBy: end.missedBy }
}

/** The customer's row is held: of its contracts one is changed at a time. */
const heldContract = async (desk: Desk, id: Contract['id']): Promise<Contract | NoAccess> => {
  const found = await desk.tx.get('contract', id)
  if (found === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'billing.change', found)
  if (why !== undefined) return why
  await desk.tx.lock('customer', found.customer)
  return (await desk.tx.lock('contract', id)) ?? { refused: 'not-found' }
}

const keep = async (desk: Desk, contract: Contract, facts: Readonly<Record<string, unknown>>): Promise<ContractKept | ContractRefused> => {
  const { tx } = desk
  if (contract.endsOn !== null && contract.endsOn <= contract.startsOn) return { refused: 'contract-backward', startsOn: contract.startsOn, endsOn: contract.endsOn }
  const others = (await contractsOf(tx, contract.customer)).filter(one => one.id !== contract.id)
  const overlap = others.find(one => one.kind === contract.kind && startsBefore(one.startsOn, contract.endsOn) && startsBefore(contract.startsOn, one.endsOn))
  if (overlap !== undefined) return { refused: 'contract-overlaps', contract: overlap.id, startsOn: overlap.startsOn, endsOn: overlap.endsOn }
  const cover = await coverWith(tx, contract.vendor, [...others, contract])
  if (cover.standing === 'uncovered' && await needsCover(desk, contract.customer)) return { refused: 'licence-hole', why: cover.refused, cover }
  await tx.put('contract', contract)
  journal(desk, 'contract.change', 'contract', contract.id, { customer: contract.customer, kind: contract.kind, ...facts })
  await dateRetirement(desk, contract)
  return { contract, cover }
}

const startsBefore = (day: Day, end: Day | null): boolean => end === null || day < end

const contractsOf = (view: View, customer: CustomerId): Promise<Contract[]> => view.list('contract', { customer }, { limit: 200 })

const coverWith = async (view: View, vendor: Contract['vendor'], contracts: readonly Contract[]): Promise<Covered> => coverOf(contracts, (await settingsIn(view, vendor)).known.settings.overlapDays)

/** How a customer's subscription and licence lie to each other. */
export const coverFor = async (view: View, { id, vendor }: { readonly id: CustomerId; readonly vendor: Contract['vendor'] }): Promise<Covered> => coverWith(view, vendor, await contractsOf(view, id))

/** Whether a move of that customer is planned whose playbook asks for there being no hole. */
const needsCover = async ({ tx, world }: Desk, customer: CustomerId): Promise<boolean> =>
  (await tx.list('move', { customer, endedAt: null })).some(move => {
    const playbook = playbookOf(world, move)
    return !('refused' in playbook) && asksFor(playbook, 'no-licence-gap')
  })

/** Whether one of a playbook's tasks or gates rests on that check. */
export const asksFor = ({ tasks, gates }: { readonly tasks: readonly { readonly check: string | null }[]; readonly gates: readonly { readonly conditions: readonly { readonly check?: string }[] }[] }, check: string): boolean =>
  tasks.some(task => task.check === check) || gates.some(gate => gate.conditions.some(condition => condition.check === check))

export type ContractsPage = { readonly contracts: readonly Contract[]; readonly cover: Covered }

/** A customer's contracts, and what lies between them: overlap or hole, as days of a calendar. */
export const readContracts = async (glance: Glance, { customer: id }: { readonly customer: CustomerId }): Promise<ContractsPage | NoAccess> => {
  const customer = await glance.view.get('customer', id)
  if (customer === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'billing.read', { vendor: customer.vendor, customer: id, partner: customer.partner, party: glance.actor.kind === 'partner' ? 'partner' : 'customer' })
  return why ?? { contracts: await contractsOf(glance.view, id), cover: await coverFor(glance.view, customer) }
}
