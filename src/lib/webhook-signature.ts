import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Signed webhooks as the Standard Webhooks specification has them: HMAC-SHA256 over `id.timestamp.body`, base64, under a key that is the base64
 * after `whsec_`. `timestamp` in seconds since 1970.
 */
export type WebhookHeaders = { readonly 'webhook-id': string; readonly 'webhook-timestamp': string; readonly 'webhook-signature': string }

/** How old, or how far ahead, a message may be. */
export const toleranceS = 300

export const signWebhook = (secret: string, id: string, timestampS: number, body: string): WebhookHeaders => ({
  'webhook-id': id, 'webhook-timestamp': String(timestampS), 'webhook-signature': `v1,${signatureOf(secret, id, String(timestampS), body)}`,
})

/** Why a message must not be believed; undefined: it may be. A receiver also refuses an id it has carried out already, or answers it as before. */
export const webhookFault = (secret: string, headers: Readonly<Record<string, string | string[] | undefined>>, body: string, nowS: number): string | undefined => {
  const [id, timestamp, signatures] = [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']]
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return 'the message is not signed'
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowS - Number(timestamp)) > toleranceS) return 'the message is too old, or from the future'
  const expected = Buffer.from(signatureOf(secret, id, timestamp, body))
  const isSigned = signatures.split(' ').some(signature => {
    const given = Buffer.from(signature.startsWith('v1,') ? signature.slice(3) : '')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  return isSigned ? undefined : 'the signature does not fit'
}

const signatureOf = (secret: string, id: string, timestamp: string, body: string): string =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')
