import type { Id } from '#domain/ids.ts'
import { signDocument } from '#domain/licence/documents.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import type { Maintenance } from '#domain/licence/sheet.ts'
import type { Instant } from '#domain/time.ts'
import { once } from './once.ts'
import { type Stand, timeOf } from './stand.ts'

export type Linked = { readonly name: string; readonly licences: readonly Id<'licence'>[] }

/** New seats are refused with the reason; those that are out go on. Without a reason it is over. */
export const maintain = (stand: Stand, said: { readonly reason: string | null; readonly expectedEnd: Instant | null; readonly key: string }): Promise<{ readonly maintenance: Maintenance | null } | LicenceRefused> =>
  once(stand, 'maintain', said, () => {
    const maintenance = said.reason === null ? null : { reason: said.reason, since: stand.maintenance?.since ?? timeOf(stand).time, expectedEnd: said.expectedEnd }
    return { answer: { maintenance }, change: { maintenance }, after: () => { stand.maintenance = maintenance } }
  })

/** The profile has this name and these licences, whether it was there or not. */
export const link = (stand: Stand, said: { readonly name: string; readonly licences: readonly string[]; readonly key: string }): Promise<Linked | LicenceRefused> =>
  once(stand, 'link', said, () => {
    const licences: Id<'licence'>[] = []
    for (const one of new Set(said.licences)) {
      const held = stand.held.get(one)
      if (held === undefined) return { refused: 'licence-unknown', licence: one }
      licences.push(held.licence.id)
    }
    const linked = { name: said.name, licences }
    return { answer: linked, change: { profiles: [linked] }, after: () => { stand.profiles.set(linked.name, licences) } }
  })

export const rename = (stand: Stand, said: { readonly from: string; readonly to: string; readonly key: string }): Promise<Linked | LicenceRefused> =>
  once(stand, 'rename', said, () => {
    const licences = stand.profiles.get(said.from)
    if (licences === undefined) return { refused: 'profile-unknown', profile: said.from }
    const renamed = { name: said.to, licences }
    if (said.from === said.to) return { answer: renamed, change: {} }
    if (stand.profiles.has(said.to)) return { refused: 'profile-taken', name: said.to }
    return { answer: renamed, change: { profilesGone: [said.from], profiles: [renamed] }, after: () => { stand.profiles.delete(said.from); stand.profiles.set(said.to, licences) } }
  })

/** Whoever asks is sent to the server at this address, which is asked first who it is: nobody is sent to where nobody answers. Null: nobody is sent anywhere. */
export const redirect = (stand: Stand, said: { readonly to: string | null; readonly key: string }, signal: AbortSignal): Promise<{ readonly moved: string | null } | LicenceRefused> =>
  once(stand, 'redirect', said, async () => {
    const moved = said.to === null ? null : signDocument('rehome-moved', { from: stand.identity.server, to: { ...await stand.world.introduce(said.to, signal), url: said.to }, at: timeOf(stand).time }, stand.world.signer)
    return { answer: { moved }, change: { moved }, after: () => { stand.moved = moved } }
  })
