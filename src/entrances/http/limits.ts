import type { Context, MiddlewareHandler } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import type { AddressOf } from './address.ts'
import { localeOf, otherProblem, problem } from './problem.ts'
import { tokenOf } from './token.ts'
import { sha256 } from '#lib/hash.ts'

/** How much one caller may ask in a minute: enough for a page that asks a lot, too little to guess anything. */
export type Limits = { readonly perMinute: number; /** Of what needs no sign-in: links, codes, passwords. */ readonly openPerMinute: number }
export const usualLimits: Limits = { perMinute: 1_200, openPerMinute: 60 }

const minuteMs = 60_000

const say = (c: Context): Response => problem(c, otherProblem(429, 'too-many', { en: 'That was a lot at once. Wait a minute and ask again; Retry-After says how long.', ja: '短時間に操作が集中しました。1分ほど待ってから、もう一度お試しください。' }, localeOf(c)))

/** Counted by whoever signed in; where nobody did, by the address they come from. */
export const limited = ({ perMinute, openPerMinute }: Limits, addressOf: AddressOf): MiddlewareHandler => {
  const signedIn = rateLimiter({ windowMs: minuteMs, limit: perMinute, keyGenerator: c => sha256(tokenOf(c) ?? ''), handler: say, standardHeaders: 'draft-7' })
  const nobody = limitedByAddress({ openPerMinute }, addressOf)
  return (c, next) => (tokenOf(c) === undefined ? nobody : signedIn)(c, next)
}

/** For what needs no sign-in: a token that somebody made up earns them no tries of their own. */
export const limitedByAddress = ({ openPerMinute }: Pick<Limits, 'openPerMinute'>, addressOf: AddressOf): MiddlewareHandler =>
  rateLimiter({ windowMs: minuteMs, limit: openPerMinute, keyGenerator: addressOf, handler: say, standardHeaders: 'draft-7' })
