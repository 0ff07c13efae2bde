import { cover, type Hole, type LicenceEndsFirst, type Overlap, type OverlapTooShort } from './billing.ts'
import { addDays } from './days.ts'
import type { Contract } from './records.ts'
import type { Day } from './time.ts'

/** What a customer's contracts say of each other. `lacking`: there is no such contract. `goes-on`: nobody has cancelled the subscription, so nothing is missing. */
export type Covered =
  | ({ readonly standing: 'covered' } & Overlap)
  | ({ readonly standing: 'uncovered' } & (Hole | OverlapTooShort | LicenceEndsFirst))
  | { readonly standing: 'lacking'; readonly missing: readonly Contract['kind'][] }
  | { readonly standing: 'goes-on' }

/** Whether there is a day between subscription and licence for which nothing is paid. `neededDays`: for so many both must be. */
export const coverOf = (contracts: readonly Contract[], neededDays: number): Covered => {
  const subscription = runsOf(contracts, 'subscription').at(-1)
  if (subscription !== undefined && subscription.endsOn === null) return { standing: 'goes-on' }
  const licences = runsOf(contracts, 'licence')
  const subscribedTo = subscription?.endsOn ?? ''
  const licence = licences.find(({ endsOn }) => endsOn === null || endsOn > subscribedTo) ?? licences.at(-1)
  if (subscription === undefined || licence === undefined) return { standing: 'lacking', missing: [...(subscription === undefined ? ['subscription' as const] : []), ...(licence === undefined ? ['licence' as const] : [])] }
  const found = cover({ subscription: { first: subscription.startsOn, last: addDays(subscribedTo, -1) }, licence: { first: licence.startsOn, last: licence.endsOn === null ? null : addDays(licence.endsOn, -1) } }, neededDays)
  return 'refused' in found ? { standing: 'uncovered', ...found } : { standing: 'covered', ...found }
}

/** Contracts of a kind by their days; those that follow each other without a gap are one run. */
const runsOf = (contracts: readonly Contract[], kind: Contract['kind']): { readonly startsOn: Day; readonly endsOn: Day | null }[] => {
  const runs: { startsOn: Day; endsOn: Day | null }[] = []
  for (const { startsOn, endsOn } of contracts.filter(one => one.kind === kind).toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1))) {
    const last = runs.at(-1)
    if (last?.endsOn === startsOn) last.endsOn = endsOn
    else runs.push({ startsOn, endsOn })
  }
  return runs
}
