import { setTimeout as sleep } from 'node:timers/promises'
import { LicenceError, type Licences, openLicences, type Seat } from '../../../sdk/src/index.ts'
import type { Scope } from '#test/services/postgres.ts'

/** People at a product who sit on seats, come and go, through the real SDK. */
export type Holders = {
  /** Seats that were gone though nobody gave them back. */
  readonly thrownOut: readonly string[]
  /** At which more seats were out than there are. */
  readonly tooMany: readonly string[]
  /** The longest that one of them was refused a seat for another reason than that all were taken, from the first refusal to the seat, in ms. */
  longestRefusalMs(): number
  /** Seats held now, of this profile. */
  held(profile: string): number
  /** Check-outs that were granted so far. */
  granted(): number
  /** By now every SDK asks there. */
  isAllAt(url: string): boolean
  /** Nobody goes any more; whoever wants to come in has come. */
  rest(): Promise<void>
  /** Everybody goes. */
  end(): Promise<void>
}

export type Group = { readonly profile: string; readonly people: number; readonly seats: number | null; /** Sit all the while; the others come and go. */ readonly sitting: number; /** The name it has at the new server. */ readonly laterName?: string }

export const useHolders = async (scope: Scope, url: string, issuerKey: string, groups: readonly Group[]): Promise<Holders> => {
  const out = new Map(groups.map(group => [group.profile, 0]))
  const [thrownOut, tooMany, opened]: [string[], string[], Licences[]] = [[], [], []]
  let [isEnding, isResting, granted, longest] = [false, false, 0, 0]
  const stop = new AbortController()
  const come = async (group: Group, licences: Licences, user: string): Promise<Seat> => {
    let refusedAt: number | undefined
    let profile = group.profile
    for (;;) {
      try {
        const seat = await licences.checkOut({ profile, holder: { user, host: 'desk', program: 'charts' }, signal: stop.signal, onLost: (_, lost) => { thrownOut.push(`${user}: ${lost.message}`) } })
        if (refusedAt !== undefined) longest = Math.max(longest, performance.now() - refusedAt)
        const now = (out.get(group.profile) ?? 0) + 1
        out.set(group.profile, now)
        granted++
        if (group.seats !== null && now > group.seats) tooMany.push(`${now} of ${group.seats} seats of ${group.profile}`)
        return seat
      } catch (error) {
        if (!(error instanceof LicenceError)) throw error
        if (error.code === 'profile-unknown' && group.laterName !== undefined) profile = group.laterName
        else if (error.code !== 'seats-taken' && refusedAt === undefined) refusedAt = performance.now()
        else if (error.code === 'seats-taken') refusedAt = undefined
        await sleep(40, undefined, { signal: stop.signal })
      }
    }
  }
  const go = async (group: Group, seat: Seat): Promise<void> => {
    // Counted as free before the server hears of it, as it may be given to others at once.
    out.set(group.profile, (out.get(group.profile) ?? 0) - 1)
    await seat.release()
  }
  const live = async (group: Group, n: number): Promise<void> => {
    const user = `${group.profile} ${n}`
    // Each has a token of its own and with it a heartbeat of its own, as on a machine of its own.
    const licences = openLicences({ url, issuerKey, token: `token-${String(opened.length)}` })
    opened.push(licences)
    for (let visits = 0; !isEnding; visits++) {
      const seat = await come(group, licences, user)
      while (!isEnding && (n < group.sitting || isResting)) await sleep(50, undefined, { signal: stop.signal })
      await sleep(30 + ((n * 37 + visits * 53) % 170), undefined, { signal: stop.signal })
      await go(group, seat)
    }
  }
  const lives = Promise.allSettled(groups.flatMap(group => Array.from({ length: group.people }, (_, n) => live(group, n).catch((error: unknown) => { if (!isEnding) thrownOut.push(`${group.profile} ${n}: ${String(error)}`) }))))
  const end = async (): Promise<void> => {
    isEnding = true
    stop.abort(new Error('the day is over'))
    await lives
    await Promise.all(opened.map(one => one.close()))
  }
  scope.after(end)
  return {
    thrownOut, tooMany, longestRefusalMs: () => longest, held: profile => out.get(profile) ?? 0, granted: () => granted,
    isAllAt: at => opened.every(one => new URL(one.url).host === new URL(at).host),
    async rest() { isResting = true; await sleep(0) },
    end,
  }
}
