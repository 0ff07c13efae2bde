import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { jsonOf, whyUnanswered } from '#lib/answer.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import type { Issuer } from '#ports/issuer.ts'
import { issuerApi } from '#wire/licence.ts'

const patienceMs = 20_000
const mostBytes = 4 * 2 ** 20

/** An issuer at an address, by HTTPS; without it only on this machine, because codes could be read on the way. Answers within 20 seconds, or not at all. */
export const openHttpIssuer = ({ url, timeoutMs = patienceMs, via = fetch }: { readonly url: string; readonly timeoutMs?: number; readonly via?: typeof fetch }): Issuer => {
  const { protocol, hostname, origin } = new URL(url)
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) throw new Fault('ISSUER_REFUSED', { issuer: origin, code: 'not-secure', reason: 'it is reached by https://, and by http:// only on the same machine.' })
  const ask = async <Name extends 'issuer.activate' | 'issuer.deactivated' | 'issuer.stands'>(name: Name, input: z.input<(typeof issuerApi)[Name]['input']>, signal: AbortSignal): Promise<z.output<(typeof issuerApi)[Name]['answer']>> => {
    const endpoint = issuerApi[name]
    const said = await answerOf(via, origin, new URL(endpoint.path.slice(1), url.endsWith('/') ? url : `${url}/`), input, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), signal)
    const parsed = z.safeDecode(endpoint.answer, said as never)
    if (!parsed.success) throw new Fault('ISSUER_UNREACHABLE', { issuer: origin, reason: 'what answers there is no issuer of licences' })
    return parsed.data as z.output<(typeof issuerApi)[Name]['answer']>
  }
  return {
    activate: async (request, signal) => (await ask('issuer.activate', { request }, signal)).activation,
    deactivated: async (receipt, signal) => { await ask('issuer.deactivated', { receipt }, signal) },
    stands: (activation, signal) => ask('issuer.stands', { activation }, signal),
  }
}

const answerOf = async (via: typeof fetch, issuer: string, url: URL, input: object, bounded: AbortSignal, signal: AbortSignal): Promise<unknown> => {
  signal.throwIfAborted()
  let [status, text] = [0, '']
  try {
    // A way elsewhere is not followed: what is sent holds a code.
    const response = await via(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input), signal: bounded, redirect: 'error' })
    status = response.status
    text = await readAtMost(response, mostBytes)
  } catch (error) {
    signal.throwIfAborted()
    throw new Fault('ISSUER_UNREACHABLE', { issuer, reason: whyUnanswered(error) }, { cause: error })
  }
  if (status === 200) return jsonOf(text)
  const problem = z.object({ type: z.string(), detail: z.string() }).safeParse(jsonOf(text))
  // What a proxy answers, or an issuer that is just starting, says nothing of the licence; too much asked at once goes by as well.
  if (status >= 500 || status === 429 || !problem.success) throw new Fault('ISSUER_UNREACHABLE', { issuer, reason: problem.data?.detail ?? `it answered ${status}` })
  throw new Fault('ISSUER_REFUSED', { issuer, code: problem.data.type.replace('/problems/', ''), reason: problem.data.detail })
}
