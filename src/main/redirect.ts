import { join } from 'node:path'
import { systemClock } from '#adapters/clock/system.ts'
import { Fault } from '#domain/faults.ts'
import { openRedirector } from '#entrances/http/redirector.ts'
import type { Clock } from '#ports/clock.ts'
import type { RedirectControl } from '#ports/redirect-control.ts'
import { readCertificate, type RedirectSettings } from './redirect-settings.ts'
import { RedirectMemory } from './redirect-memory.ts'

/** How often control is asked what has changed, and told who came. */
const everyMs = 60_000
/** Also where nobody came, control hears that somebody looks. */
const anewMs = 3_600_000

export type RedirectOptions = { readonly control: RedirectControl; readonly settings: RedirectSettings; /** Where it keeps what it knows, unless the settings name another folder. */ readonly home: string; readonly everyMs?: number; readonly clock?: Pick<Clock, 'now' | 'sleep'>; say(line: string): void }

/** Answers the old addresses of some homes until the signal. What it knows is on disk: it goes on without control, whatever control says. */
export const runRedirect = async ({ control, settings, home, say, everyMs: pause = everyMs, clock = systemClock }: RedirectOptions, signal: AbortSignal): Promise<void> => {
  const memory = new RedirectMemory(settings.keep ?? join(home, 'redirects'), clock.now())
  const { listen, certificate } = settings
  let read = certificate === undefined ? undefined : readCertificate(certificate)
  await using server = await openRedirector({ ...listen, ...(read === undefined ? {} : { certificate: read }) }, { rules: () => memory.rules, now: clock.now, came: (move, visitor) => { memory.came(move, visitor) } }).catch((cause: unknown) => {
    throw new Fault('AGENT_SETTINGS', { file: `${listen.host}:${listen.port}`, reason: cause instanceof Error ? cause.message : 'it cannot be listened at' }, { cause })
  })
  say(`redirects of ${settings.homes.join(', ')}: answers old addresses at ${listen.host}:${server.port}`)
  let [trouble, toldAt] = ['', -Infinity]
  while (!signal.aborted) {
    const now = clock.now()
    try {
      await learn(control, settings, memory, clock, say, signal)
      if (memory.hasNews || now - toldAt >= anewMs) {
        await tell(control, memory, now, signal)
        toldAt = now
      }
      trouble = ''
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof Fault)) throw error
      if (trouble !== error.message) say(`${error.message} Old addresses are answered by what is known.`)
      trouble = error.message
    }
    memory.keep(clock.now())
    if (certificate !== undefined) read = renewed(server, certificate, read, say)
    await clock.sleep(pause, signal).catch((error: unknown) => { if (!signal.aborted) throw error })
  }
  memory.keep(clock.now())
}

const learn = async (control: RedirectControl, { homes }: RedirectSettings, memory: RedirectMemory, clock: Pick<Clock, 'now'>, say: (line: string) => void, signal: AbortSignal): Promise<void> => {
  const { fingerprint, redirections } = await control.serve(homes, memory.fingerprint, signal)
  if (redirections === null) return
  memory.learn({ fingerprint, redirections })
  memory.keep(clock.now())
  say(`${redirections.length} old addresses lead on`)
}

const tell = async (control: RedirectControl, memory: RedirectMemory, now: number, signal: AbortSignal): Promise<void> => {
  for (const { served, visits } of memory.toTell(now)) {
    await control.tell(served, visits, signal)
    memory.told(visits)
  }
}

/** A certificate is renewed on disk by whoever keeps it. One that cannot be read leaves the one that is in use. */
const renewed = (server: Awaited<ReturnType<typeof openRedirector>>, certificate: NonNullable<RedirectSettings['certificate']>, before: ReturnType<typeof readCertificate> | undefined, say: (line: string) => void) => {
  try {
    const now = readCertificate(certificate)
    if (now.changed !== before?.changed) server.renew(now)
    return now
  } catch (error) {
    say(error instanceof Error ? error.message : 'the certificate cannot be renewed')
    return before
  }
}
