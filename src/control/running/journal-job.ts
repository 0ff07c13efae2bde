import type { Job } from '#domain/job.ts'
import type { Instant } from '#domain/time.ts'

/** One that waits reads everything that was written before it begins: `at` is the same for all of a day, so that most who ask for it find it there. */
export const followJournal = (now: Instant): Job => ({ name: 'react', key: 'journal', at: now - (now % 86_400_000), facts: { event: 'journal' }, group: 'journal' })
