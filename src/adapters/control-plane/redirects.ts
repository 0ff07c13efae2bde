import type { RedirectControl } from '#ports/redirect-control.ts'
import { asking } from '#wire/ask.ts'
import { sayingTo } from './asked.ts'
import { originOf } from './http.ts'

/** A control at an address, for whoever answers old addresses. */
export const openRedirectControl = ({ url, token }: { readonly url: string; readonly token: string }): RedirectControl => {
  const label = originOf(url)
  const [ask, say] = [asking(url, token), sayingTo(label)]
  return {
    label,
    serve: (homes, known, signal) => say(signal, stop => ask('redirects.serve', { homes: [...homes], known }, { signal: stop })),
    tell: (served, visits, signal) => say(signal, async stop => {
      const at = served.map(({ move, since }) => ({ move, since: new Date(since).toISOString() }))
      await ask('redirects.tell', { served: at, visits: [...visits] }, { signal: stop })
    }),
  }
}
