import { Fault } from '#domain/faults.ts'
import { jsonOf, whyUnanswered } from '#lib/answer.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import { visible } from '#lib/visible.ts'
import type { Routes } from '#ports/routes.ts'
import { routeSchema } from '#wire/routes.ts'

export type ProxySettings = { /** Of the admin address: `http://127.0.0.1:…/route`. */ readonly url: string; /** A secret. */ readonly token: string; readonly timeoutMs?: number }

const longestAnswer = 65_536

/** A reverse proxy on this machine that is told over its admin address where to send people. 409 means that somebody else has changed it. */
export const openLocalProxy = ({ url, token, timeoutMs = 10_000 }: ProxySettings): Routes => {
  const label = `${new URL(url).origin}${new URL(url).pathname}`
  const refused = (reason: string, cause?: unknown): Fault => new Fault('ROUTE_REFUSED', { route: label, reason }, cause === undefined ? {} : { cause })
  const ask = async (signal: AbortSignal, put?: { expected: string; next: string }): Promise<{ status: number; upstream: string }> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const response = await fetch(url, { headers, redirect: 'error', signal: stop, ...(put === undefined ? {} : { method: 'PUT', body: JSON.stringify(put) }) })
      const text = await readAtMost(response, longestAnswer)
      if (!response.ok && response.status !== 409) throw refused(`the proxy answered ${response.status}: ${visible(text, 200)}`)
      const route = routeSchema.safeParse(jsonOf(text))
      if (!route.success) throw refused('its answer is not what was agreed')
      return { status: response.status, ...route.data }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Fault) throw error
      throw refused(stop.aborted ? `it did not answer within ${timeoutMs} ms` : whyUnanswered(error), error)
    }
  }
  return {
    label,
    read: async signal => (await ask(signal)).upstream,
    async point(expected, next, signal) {
      const { status, upstream } = await ask(signal, { expected, next })
      if (status === 409 && upstream !== next) throw new Fault('ROUTE_MOVED', { route: label, found: visible(upstream), expected })
      if (upstream !== next) throw refused(`it says that people are sent to ${visible(upstream)}`)
    },
  }
}
