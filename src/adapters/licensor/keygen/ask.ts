import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { jsonOf } from '#lib/answer.ts'
import { type AnsweredOnce, askOnce, Unanswered } from '#lib/ask-once.ts'
import { visible } from '#lib/visible.ts'
import { inWords } from './reasons.ts'

export type KeygenAddress = {
  /** As its documentation has it: `https://api.keygen.sh/v1/accounts/<id or slug>`, or the same of a server of one's own. */
  readonly url: string
  /** An administrator's or a product's. A secret. */
  readonly token: string
  readonly ca?: string
  readonly connectMs?: number
  readonly answerMs?: number
  /** So long it is waited in all when Keygen says that too much is asked of it. */
  readonly patienceMs?: number
}

/** `isChange`: what became of it matters when no answer comes. */
export type Question = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly body?: unknown; readonly verb: string; readonly isChange: boolean; readonly secrets?: readonly string[] }
/** `codes`: of what was refused. */
export type Said = { readonly status: number; readonly json: unknown; readonly codes: readonly string[]; readonly fault: Fault | undefined }
export type AskKeygen = (question: Question, signal: AbortSignal) => Promise<Said>

const mostWaits = 10
const version = '1.7'

/**
 * Asks Keygen's API. What it refuses comes back as `fault` with its codes, for whoever knows better; everything else that is no answer is thrown. Where it answers 429 it is asked again
 * after its `Retry-After` (https://keygen.sh/docs/api/rate-limiting/): nothing was done.
 */
export const askingKeygen = (server: string, address: KeygenAddress): AskKeygen => async (question, signal) => {
  const { patienceMs = 60_000 } = address
  const until = performance.now() + patienceMs
  for (let waits = 0; ; waits += 1) {
    const said = await askOne(server, address, question, signal)
    if (said.status !== 429) return judged(server, question, said, [address.token, ...question.secrets ?? []])
    const seconds = Number(said.headers['retry-after'] ?? 1)
    const waitMs = Number.isFinite(seconds) && seconds >= 0 ? Math.max(seconds * 1_000, 50) : 1_000
    if (waits >= mostWaits || performance.now() + waitMs > until) throw new Fault('LICENSOR_UNREACHABLE', { server, reason: `too much is asked of it; it wants to be left alone for ${Math.ceil(waitMs / 1_000)} s` })
    await sleep(waitMs, undefined, { signal }).catch(error => {
      signal.throwIfAborted()
      throw error
    })
  }
}

const askOne = async (server: string, { url, token, ca, connectMs = 10_000, answerMs = 60_000 }: KeygenAddress, { method, path, body, verb, isChange }: Question, signal: AbortSignal): Promise<AnsweredOnce> => {
  const jsonApi = 'application/vnd.api+json'
  const headers = { authorization: `Bearer ${token}`, accept: jsonApi, 'keygen-version': version, ...(body === undefined ? {} : { 'content-type': jsonApi }) }
  try {
    return await askOnce(new URL(`${url.replace(/\/$/, '')}/${path}`), { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(ca === undefined ? {} : { ca }), connectMs, answerMs, mostBytes: 16 * 2 ** 20 }, signal)
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    if (!isChange) signal.throwIfAborted()
    throw error.wasSent && isChange ? new Fault('LICENSOR_IN_DOUBT', { server, verb, reason: error.message }, { cause: error }) : new Fault('LICENSOR_UNREACHABLE', { server, reason: error.message }, { cause: error })
  }
}

const errors = z.looseObject({ errors: z.array(z.looseObject({ detail: z.string().optional(), title: z.string().optional(), code: z.string().optional() })).min(1) })

const judged = (server: string, { verb, isChange }: Question, { status, text }: AnsweredOnce, secrets: readonly string[]): Said => {
  const json = jsonOf(text)
  if (status >= 200 && status < 300 && (status === 204 || json !== undefined)) return { status, json, codes: [], fault: undefined }
  if (status >= 500 && isChange) throw new Fault('LICENSOR_IN_DOUBT', { server, verb, reason: `it answered ${status}` })
  if (status >= 500) throw new Fault('LICENSOR_UNREACHABLE', { server, reason: `it answered ${status}` })
  const told = errors.safeParse(json).data?.errors
  if (status < 400 || told === undefined) throw new Fault('LICENSOR_CONFUSED', { server, reason: `asked to ${verb}, it answered ${status}` })
  const codes = told.flatMap(({ code }) => code ?? [])
  const reason = told.map(({ code, detail, title }) => inWords(code) ?? `${code === undefined ? '' : `${code}: `}${detail ?? title ?? 'it gives no reason'}`).join('; ')
  return { status, json, codes, fault: new Fault('LICENSOR_REFUSED', { server, verb, reason: without(visible(reason, 600), secrets) }) }
}

const without = (text: string, secrets: readonly string[]): string => secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '…')), text)
