import type { ZodError } from 'zod'
import { Fault } from '#domain/faults.ts'
import { licenceRefusals, type LicenceRefused, licenceSentence } from '#domain/licence/refused.ts'
import { faultProblem, inputProblem, otherProblem, type Problem } from '../problem.ts'

const titles: Readonly<Record<number, string>> = { 401: 'Not for you', 404: 'Not found', 409: 'Not now', 422: 'That cannot be' }

/** Instants are told as they are everywhere else on the wire. */
const told = (name: string, value: unknown): unknown => {
  if (typeof value === 'number' && /^(until|since|startsAt|takenAt|expectedEnd|seen|wall)$/.test(name)) return new Date(value).toISOString()
  if (Array.isArray(value)) return value.map(one => told('', one))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, told(key, one)])) : value
}

/** `code` names the refusal for programs, as `type` does. */
export const licenceProblem = (refusal: LicenceRefused): Problem => {
  const { status } = licenceRefusals[refusal.refused]
  return { ...told('', refusal) as object, type: `/problems/${refusal.refused}`, title: titles[status] ?? 'Not now', status, detail: licenceSentence(refusal), code: refusal.refused }
}

export const wrongInput = (error: ZodError): Problem => ({ ...inputProblem(error), code: 'input' })
export const other = (status: number, code: string, detail: string): Problem => ({ ...otherProblem(status, code, detail), code })

/** What an issuer refused is told in its words. */
export const failed = (error: unknown): Problem => {
  if (!(error instanceof Fault)) return other(500, 'bug', 'The licence server made a mistake; it is in its log. Ask again with the same key.')
  const { code, reason } = error.facts
  if (error.code === 'ISSUER_REFUSED' && typeof code === 'string') return { type: `/problems/${code}`, title: 'Not now', status: 409, detail: `The issuer says no: ${String(reason)}`, code }
  return faultProblem(error)
}
