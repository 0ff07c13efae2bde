import { openFleetControl } from '#adapters/control-plane/fleets.ts'
import { openRedirectControl } from '#adapters/control-plane/redirects.ts'
import { type AgentOptions, runAgent } from './agent.ts'
import { watchFleets } from './agent-fleets.ts'
import { runRedirect } from './redirect.ts'

/** An agent, and beside it what its settings have besides stores: redirects of its homes, fleets of devices that come to them. Where one of them fails the others end too. */
export const runAgentHere = async (options: AgentOptions, reach: { readonly url: string; readonly token: string }, signal: AbortSignal): Promise<void> => {
  const { settings, config, say } = options
  const { redirect, serves } = settings
  const over = new AbortController()
  const stop = AbortSignal.any([signal, over.signal])
  const ending = async (work: Promise<void>): Promise<void> => {
    try {
      await work
    } finally {
      over.abort()
    }
  }
  const works = [
    runAgent(options, stop),
    ...(redirect === undefined ? [] : [runRedirect({ control: openRedirectControl(reach), settings: { ...redirect, homes: redirect.homes ?? [...new Set(serves.map(one => one.home))] }, home: config.home, say }, stop)]),
    ...(settings.hasFleets ? [watchFleets({ control: openFleetControl(reach), settings, say }, stop)] : []),
  ]
  for (const end of await Promise.allSettled(works.map(ending))) if (end.status === 'rejected') throw end.reason
}
