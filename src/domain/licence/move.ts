import type { Instant } from '../time.ts'
import type { LicenceSheet, SheetLicence, SheetProfile } from './sheet.ts'

export type Side = 'origin' | 'destination'

/** What a licence server can do, as `LicensorCan` has it. */
export type SideCan = { readonly maintenance: boolean; readonly carriesSeats: boolean; readonly redirect: boolean; readonly profiles: boolean }

/** What a person wants moved. */
export type MoveOrder = {
  /** Profiles that are called otherwise at the destination; the others keep their names. */
  readonly renames: readonly { readonly from: string; readonly to: string }[]
  /** Licences by id; null: all that are active. */
  readonly only: readonly string[] | null
  /** Activation codes that the origin does not tell, by licence. */
  readonly codes: Readonly<Record<string, string>>
  /** What is said to whoever is refused a seat meanwhile. */
  readonly reason: string
  readonly expectedEnd: Instant | null
  /** Where the origin sends whoever still asks it; null: nowhere. */
  readonly address: string | null
}

export type MoveStep = { readonly id: string } & (
  | { readonly does: 'maintain'; readonly at: Side; readonly maintenance: { readonly reason: string; readonly expectedEnd: Instant | null } | null }
  | { readonly does: 'deactivate' | 'install' | 'activate'; readonly at: Side; readonly licence: string }
  | { readonly does: 'link'; readonly at: Side; readonly profile: SheetProfile }
  /** `recorded`: it stands as it was written down. `moved`: it holds what was moved, under the new names. */
  | { readonly does: 'compare'; readonly at: Side; readonly as: 'recorded' | 'moved' }
  | { readonly does: 'redirect'; readonly at: Side; readonly to: string | null }
)

/** `left`: what these servers cannot do and is therefore left out, in sentences. */
export type MovePlan = { readonly steps: readonly MoveStep[]; readonly left: readonly string[] }

export type Recorded = { readonly origin: LicenceSheet; readonly destination: LicenceSheet }
export type BothCan = Readonly<Record<Side, SideCan>>

/** Why it cannot be moved so, in sentences; nothing was touched. Empty: it can. */
export const objectionsTo = (order: MoveOrder, { origin, destination }: Recorded): readonly string[] => {
  if (origin.server.product !== destination.server.product) return [`The origin is ${origin.server.product}, the destination ${destination.server.product}: what one signs the other cannot read.`]
  const chosen = chosenOf(order, origin)
  const profiles = profilesOf(order, origin)
  return [
    ...(order.only ?? []).filter(id => !chosen.some(one => one.id === id)).map(id => `The licence ${id} is not active at the origin.`),
    ...(chosen.length === 0 && (order.only ?? []).length === 0 ? ['No licence is active at the origin: there is nothing to move.'] : []),
    ...chosen.filter(one => destination.licences.some(other => other.id === one.id && other.state === 'active')).map(one => `The licence ${named(one)} is active at the destination already. Find out how before anything is moved.`),
    ...order.renames.filter(({ from }) => !origin.profiles.some(one => one.name === from)).map(({ from }) => `The origin has no profile ${from} to be renamed.`),
    ...order.renames.filter(({ from }, n) => order.renames.findIndex(one => one.from === from) !== n).map(({ from }) => `The profile ${from} is to have two names.`),
    ...profiles.filter(({ name }, n) => profiles.findIndex(one => one.name === name) !== n).map(({ name }) => `Two profiles would be called ${name} at the destination.`),
    ...profiles.filter(({ name }) => destination.profiles.some(other => other.name === name && other.licences.some(id => !chosen.some(one => one.id === id)))).map(({ name }) => `The destination has a profile ${name} with other licences already: rename one of them.`),
  ]
}

/** The licences that are moved, in the order of their ids. */
export const chosenOf = ({ only }: MoveOrder, { licences }: LicenceSheet): readonly SheetLicence[] => licences.filter(one => one.state === 'active' && (only === null || only.includes(one.id)))

/** The profiles as they are to be at the destination: new names, and of their licences those that are moved. */
export const profilesOf = (order: MoveOrder, origin: LicenceSheet): readonly SheetProfile[] => {
  const chosen = new Set(chosenOf(order, origin).map(one => one.id))
  return origin.profiles.flatMap(({ name, licences }) => {
    const moved = licences.filter(id => chosen.has(id))
    return moved.length === 0 ? [] : [{ name: order.renames.find(one => one.from === name)?.to ?? name, licences: moved }]
  })
}

