import { ownProgram } from '#domain/redirect.ts'
import { whyUnanswered } from '#lib/answer.ts'
import type { Addresses } from '#ports/addresses.ts'

/** By HTTP or HTTPS; a certificate that nobody vouches for is no answer. */
export const openAddresses = ({ timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}): Addresses => ({
  async ask(address, signal) {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const response = await fetch(address, { redirect: 'manual', signal: stop, headers: { 'user-agent': ownProgram } })
      await response.body?.cancel()
      return { status: response.status, location: response.headers.get('location') }
    } catch (error) {
      signal.throwIfAborted()
      return { why: stop.aborted ? `it did not answer within ${timeoutMs / 1_000} s` : whyUnanswered(error) }
    }
  },
})
