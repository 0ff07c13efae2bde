import { z } from 'zod'
import { jobNames } from '#domain/job.ts'
import { endpoint, instant } from '../endpoint.ts'

export const jobsApi = {
  'jobs.list': endpoint({ method: 'GET', path: '/api/jobs', says: 'The jobs that failed and are not tried again by themselves, the last first.', input: z.strictObject({}), answer: z.strictObject({ items: z.array(z.strictObject({ id: z.uuid(), name: z.enum(jobNames), key: z.string(), attempts: z.int(), failedAt: instant, reason: z.string() })) }) }),
  'jobs.repeat': endpoint({ method: 'POST', path: '/api/jobs/{job}/repeat', says: 'Has a failed job tried again.', input: z.strictObject({ job: z.uuid() }), answer: z.strictObject({}) }),
}
