import { InvalidArgumentError } from 'commander'
import { askOnce, Unanswered } from '#lib/ask-once.ts'
import { visible } from '#lib/visible.ts'
import { askEndpoint, Refusal } from '#wire/ask.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import { licenceApi, type LicenceApi, type LicenceEndpoint } from '#wire/licence.ts'
import type { z } from 'zod'
import type { Desk } from '../../desk.ts'
import { answerLines } from '../../view/answer.ts'
import { widthOf } from '../../view/open.ts'
import { licensorAt, type AtOptions } from './at.ts'

type Input<Name extends LicenceEndpoint> = z.input<LicenceApi[Name]['input']>
type Answer<Name extends LicenceEndpoint> = z.output<LicenceApi[Name]['answer']>

/** Asks a licence server of ours; of others only what every licensor can is known. Undefined: it refused, which is told, and the command ends with that. */
export const askServer = async <Name extends LicenceEndpoint>(name: Name, input: Input<Name>, { at, kind, token, json }: AtOptions, desk: Desk): Promise<Answer<Name> | undefined> => {
  const server = licensorAt(at, kind, token, desk.environment)
  if (server.kind !== 'own') throw new InvalidArgumentError('Only a licence server of Rehome can be asked this.')
  const endpoint: Endpoint = licenceApi[name]
  try {
    return (await askEndpoint(endpoint, server.url, server.token, input, { signal: desk.signal }, via(server.ca))) as Answer<Name>
  } catch (error) {
    if (desk.signal.aborted) throw desk.signal.reason
    if (!(error instanceof Refusal) && !(error instanceof Unanswered)) throw error
    const problem = error instanceof Refusal ? error.problem : { type: '/problems/unreachable', status: 0, detail: `The licence server at ${server.url} gave no answer: ${error.message}. Check that it runs and that this machine may connect to it.` }
    const detail = problem['detail'] ?? problem['title']
    if (json === true) desk.out.write(`${JSON.stringify(problem)}\n`)
    else desk.error.write(`${visible(typeof detail === 'string' ? detail : `The licence server answered ${error instanceof Refusal ? error.status : ''} and no more.`, 4_000)}\n`)
    desk.end(error instanceof Refusal && error.status < 500 ? 'negative' : 'fault')
    return undefined
  }
}

/** As those who move licences reach it: once, and by the authorities that are believed. */
const via = (ca: string | undefined) => async (url: URL, { method, headers, body, signal }: RequestInit): Promise<Response> => {
  const said = await askOnce(url, {
    method: method === 'GET' ? 'GET' : 'POST', headers: Object.fromEntries(new Headers(headers)), ...(typeof body === 'string' ? { body } : {}), ...(ca === undefined ? {} : { ca }), connectMs: 10_000, answerMs: 60_000, mostBytes: 64 * 2 ** 20,
  }, signal ?? new AbortController().signal)
  return new Response(said.text, { status: said.status })
}

/** An answer for people as a table, for machines as JSON. Instants are written out. */
export const showAnswer = (answer: unknown, isJson: boolean, desk: Desk): void => {
  desk.out.write(isJson ? `${JSON.stringify(answer)}\n` : answerLines(answer, widthOf(desk.out)).map(line => `${line}\n`).join(''))
}

export const when = (at: number): string => new Date(at).toISOString()
