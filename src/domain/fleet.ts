import type { Seen } from './sighting.ts'

/** By what the devices of a fleet are known at the new server. `*` stands for anything; what is left out may be anything. `least`: how many make it the fleet, where the plan does not say how many there are. */
export type FleetPattern = { readonly fleet: string; readonly user: string; readonly host: string; readonly program: string; readonly least: number }

/** How many devices of a fleet were seen. */
export type FleetSeen = { readonly fleet: string; readonly devices: number; readonly least: number }

/** Those among who connects that are devices of the fleet. */
export const devicesOf = ({ user, host, program }: FleetPattern, seen: readonly Seen[]): Seen[] => {
  const fit = [user, host, program].map(matcher)
  return seen.filter(one => fit[0]?.(one.user) === true && fit[1]?.(one.host) === true && fit[2]?.(one.program) === true)
}

const matcher = (pattern: string): (text: string) => boolean => {
  const parts = pattern.toLowerCase().split('*')
  return text => fits(parts, text.toLowerCase())
}

/** Piece by piece from the left: no pattern can make it slow. */
const fits = (parts: readonly string[], text: string): boolean => {
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (parts.length === 1) return text === first
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

/** How many there must be: as many as was said of the fleet in the plan, else what the pattern says. */
export const wantedOf = (answers: readonly (Readonly<Record<string, unknown>> | null)[], least: number): number => {
  const said = answers.flatMap(one => (typeof one?.['count'] === 'number' ? [one['count']] : []))
  return Math.max(1, said.at(-1) ?? least)
}
