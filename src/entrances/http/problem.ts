import type { Context } from 'hono'
import type { ZodError } from 'zod'
import type { Fault } from '#domain/faults.ts'
import { kindOf, sentenceOf } from '#domain/refusals.ts'
import type { Refused } from '#control/desk.ts'

/** Why a request was not answered (RFC 9457). `type` tells programs which of the reasons it is, `detail` tells people. */
export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail: string } & Readonly<Record<string, unknown>>

const statuses = { absent: 404, forbidden: 403, wrong: 422, 'not-now': 409 } as const
const titles = { absent: 'Not found', forbidden: 'Not for you', wrong: 'That cannot be', 'not-now': 'Not now' } as const

export const refusalProblem = (refusal: Refused): Problem => {
  const kind = kindOf(refusal.refused)
  const status = refusal.refused === 'not-signed-in' ? 401 : statuses[kind]
  return { ...refusal, type: `/problems/${refusal.refused}`, title: titles[kind], status, detail: sentenceOf(refusal) }
}

/** Everything that is wrong with what was sent, each with its place. */
export const inputProblem = (error: ZodError): Problem => {
  const wrong = error.issues.map(({ path, message, ...issue }) => ({ at: [...path.map(String), ...('keys' in issue && Array.isArray(issue.keys) ? [issue.keys.join(', ')] : [])].join('.'), says: message }))
  return { type: '/problems/input', title: 'That cannot be', status: 400, detail: wrong.map(({ at, says }) => (at === '' ? says : `${at}: ${says}`)).join('; '), wrong }
}

export const faultProblem = (fault: Fault): Problem => ({
  type: `/problems/${fault.code}`, title: 'It did not work', status: fault.code === 'LEDGER_REFUSED' ? 409 : fault.isRetryable ? 503 : 500, detail: `${fault.message} ${fault.remedy}`, code: fault.code,
})

export const otherProblem = (status: number, type: string, detail: string): Problem => ({ type: `/problems/${type}`, title: 'It did not work', status, detail })

export const problem = (c: Context, said: Problem): Response => c.body(JSON.stringify(said), said.status as 400, { 'content-type': 'application/problem+json' })
