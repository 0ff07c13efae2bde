import { randomUUID } from 'node:crypto'
import { Fault } from '#domain/faults.ts'
import { jsonOf, whyUnanswered } from '#lib/answer.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import { visible } from '#lib/visible.ts'
import { signWebhook } from '#lib/webhook-signature.ts'
import type { HomeControl, HomeState } from '#ports/home-control.ts'
import { homeAnswerSchema, type HomeRequest } from '#wire/home-control.ts'

export type WebhookSettings = {
  readonly url: string
  /** `whsec_` and base64. A secret. */
  readonly secret: string
  readonly timeoutMs?: number
}

const longestAnswer = 65_536

/** A product that is told by signed webhooks. Every request is repeatable; redirects are refused, since the signature is for this address. */
export const openWebhook = ({ url, secret, timeoutMs = 30_000 }: WebhookSettings): HomeControl => {
  const label = `${new URL(url).origin}${new URL(url).pathname}`
  const say = async (verb: HomeRequest['verb'], tenant: string, signal: AbortSignal): Promise<HomeState> => {
    const body = JSON.stringify({ verb, tenant } satisfies HomeRequest)
    const refused = (reason: string, cause?: unknown): Fault => new Fault('HOME_REFUSED', { home: label, verb, reason }, cause === undefined ? {} : { cause })
    const headers = { 'content-type': 'application/json', ...signWebhook(secret, `msg_${randomUUID()}`, Math.floor(Date.now() / 1000), body) }
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: stop })
      const text = await readAtMost(response, longestAnswer)
      if (!response.ok) throw refused(`it answered ${response.status}: ${visible(text, 200)}`)
      const answer = homeAnswerSchema.safeParse(jsonOf(text))
      if (!answer.success) throw refused('its answer is not what was agreed')
      return answer.data
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Fault) throw error
      throw refused(stop.aborted ? `it did not answer within ${timeoutMs} ms` : whyUnanswered(error), error)
    }
  }
  const must = async (verb: 'freeze' | 'thaw', mode: HomeState['mode'], tenant: string, signal: AbortSignal): Promise<void> => {
    const state = await say(verb, tenant, signal)
    if (state.mode !== mode) throw new Fault('HOME_REFUSED', { home: label, verb, reason: `it says that it is ${state.mode}` })
  }
  return {
    label,
    freeze: (tenant, signal) => must('freeze', 'frozen', tenant, signal),
    thaw: (tenant, signal) => must('thaw', 'serving', tenant, signal),
    probe: (tenant, signal) => say('probe', tenant, signal),
  }
}
