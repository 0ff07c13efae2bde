import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import type { AnswerOf } from '#wire/api.ts'
import { type Ask, asking, Refusal } from '#wire/ask.ts'
import { askHidden } from '../address.ts'
import type { Desk } from '../desk.ts'
import { described } from '../options.ts'

type Options = { readonly site?: string; readonly email?: string; readonly tokenFile?: string; readonly json?: boolean }

/** `sign-in`, `sign-out`, `whoami`: as whom control is asked from this machine. */
export const addSignIn = (program: Command, desk: Desk): void => {
  const json = () => new Option('--json', 'for machines: one JSON object')
  described(program.command('sign-in').description('sign in to a control, so that commands on this machine ask it in your name'), [
    new Option('--site <url>', 'where control is; the one of REHOME_SITE, or the one on this machine, if not given'), new Option('--email <address>', 'your address; asked for if not given'),
    new Option('--token-file <file>', 'take a token from a file instead of asking for a password: for programs'), json(),
  ], [
    ['rehome sign-in --site https://moves.example.com', 'asks for address and password; the password is not shown and kept nowhere, the token is kept for you alone'],
    ['rehome sign-in --site https://moves.example.com --token-file /run/secrets/rehome', 'a token that control gave before'],
  ]).action((options: Options) => signIn(options, desk))
  described(program.command('sign-out').description('end the session of this machine'), [json()], [['rehome sign-out', 'the token counts no more, and is removed from this machine']]).action((options: Options) => signOut(options, desk))
  described(program.command('whoami').description('as whom control is asked from this machine'), [json()], [['rehome whoami', 'exit status 1 if nobody is signed in']]).action((options: Options) => whoami(options, desk))
}

const signIn = async ({ site: given, email, tokenFile, json }: Options, desk: Desk): Promise<void> => {
  const site = (given ?? desk.services.control().site).replace(/\/$/, '')
  if (!URL.canParse(site)) throw new InvalidArgumentError('--site is not a URL. It looks like https://moves.example.com.')
  if (!/^https:|^http:\/\/(localhost|127\.|\[::1\])/.test(site)) throw new InvalidArgumentError('A password or token goes to a site on another machine by https:// only.')
  await told(desk, site, json, async () => {
    const token = tokenFile === undefined ? await byPassword(asking(site), email, desk) : read(tokenFile)
    const self = await asking(site, token)('sessions.read', {}, { signal: desk.signal })
    desk.services.signedIn.keep(site, token)
    return self
  })
}

const byPassword = async (ask: Ask, given: string | undefined, { signal }: Desk): Promise<string> => {
  const email = given ?? await askShown('Your e-mail address: ')
  const password = await askHidden(`Password of ${visible(email)}: `)
  if (password === undefined) throw new InvalidArgumentError('There is no terminal to ask for a password at. Use --token-file.')
  const { token } = await ask('sessions.begin', { email, password }, { signal })
  if (token === null) throw new InvalidArgumentError('Control gave no token.')
  return token
}

const askShown = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new InvalidArgumentError('There is no terminal to ask for an address at. Use --token-file.')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new InvalidArgumentError(`The file ${file} cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}

const signOut = async ({ json }: Options, desk: Desk): Promise<void> => {
  const { site, token } = desk.services.control()
  // Forgotten here also where control cannot be reached: whoever signs out means it.
  desk.services.signedIn.forget()
  try {
    if (token !== undefined) await asking(site, token)('sessions.end', {}, { signal: desk.signal })
  } catch (error) {
    const isOver = error instanceof Refusal && (error.status === 401 || error.status === 404)
    if (!isOver) return sayNo(desk, site, json, error, 'The token is removed from this machine, but its session was not ended: ')
  }
  desk.out.write(json === true ? `${JSON.stringify({ signedOut: site })}\n` : `Signed out of ${visible(site)}.\n`)
}

const whoami = async ({ json }: Options, desk: Desk): Promise<void> => {
  const { site, token } = desk.services.control()
  await told(desk, site, json, () => asking(site, token)('sessions.read', {}, { signal: desk.signal }))
}

type Self = AnswerOf<'sessions.read'>

/** Who it is, or the sentence with which control refused. */
const told = async (desk: Desk, site: string, json: boolean | undefined, work: () => Promise<Self>): Promise<void> => {
  try {
    const self = await work()
    const has = [...self.roles, ...self.duties].join(', ')
    desk.out.write(json === true ? `${JSON.stringify({ site, ...self })}\n` : `${visible(self.name)}${self.email === null ? '' : ` <${visible(self.email)}>`} at ${visible(site)}, of ${visible(self.vendor.name)}${has === '' ? '' : `: ${has}`}\n`)
  } catch (error) {
    sayNo(desk, site, json, error)
  }
}

const sayNo = (desk: Desk, site: string, json: boolean | undefined, error: unknown, before = ''): void => {
  if (desk.signal.aborted) throw desk.signal.reason
  if (error instanceof InvalidArgumentError) throw error
  const detail = error instanceof Refusal ? error.message : `Control at ${site} cannot be reached.`
  if (json === true) desk.out.write(`${JSON.stringify(error instanceof Refusal ? error.problem : { type: '/problems/unreachable', status: 0, detail })}\n`)
  else desk.error.write(`${before}${visible(detail, 2_000)}\n`)
  desk.end(error instanceof Refusal && error.status < 500 ? 'negative' : 'fault')
}
