import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import { described } from '../options.ts'
import type { Desk } from '../desk.ts'

type Options = { control: string; settings: string; token: string }

/** `agent`: the process beside the data that takes orders from control. */
export const addAgent = (program: Command, desk: Desk): void => {
  described(program.command('agent').description('take orders from control and carry them out, beside the data'), [
    new Option('--control <url>', 'where control is; the agent dials out and needs no port of its own').makeOptionMandatory(),
    new Option('--settings <file>', 'the stores, products and proxies that this agent has the keys of; readable by its owner only (docs/agent.md)').makeOptionMandatory(),
    new Option('--token <reference>', 'the token that control told when the agent was added, as env:NAME or file:PATH').default('env:REHOME_AGENT_TOKEN'),
  ], [
    ['rehome agent --control https://control.example --settings agent.json --token file:/run/secrets/rehome', 'run it until Ctrl-C; what is under way stops in good order, and goes on later'],
  ]).action(async ({ control, settings, token }: Options) => {
    if (!URL.canParse(control)) throw new InvalidArgumentError('--control is not a URL. It looks like https://control.example.')
    await desk.services.agent({ control, settings, token: readToken(token, desk.environment) }, line => { desk.error.write(`${new Date().toISOString()} ${visible(line, 2_000)}\n`) }, desk.signal)
    desk.end('interrupted')
  })
}

/** Never the token itself: the list of processes can be read by all. */
export const readToken = (reference: string, environment: Desk['environment']): string => {
  if (reference.startsWith('env:')) {
    const value = environment[reference.slice(4)]
    if (value === undefined || value.trim() === '') throw new InvalidArgumentError(`The environment has no ${reference.slice(4)}, where the agent’s token should be.`)
    return value.trim()
  }
  if (!reference.startsWith('file:')) throw new InvalidArgumentError('--token takes env:NAME or file:PATH: the token itself would stand in the list of processes.')
  try {
    return readFileSync(reference.slice(5), 'utf8').trim()
  } catch (error) {
    throw new InvalidArgumentError(`The file ${reference.slice(5)} cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}
