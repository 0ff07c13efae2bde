import { systemClock } from '#adapters/clock/system.ts'
import { openPostgresLogins } from '#adapters/logins/postgres.ts'
import { Fault } from '#domain/faults.ts'
import { devicesOf } from '#domain/fleet.ts'
import type { Seen } from '#domain/sighting.ts'
import type { FleetControl } from '#ports/fleet-control.ts'
import type { AgentSettings } from './agent-settings.ts'

/** How often it looks who is connected; and for how long, before it tells control. */
const lookMs = 5_000
const askMs = 60_000
/** Devices remembered of one fleet. */
const mostDevices = 50_000

export type FleetOptions = { readonly control: FleetControl; readonly settings: AgentSettings; readonly lookMs?: number; readonly askMs?: number; say(line: string): void }

/** Tells control which of the fleets that it waits for have come to the new homes, until the signal. A device that was seen once has arrived, wherever it is now. */
export const watchFleets = async ({ control, settings, say, ...pace }: FleetOptions, signal: AbortSignal): Promise<void> => {
  const [seen, troubles] = [new Map<string, Set<string>>(), new Map<string, string>()]
  /** What goes by is said once, and tried again. */
  const tried = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      troubles.delete(what)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Fault)) throw error
      if (troubles.get(what) !== error.message) say(`${what}: ${error.message}`)
      troubles.set(what, error.message)
    }
  }
  const [often, seldom] = [pace.lookMs ?? lookMs, pace.askMs ?? askMs]
  while (!signal.aborted) {
    await tried('devices', async () => {
      const wanted = await control.wanted(settings.serves, signal)
      for (const one of wanted) await tried(`devices of ${one.tenant}`, () => watch({ control, settings, seen, lookMs: often, forMs: seldom / wanted.length }, one, signal))
    })
    await systemClock.sleep(seldom, signal).catch((error: unknown) => { if (!signal.aborted) throw error })
  }
}

type Watch = Pick<FleetOptions, 'control' | 'settings'> & { readonly seen: Map<string, Set<string>>; readonly lookMs: number; readonly forMs: number }

/** A connection that lasts a moment is seen only by one who looks often; a log remembers it. */
const watch = async ({ control, settings, seen, lookMs: pause, forMs }: Watch, { home, tenant, fleets }: { readonly home: string; readonly tenant: string; readonly fleets: readonly string[] }, signal: AbortSignal): Promise<void> => {
  const { patterns, devices } = settings.fleets(home, tenant)
  const ours = patterns.filter(one => fleets.includes(one.fleet))
  if (ours.length === 0) return
  await using logins = openPostgresLogins({ name: 'target', ...(await settings.reach(home, tenant)).address })
  const note = (some: readonly Seen[]): void => {
    for (const pattern of ours) {
      const name = JSON.stringify([home, tenant, pattern.fleet])
      const known = seen.get(name) ?? new Set()
      for (const { user, host, program } of devicesOf(pattern, some)) if (known.size < mostDevices) known.add(JSON.stringify([user, host, program]))
      seen.set(name, known)
    }
  }
  if (devices !== undefined) note(await logins.connected(devices, mostDevices))
  for (const until = systemClock.elapsed() + forMs; ;) {
    note(await logins.seen())
    if (systemClock.elapsed() + pause > until) break
    await systemClock.sleep(pause, signal)
  }
  await control.tell({ home, tenant }, ours.map(({ fleet, least }) => ({ fleet, least, devices: seen.get(JSON.stringify([home, tenant, fleet]))?.size ?? 0 })), signal)
}
