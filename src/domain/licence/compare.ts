import { counted } from '#lib/quantity.ts'
import type { Holder } from './licence.ts'
import { chosenOf, profilesOf, type MoveOrder } from './move.ts'
import type { LicenceSheet, SheetLicence, SheetProfile } from './sheet.ts'

/** `stops`: a move ends here. What does not stop may have come about by itself, such as a seat that was given back. */
export type Difference = {
  readonly what: 'licence-missing' | 'licence-state' | 'licence-extra' | 'product' | 'kind' | 'name' | 'seats' | 'expiry' | 'profile-missing' | 'profile-licences' | 'profile-order' | 'profile-extra' | 'seats-lost' | 'seat-gone'
  readonly says: string
  readonly stops: boolean
}

/** What is looked for, besides that everything there is as it was. */
export type Expected = {
  readonly licences: readonly SheetLicence[]
  readonly profiles: readonly SheetProfile[]
  /** What was out last before it was given up; null: seats are not carried. */
  readonly seats: LicenceSheet | null
}

/** What the destination must hold after a move. */
export const expectedMoved = (order: MoveOrder, recorded: LicenceSheet, seats: LicenceSheet | null): Expected => ({ licences: chosenOf(order, recorded), profiles: profilesOf(order, recorded), seats })

/** What a server must hold that stands as the sheet says. */
export const expectedRecorded = (recorded: LicenceSheet): Expected => ({ licences: recorded.licences, profiles: recorded.profiles, seats: null })

/** The sheet with the names that profiles have elsewhere. */
export const renamedSheet = (sheet: LicenceSheet, renames: MoveOrder['renames']): LicenceSheet => ({ ...sheet, profiles: sheet.profiles.map(one => ({ ...one, name: renames.find(({ from }) => from === one.name)?.to ?? one.name })) })

/** Every difference between what is expected and what a server says, each in a sentence. More on the server than expected is none. */
export const compareSheets = ({ licences, profiles, seats }: Expected, found: LicenceSheet): readonly Difference[] => {
  const names = new Map([...licences, ...found.licences].map(one => [one.id, one.name]))
  return [
    ...licences.flatMap(one => licenceDifferences(one, found.licences.find(other => other.id === one.id))),
    ...profiles.flatMap(one => profileDifferences(one, found.profiles.find(other => other.name === one.name), id => names.get(id) ?? id)),
    ...(seats === null ? [] : licences.flatMap(one => seatDifferences(one, seats, found))),
  ]
}

/** Of two sheets that should be the same: also what is there and was not before, and, as a note, who no longer sits on a seat. */
export const compareWhole = (recorded: LicenceSheet, found: LicenceSheet): readonly Difference[] => [
  ...compareSheets(expectedRecorded(recorded), found),
  ...recorded.licences.flatMap(one => seatDifferences(one, recorded, found)).map(one => ({ ...one, stops: false })),
  ...found.licences.filter(one => one.state !== 'absent' && !recorded.licences.some(other => other.id === one.id)).map((one): Difference => ({ what: 'licence-extra', says: `The licence ${said(one)} is on the server and not on the sheet.`, stops: true })),
  ...found.profiles.filter(one => !recorded.profiles.some(other => other.name === one.name)).map((one): Difference => ({ what: 'profile-extra', says: `The profile ${one.name} is on the server and not on the sheet.`, stops: true })),
]

const licenceDifferences = (want: SheetLicence, found: SheetLicence | undefined): Difference[] => {
  const differs = (what: Difference['what'], says: string): Difference => ({ what, says: `The licence ${said(want)} ${says}.`, stops: true })
  if (found === undefined || (found.state === 'absent' && want.state !== 'absent')) return want.state === 'absent' ? [] : [differs('licence-missing', 'is missing')]
  return [
    ...(found.state === want.state ? [] : [differs('licence-state', `is ${found.state}, not ${want.state}`)]),
    ...(found.product === want.product ? [] : [differs('product', `is for ${found.product}, not for ${want.product}`)]),
    ...(found.kind === want.kind ? [] : [differs('kind', `is of the kind ${found.kind}, not ${want.kind}`)]),
    ...(found.name === want.name ? [] : [differs('name', `is called ${found.name}`)]),
    ...(found.seats === want.seats ? [] : [differs('seats', `has ${seatsSaid(found.seats)}, not ${seatsSaid(want.seats)}`)]),
    ...(found.endsAt === want.endsAt ? [] : [differs('expiry', `ends ${endSaid(found.endsAt)}, not ${endSaid(want.endsAt)}`)]),
  ]
}

const profileDifferences = (want: SheetProfile, found: SheetProfile | undefined, nameOf: (id: string) => string): Difference[] => {
  if (found === undefined) return [{ what: 'profile-missing', says: `The profile ${want.name} is missing.`, stops: true }]
  const [missing, extra] = [want.licences.filter(id => !found.licences.includes(id)), found.licences.filter(id => !want.licences.includes(id))]
  if (missing.length + extra.length > 0) {
    const parts = [...missing.map(id => `is not linked to ${nameOf(id)}`), ...extra.map(id => `is linked to ${nameOf(id)} besides`)]
    return [{ what: 'profile-licences', says: `The profile ${want.name} ${parts.join(' and ')}.`, stops: true }]
  }
  const isInOrder = want.licences.every((id, n) => found.licences[n] === id)
  return isInOrder ? [] : [{ what: 'profile-order', says: `The profile ${want.name} tries its licences in another order: ${found.licences.map(nameOf).join(', ')}, not ${want.licences.map(nameOf).join(', ')}.`, stops: true }]
}

/** Seats that would still be out at the instant of reading. One that is missing may have been given back; all of a licence at once were not carried over. */
const seatDifferences = ({ id, name }: SheetLicence, before: LicenceSheet, found: LicenceSheet): Difference[] => {
  const still = (before.licences.find(one => one.id === id)?.taken ?? []).filter(seat => seat.until > found.takenAt)
  const there = (found.licences.find(one => one.id === id)?.taken ?? []).map(seat => holderKey(seat.holder))
  const gone = still.filter(seat => {
    const at = there.indexOf(holderKey(seat.holder))
    if (at >= 0) there.splice(at, 1)
    return at < 0
  })
  if (gone.length === 0) return []
  if (gone.length === still.length && still.length > 1) return [{ what: 'seats-lost', says: `Of ${name} ${counted(still.length, 'seat')} were out, and none was carried over.`, stops: true }]
  return gone.map(({ holder, isBorrowed }) => ({ what: 'seat-gone', says: `The ${isBorrowed ? 'borrowed ' : ''}seat of ${holderSaid(holder)} (${name}) is no longer out: it was given back meanwhile, or not carried over.`, stops: isBorrowed }))
}

const holderKey = ({ user, host, program }: Holder): string => JSON.stringify([user, host, program])
export const holderSaid = ({ user, host, program }: Holder): string => `${user} at ${host} (${program})`
const said = ({ id, name }: SheetLicence): string => (name === id ? id : `${name} (${id})`)
const seatsSaid = (seats: number | null): string => (seats === null ? 'seats that are not counted' : counted(seats, 'seat'))
const endSaid = (at: number | null): string => (at === null ? 'never' : Temporal.Instant.fromEpochMilliseconds(at).toString().slice(0, 16).replace('T', ' ') + ' UTC')
