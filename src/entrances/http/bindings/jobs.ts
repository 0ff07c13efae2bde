import { failedJobs, repeatJob } from '#control/running/failed-jobs.ts'
import type { jobsApi } from '#wire/api/jobs.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const jobsBindings: Bindings<typeof jobsApi> = {
  'jobs.list': looking(async glance => {
    const failed = await failedJobs(glance)
    return 'refused' in failed ? failed : { items: failed.map(({ id, job, attempts, failedAt, reason }) => ({ id, name: job.name, key: job.key, attempts, failedAt, reason })) }
  }),
  'jobs.repeat': deciding(repeatJob),
}
