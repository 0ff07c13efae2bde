import { Fault } from '#domain/faults.ts'
import { visible } from '#lib/visible.ts'
import type { Routes } from '#ports/routes.ts'
import { routeSchema } from '#wire/routes.ts'

export type ProxySettings = { /** Of the admin address: `http://127.0.0.1:…/route`. */ readonly url: string; /** A secret. */ readonly token: string; readonly timeoutMs?: number }

/** A reverse proxy on this machine that is told over its admin address where to send people. 409 means that somebody else has changed it. */
export const openLocalProxy = ({ url, token, timeoutMs = 10_000 }: ProxySettings): Routes => {
  const ask = async (signal: AbortSignal, put?: { expected: string; next: string }): Promise<{ status: number; upstream: string }> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    try {
      const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), ...(put === undefined ? {} : { method: 'PUT', body: JSON.stringify(put) }) })
      const text = await response.text()
      if (!response.ok && response.status !== 409) throw new Fault('ROUTE_REFUSED', { route: url, reason: `the proxy answered ${response.status}: ${visible(text, 200)}` })
      return { status: response.status, ...routeSchema.parse(JSON.parse(text)) }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Fault) throw error
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      throw new Fault('ROUTE_REFUSED', { route: url, reason: cause instanceof Error ? visible(cause.message, 200) : 'the proxy cannot be reached' }, { cause: error })
    }
  }
  return {
    label: url,
    read: async signal => (await ask(signal)).upstream,
    async point(expected, next, signal) {
      const { status, upstream } = await ask(signal, { expected, next })
      if (status === 409 && upstream !== next) throw new Fault('ROUTE_MOVED', { route: url, found: visible(upstream), expected })
    },
  }
}
