import type { NoAccess } from '#domain/access.ts'
import type { FailedJob } from '#ports/jobs.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'

const most = 200

/** Jobs that are not tried again by themselves. They belong to the ledger, not to a vendor: where several share one, nobody is shown the others'. */
export const failedJobs = async (glance: Glance, limit = most): Promise<readonly FailedJob[] | NoAccess> => {
  const vendor = vendorOf(glance)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'job.read', { vendor })
  if (why !== undefined) return why
  return await glance.view.count('vendor', {}) > 1 ? [] : await glance.world.jobs?.failed(limit) ?? []
}

/** Has a failed job done after all, with all its tries. Asked twice it is done once: after the first time it is no failed one any more. */
export const repeatJob = async (desk: Desk, { job }: { readonly job: string }): Promise<Record<never, never> | NoAccess> => {
  const { tx, world: { jobs } } = desk
  const vendor = vendorOf(desk)
  if (vendor === undefined || await tx.count('vendor', {}) > 1) return { refused: 'not-found' }
  const why = await barred(desk, 'job.repeat', { vendor })
  if (why !== undefined) return why
  if (jobs === undefined || !(await tx.repeat(jobs, job))) return { refused: 'not-found' }
  journal(desk, 'job.repeat', 'job', job)
  return {}
}
