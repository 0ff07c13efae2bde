import { z } from 'zod'
import { jobNames, type Job, type JobFacts } from '#domain/job.ts'

/** How a job of ours lies in the payload of pg-boss's. */
export const payloadOf = ({ key, at, facts, group }: Job): { key: string; at: number; facts: JobFacts; group: string | null } => ({ key, at, facts, group: group ?? null })

const payload = z.strictObject({ key: z.string(), at: z.number(), facts: z.json(), group: z.string().nullable() })
const named = z.enum(jobNames)

export const jobOf = (name: string, data: unknown): Job => {
  const { group, ...rest } = payload.parse(data)
  return { name: named.parse(name), ...rest, ...(group === null ? {} : { group }) }
}

/**
 * Of those that are due, pg-boss takes the highest priority first: the earliest date. In tens of seconds, because a priority is 32 bits.
 * It also puts what is due first in the index by which it is found, however much waits for later.
 */
export const priorityOf = ({ at }: Job): number => -Math.floor(Math.min(Math.max(at, 0), 2e13) / 10_000)
export const startOf = ({ at }: Job): string => new Date(at).toISOString()
