import { endpoints } from 'virtual:endpoints'
import type { z } from 'zod'
import type { Api, EndpointName } from '#wire/api.ts'

/** What is sent and told, as it is on the wire: instants are ISO 8601 texts in UTC. */
export type Sent<Name extends EndpointName> = z.input<Api[Name]['input']>
export type Told<Name extends EndpointName> = z.input<Api[Name]['answer']>
export type { EndpointName }

/** Why control did not answer, in its own sentence and the reader's language. `code`: the refusal's name; `unreachable` when nothing was heard of it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  /** What the problem says besides: who holds it, since when, what would do instead. */
  readonly facts: Readonly<Record<string, unknown>>
  constructor(status: number, code: string, says: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(says)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.facts = facts
  }
}

/** `key`: the same wish sent again is carried out once. */
export const ask = async <Name extends EndpointName>(name: Name, input: Sent<Name>, { key, signal }: { readonly key?: string; readonly signal?: AbortSignal } = {}): Promise<Told<Name>> => {
  const [method, path] = endpoints[name] as readonly ['GET' | 'POST', string]
  const rest: Record<string, string | number | boolean | undefined> = { ...(input as Readonly<Record<string, string>>) }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = rest[field]
    delete rest[field]
    return encodeURIComponent(String(value))
  })
  const query = method === 'GET' ? new URLSearchParams(Object.entries(rest).flatMap(([field, value]) => (value === undefined ? [] : [[field, String(value)]]))).toString() : ''
  const init: RequestInit = {
    method, credentials: 'same-origin',
    // It answers in the language of the page. The header tells control that one of its own pages asks: pages of others cannot set it.
    headers: { 'x-rehome': '1', 'accept-language': document.documentElement.lang, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}), ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(method === 'POST' ? { body: JSON.stringify(rest) } : {}), ...(signal === undefined ? {} : { signal }),
  }
  const response = await fetch(query === '' ? filled : `${filled}?${query}`, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw new Refusal(0, 'unreachable', document.documentElement.lang === 'ja' ? 'Rehome に接続できません。' : 'Rehome cannot be reached.')
  })
  const said = await response.json().catch(() => ({})) as Readonly<Record<string, unknown>>
  if (response.ok) return said as Told<Name>
  const type = typeof said['type'] === 'string' ? said['type'].replace('/problems/', '') : `status-${response.status}`
  throw new Refusal(response.status, type, typeof said['detail'] === 'string' ? said['detail'] : document.documentElement.lang === 'ja' ? `サーバーから応答 ${response.status} が返りました。` : `Control answered ${response.status}.`, said)
}
