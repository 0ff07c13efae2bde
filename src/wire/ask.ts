import { z } from 'zod'
import { api, type AnswerOf, type Api, type EndpointName } from './api.ts'
import type { Endpoint } from './endpoint.ts'

/** Why control did not answer, as it said it. */
export class Refusal extends Error {
  readonly status: number
  /** The refusal's code: the last part of the problem's `type`. */
  readonly code: string
  readonly problem: Readonly<Record<string, unknown>>
  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(typeof problem['detail'] === 'string' ? problem['detail'] : `control answered ${status}`)
    this.name = 'Refusal'
    this.status = status
    this.code = typeof problem['type'] === 'string' ? problem['type'].replace('/problems/', '') : ''
    this.problem = problem
  }
}

/** As a program has it: before defaults are filled in. */
type Sent<Name extends EndpointName> = z.input<Api[Name]['input']>
export type Ask = <Name extends EndpointName>(name: Name, input: Sent<Name>, options?: { readonly key?: string; readonly signal?: AbortSignal }) => Promise<AnswerOf<Name>>

/** Asks a control at `site` as whoever the token stands for. Throws a `Refusal` with what it says, and whatever `via` throws, which is how it is reached. */
export const asking = (site: string, token?: string, via?: Via): Ask => async (name, input, options) => (await askEndpoint(api[name], site, token, input as never, options, via)) as AnswerOf<typeof name>

type Via = (url: URL, init: RequestInit) => Promise<Response>

/** The same of one endpoint, of whichever table. */
export const askEndpoint = async <Of extends Endpoint>(endpoint: Of, site: string, token: string | undefined, input: z.input<Of['input']>, { key, signal }: { readonly key?: string; readonly signal?: AbortSignal } = {}, via: Via = fetch): Promise<z.output<Of['answer']>> => {
  const { address, rest } = addressed(endpoint, input as Readonly<Record<string, unknown>>)
  const response = await via(new URL(address, site), {
    method: endpoint.method, ...(signal === undefined ? {} : { signal }),
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(endpoint.method === 'POST' ? { body: JSON.stringify(rest) } : {}),
  })
  const said: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw new Refusal(response.status, said as Readonly<Record<string, unknown>>)
  return z.decode(endpoint.answer, said as never) as z.output<Of['answer']>
}

const addressed = ({ method, path }: Endpoint, input: Readonly<Record<string, unknown>>): { readonly address: string; readonly rest: Readonly<Record<string, unknown>> } => {
  const used = new Set<string>()
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    used.add(field)
    return encodeURIComponent(String(input[field]))
  })
  const rest = Object.fromEntries(Object.entries(input).filter(([field, value]) => !used.has(field) && value !== undefined))
  const query = new URLSearchParams(Object.entries(rest).map(([field, value]) => [field, String(value)])).toString()
  return { address: method === 'GET' && query !== '' ? `${filled}?${query}` : filled, rest }
}