/** The whole way there. One licence after the other, so that no more than one is on neither side. */
export const planOut = (order: MoveOrder, { origin }: Recorded, can: BothCan): MovePlan => {
  const maintenance = { reason: order.reason, expectedEnd: order.expectedEnd }
  const profiles = can.destination.profiles ? profilesOf(order, origin) : []
  return {
    steps: [
      ...sides.flatMap((at): MoveStep[] => (can[at].maintenance ? [{ id: `out/maintenance on/${at}`, does: 'maintain', at, maintenance }] : [])),
      { id: 'out/compare/origin', does: 'compare', at: 'origin', as: 'recorded' },
      ...chosenOf(order, origin).flatMap(({ id }) => handOver(id, 'out', 'origin', 'destination')),
      ...profiles.map((profile): MoveStep => ({ id: `out/link/${profile.name}`, does: 'link', at: 'destination', profile })),
      { id: 'out/compare/destination', does: 'compare', at: 'destination', as: 'moved' },
      // Of a move back: nobody may be sent away from where the licences are now.
      ...(can.destination.redirect ? [{ id: 'out/redirect/destination', does: 'redirect', at: 'destination', to: null } as const] : []),
      ...(can.destination.maintenance ? [{ id: 'out/maintenance off/destination', does: 'maintain', at: 'destination', maintenance: null } as const] : []),
      ...(can.origin.redirect && order.address !== null ? [{ id: redirectId, does: 'redirect', at: 'origin', to: order.address } as const] : []),
    ],
    left: leftOut(order, origin, can),
  }
}

/** From here on the way back is a move of its own. */
export const redirectId = 'out/redirect/origin'

/**
 * The way back from wherever the way there has come to: `done` are the ids of its steps that were carried out. First every licence to where it was, then whatever only
 * tidies up, so that a destination that cannot be reached keeps nobody waiting who did not need it.
 */
export const planBack = (order: MoveOrder, recorded: Recorded, can: BothCan, out: readonly MoveStep[], done: ReadonlySet<string>): MovePlan => {
  const was = out.filter(step => done.has(step.id))
  const did = (does: MoveStep['does'], at: Side, licence?: string): boolean => was.some(step => step.does === does && step.at === at && (licence === undefined || ('licence' in step && step.licence === licence)))
  const isOpen = was.some(step => step.does === 'maintain' && step.at === 'destination' && step.maintenance === null)
  const licences = chosenOf(order, recorded.origin).toReversed().flatMap(({ id }): MoveStep[] => {
    if (!did('deactivate', 'origin', id)) return []
    const [deactivate, ...rest] = handOver(id, 'back', 'destination', 'origin')
    return did('activate', 'destination', id) && deactivate !== undefined ? [deactivate, ...rest] : rest
  })
  return {
    steps: [
      ...(isOpen ? [{ id: 'back/maintenance on/destination', does: 'maintain', at: 'destination', maintenance: { reason: order.reason, expectedEnd: order.expectedEnd } } as const] : []),
      ...licences,
      { id: 'back/compare/origin', does: 'compare', at: 'origin', as: 'recorded' },
      ...putBack('origin', did('maintain', 'origin'), recorded),
      ...was.flatMap((step): MoveStep[] => (step.does === 'link' ? [{ id: `back/link/${step.profile.name}`, does: 'link', at: 'destination', profile: { name: step.profile.name, licences: recorded.destination.profiles.find(one => one.name === step.profile.name)?.licences ?? [] } }] : [])),
      ...putBack('destination', did('maintain', 'destination'), recorded),
    ],
    left: can.destination.carriesSeats && can.origin.carriesSeats ? [] : [noSeats],
  }
}

const sides = ['origin', 'destination'] as const
const noSeats = 'These servers do not carry seats over: who sits on one checks out anew.'

const handOver = (licence: string, leg: 'out' | 'back', from: Side, to: Side): readonly MoveStep[] => [
  { id: `${leg}/deactivate/${licence}`, does: 'deactivate', at: from, licence },
  { id: `${leg}/install/${licence}`, does: 'install', at: to, licence },
  { id: `${leg}/activate/${licence}`, does: 'activate', at: to, licence },
]

/** Maintenance as it was before the move: a server that was closed for another reason stays closed. */
const putBack = (at: Side, isChanged: boolean, recorded: Recorded): MoveStep[] => {
  const before = recorded[at].maintenance
  return isChanged ? [{ id: `back/maintenance as before/${at}`, does: 'maintain', at, maintenance: before === null ? null : { reason: before.reason, expectedEnd: before.expectedEnd } }] : []
}

const leftOut = (order: MoveOrder, origin: LicenceSheet, can: BothCan): string[] => [
  ...sides.flatMap(at => (can[at].maintenance ? [] : [`The ${at} has no maintenance mode: it gives out seats until the licence is deactivated.`])),
  ...(can.origin.carriesSeats && can.destination.carriesSeats ? [] : [noSeats]),
  ...(can.destination.profiles || origin.profiles.length === 0 ? [] : ['The destination has no profiles: link applications to their licences by hand.']),
  // Who asks by the key of a licence and not by a profile asks the maker's service, whose address stays.
  ...((can.origin.redirect && order.address !== null) || !can.origin.profiles ? [] : ['The origin sends nobody to the destination: give applications the new address by hand.']),
]

const named = ({ name, id }: SheetLicence): string => (name === id ? id : `${name} (${id})`)
