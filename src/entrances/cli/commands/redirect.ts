import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../desk.ts'
import { described } from '../options.ts'
import { readToken } from './agent.ts'

type Options = { control: string; settings: string; token: string }

/** `redirect`: the process that answers old addresses. */
export const addRedirect = (program: Command, desk: Desk): void => {
  described(program.command('redirect').description('answer the old addresses of tenants that have moved: to the new ones, until the day that was told'), [
    new Option('--control <url>', 'where control is; without it old addresses are answered by what is on disk').makeOptionMandatory(),
    new Option('--settings <file>', 'where to listen, and of which homes (docs/agent.md)').makeOptionMandatory(),
    new Option('--token <reference>', 'the token that control told when the agent was added, as env:NAME or file:PATH').default('env:REHOME_AGENT_TOKEN'),
  ], [
    ['rehome redirect --control https://control.example --settings redirect.json --token file:/run/secrets/rehome', 'run it until Ctrl-C, behind the proxy that has the certificates of the old addresses'],
  ]).action(async ({ control, settings, token }: Options) => {
    if (!URL.canParse(control)) throw new InvalidArgumentError('--control is not a URL. It looks like https://control.example.')
    await desk.services.redirect({ control, settings, token: readToken(token, desk.environment) }, line => { desk.error.write(`${new Date().toISOString()} ${visible(line, 2_000)}\n`) }, desk.signal)
    desk.end('interrupted')
  })
}
