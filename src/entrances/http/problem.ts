import type { Context } from 'hono'
import type { ZodError } from 'zod'
import type { Fault } from '#domain/faults.ts'
import type { Locale, Text } from '#domain/locale.ts'
import { kindOf } from '#domain/refusals.ts'
import { faultSaidTo, saidTo } from '#domain/said.ts'
import type { Refused } from '#control/ground/desk.ts'
import { issuesIn, wrongIn } from './input-words.ts'

/** Why a request was not answered (RFC 9457). `type` tells programs which of the reasons it is, `detail` tells people, in the language that was asked for. */
export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail: string } & Readonly<Record<string, unknown>>

const statuses = { absent: 404, forbidden: 403, wrong: 422, 'not-now': 409 } as const
const titles = { absent: 'Not found', forbidden: 'Not for you', wrong: 'That cannot be', 'not-now': 'Not now' } as const

/** The language that is asked for (Accept-Language); null: a program that does not mind, and is told in English and by the codes themselves. */
export const localeOf = (c: Context): Locale | null => {
  const [, first] = /^\s*(en|ja)\b/i.exec(c.req.header('accept-language') ?? '') ?? []
  return first === undefined ? null : first.toLowerCase() === 'ja' ? 'ja' : 'en'
}

export const refusalProblem = (refusal: Refused, locale: Locale | null = null): Problem => {
  const kind = kindOf(refusal.refused)
  const status = refusal.refused === 'not-signed-in' ? 401 : statuses[kind]
  return { ...refusal, type: `/problems/${refusal.refused}`, title: titles[kind], status, detail: saidTo({ ...refusal }, locale) }
}

/** Everything that is wrong with what was sent, each with its place. */
export const inputProblem = (error: ZodError, locale: Locale | null = null): Problem => {
  const wrong = error.issues.map(issue => ({ at: [...issue.path, ...('keys' in issue && Array.isArray(issue.keys) ? [issue.keys.join(', ')] : [])].map(String).join('.'), says: locale === null ? issue.message : wrongIn(issue)[locale] }))
  if (locale !== null) return { type: '/problems/input', title: 'That cannot be', status: 400, detail: issuesIn(error)[locale], wrong }
  return { type: '/problems/input', title: 'That cannot be', status: 400, detail: wrong.map(({ at, says }) => (at === '' ? says : `${at}: ${says}`)).join('; '), wrong }
}

export const faultProblem = (fault: Fault, locale: Locale | null = null): Problem => ({
  type: `/problems/${fault.code}`, title: 'It did not work', status: fault.code === 'LEDGER_REFUSED' ? 409 : fault.isRetryable ? 503 : 500, detail: faultSaidTo(fault, locale), code: fault.code,
})

export const otherProblem = (status: number, type: string, detail: string | Text, locale: Locale | null = null): Problem => ({ type: `/problems/${type}`, title: 'It did not work', status, detail: typeof detail === 'string' ? detail : detail[locale ?? 'en'] })

export const problem = (c: Context, said: Problem): Response => c.body(JSON.stringify(said), said.status as 400, { 'content-type': 'application/problem+json' })

/** Says no, in the reader's language. */
export const refuse = (c: Context, refusal: Refused): Response => problem(c, refusalProblem(refusal, localeOf(c)))
