import type { Instant } from './time.ts'

/** Who was seen connected to an old home, with the credential that ends: by user, host and program. */
export type Sighting = {
  readonly user: string; readonly host: string; readonly program: string
  readonly firstAt: Instant; readonly lastAt: Instant
  /** Somebody found that this one uses the new home now. */
  readonly closedAt: Instant | null
}

/** One connection, as a look at the old home found it. */
export type Seen = Pick<Sighting, 'user' | 'host' | 'program'>

/**
 * What a look at the old home changes: `again` are the known who still come, those among them that had been closed open again; `fresh` were never
 * seen before. Repeatable: a look that was told already, or is older, changes nothing.
 */
export const look = <S extends Sighting>(known: readonly S[], seen: readonly Seen[], at: Instant): { readonly again: S[]; readonly fresh: Sighting[] } => {
  const connections = new Map(seen.map(one => [nameOf(one), one]))
  const again = known.filter(one => connections.delete(nameOf(one)) && at > one.lastAt)
  return {
    again: again.map(one => ({ ...one, lastAt: at, closedAt: one.closedAt !== null && at > one.closedAt ? null : one.closedAt })),
    fresh: [...connections.values()].map(({ user, host, program }) => ({ user, host, program, firstAt: at, lastAt: at, closedAt: null })),
  }
}

export const closeSighting = <S extends Sighting>(sighting: S, now: Instant): S => ({ ...sighting, closedAt: sighting.closedAt ?? now })

/** Each that is open is a finding. `isQuiet`: not seen for so long that it is worth asking whether it has moved; nobody's silence closes it. */
export type StillInUse<S extends Sighting = Sighting> = { readonly sighting: S; readonly isQuiet: boolean }

const quietMs = 3 * 24 * 3_600_000

/** Who still uses the old credential, the one seen last first. Only when nobody does may it be taken away. */
export const stillInUse = <S extends Sighting>(sightings: readonly S[], now: Instant): StillInUse<S>[] =>
  sightings.filter(one => one.closedAt === null).toSorted((a, b) => b.lastAt - a.lastAt).map(sighting => ({ sighting, isQuiet: now - sighting.lastAt >= quietMs }))

const nameOf = ({ user, host, program }: Seen): string => JSON.stringify([user, host, program])
