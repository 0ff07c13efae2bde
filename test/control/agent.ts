import { openHttpControl } from '#adapters/control-plane/http.ts'
import { AgentSettings } from '#main/agent-settings.ts'
import { runAgent } from '#main/agent.ts'
import { readConfig } from '#main/config.ts'

/** An agent as a process, as `rehome agent` runs it: `agent.ts <url of control> <settings>`. */
const [url = '', settings = ''] = process.argv.slice(2)
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort(new Error('stopped')))
try {
  const control = openHttpControl({ url, token: process.env['REHOME_AGENT_TOKEN'] ?? '' })
  await runAgent({ config: readConfig(process.env), control, settings: new AgentSettings(settings, process.env), say: line => { process.stderr.write(`${line}\n`) } }, stop.signal)
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(4)
}
