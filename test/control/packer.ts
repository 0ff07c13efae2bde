import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFleetControl } from '#adapters/control-plane/fleets.ts'
import { openHttpControl } from '#adapters/control-plane/http.ts'
import { watchFleets } from '#main/agent-fleets.ts'
import { AgentSettings } from '#main/agent-settings.ts'
import { runAgent } from '#main/agent.ts'
import { readConfig } from '#main/config.ts'
import type { Scope } from '#test/services/postgres.ts'

/** An agent in this process, as its settings say it, until the test is over. */
export const useAgentHere = (scope: Scope, { site, token, stores }: { readonly site: string; readonly token: string; readonly stores: readonly object[] }): { said(): string } => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'))
  const settings = join(folder, 'agent.json')
  writeFileSync(settings, JSON.stringify({ stores }), { mode: 0o600 })
  const [stop, said]: [AbortController, string[]] = [new AbortController(), []]
  const done = runAgent({ config: readConfig({ ...process.env, REHOME_HOME: folder }), control: openHttpControl({ url: site, token }), settings: new AgentSettings(settings, process.env), say: line => { said.push(line) } }, stop.signal).catch((error: unknown) => { said.push(String(error)) })
  scope.after(async () => {
    stop.abort(new Error('the test is over'))
    await done
    rmSync(folder, { recursive: true, force: true })
  })
  return { said: () => said.join('\n') }
}

/** What an agent at a new server does for the fleets that come there, until the test is over. */
export const useFleetsHere = (scope: Scope, { site, token, store }: { readonly site: string; readonly token: string; readonly store: object }): void => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'))
  const file = join(folder, 'agent.json')
  writeFileSync(file, JSON.stringify({ stores: [store] }), { mode: 0o600 })
  const stop = new AbortController()
  const watching = watchFleets({ control: openFleetControl({ url: site, token }), settings: new AgentSettings(file, process.env), lookMs: 20, askMs: 50, say: () => { /* the test looks at what control says */ } }, stop.signal)
  scope.after(async () => {
    stop.abort()
    await watching
    rmSync(folder, { recursive: true, force: true })
  })
}

/** Until it is so, for as long as a busy machine may take. */
export const eventually = async <T>(what: string, look: () => Promise<T | undefined>, said: () => string = () => ''): Promise<T> => {
  for (const until = performance.now() + 60_000; ;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > until) throw new Error(`${what} did not come: ${said()}`)
    await new Promise(resolve => { setTimeout(resolve, 50) })
  }
}

/** Presses the button on the page of a link, as a person does in a browser: where the file is fetched then. */
export const press = async (link: string): Promise<string> => {
  const answer = await fetch(link, { method: 'POST', redirect: 'manual' })
  if (answer.status !== 303) throw new Error(`the button answers ${answer.status}: ${await answer.text()}`)
  return new URL(answer.headers.get('location') ?? '', link).href
}
