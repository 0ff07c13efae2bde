import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openHttpControl } from '#adapters/control-plane/http.ts'
import { ownAgent } from '#control/orders/own-agent.ts'
import { Fault } from '#domain/faults.ts'
import { runAgentHere } from './agent-here.ts'
import { AgentSettings } from './agent-settings.ts'
import type { Config } from './config.ts'
import { runControl } from './control.ts'
import type { ControlSettings } from './control-settings.ts'
import { runLicenceServer } from './licence-server.ts'
import { readLicenceSettings } from './licence-settings.ts'
import type { Opened } from './opened.ts'

const lookMs = 2_000

/** Control, a worker, an agent and a licence server in one process, for one machine. What is not set yet is told with what to do about it. */
export const runStart = (config: Config, settings: ControlSettings, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  const letters = join(config.home, 'letters')
  const mail = settings.mail ?? { from: { name: 'Rehome', address: 'rehome@localhost.example' }, server: undefined, folder: letters, returned: undefined }
  return runControl({ ...settings, mail }, say, signal, opened => besideEachOther(signal, ending => runOwnAgent(config, settings, opened, say, ending), ending => runOwnLicenceServer(config, opened.url, say, ending)))
}

/** Where one fails the other ends too, and both have ended before anybody hears of it. */
const besideEachOther = async (signal: AbortSignal, ...works: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> => {
  const failing = new AbortController()
  const ending = AbortSignal.any([signal, failing.signal])
  await Promise.all(works.map(work => work(ending).catch((error: unknown) => { if (!failing.signal.aborted) failing.abort(error) })))
  if (failing.signal.aborted) throw failing.signal.reason
}

/** Seats are given out from here as well, unless it is told not to. Where it cannot, control goes on without it. */
const runOwnLicenceServer = async (config: Config, url: string, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  if (config.environment['REHOME_LICENCE_LISTEN'] === 'off') return
  try {
    await runLicenceServer(readLicenceSettings(config, {}), config.version, say, signal, config.environment['REHOME_LICENCE_DATABASE'] ?? url)
  } catch (error) {
    if (!(error instanceof Fault) || signal.aborted) throw error
    say(`The licence server of this machine does not run: ${error.message} ${error.remedy}\n`)
  }
}

/** Begins when there is a vendor, and when the file that says what it has the keys of is there. */
const runOwnAgent = async (config: Config, { listen }: ControlSettings, { world }: Opened, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  const [file, tokenFile] = [join(config.home, 'agent.json'), join(config.home, 'agent-token')]
  if (await world.ledger.read(view => view.count('customer', {})) === 0) say('The ledger is empty. A sample programme for each kind of move fills it: npx rehome sign-in, then npx rehome sample load.\n')
  if (!existsSync(file)) say(`No database is moved from this machine yet: ${file} says which it may reach (docs/agent.md).\n`)
  while (!signal.aborted) {
    const token = existsSync(file) ? await tokenOf(world, tokenFile) : undefined
    // By the way that is there for sure: the address people type may lead through a proxy that is not up.
    const reach = token === undefined ? undefined : { url: `http://${listen.host}:${listen.port}`, token }
    if (reach !== undefined) await runAgentHere({ config, control: openHttpControl(reach), settings: new AgentSettings(file, config.environment), say: line => { say(`${line}\n`) } }, reach, signal).catch((error: unknown) => {
      if (!(error instanceof Fault) || signal.aborted) throw error
      say(`The agent of this machine stopped: ${error.message} ${error.remedy}\n`)
    })
    await world.clock.sleep(lookMs, signal).catch((error: unknown) => { if (!signal.aborted) throw error })
  }
}

/** The token that was kept, or of an agent that is added now; none while there is no vendor. */
const tokenOf = async (world: Opened['world'], file: string): Promise<string | undefined> => {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const token = await ownAgent(world)
  if (token !== undefined) writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  return token
}
