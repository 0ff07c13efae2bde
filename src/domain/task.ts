import type { Who } from './journal.ts'
import type { Instant } from './time.ts'

/** What is kept of a task. Whether an open one is blocked follows from the others. */
export type TaskState =
  | { readonly is: 'open' }
  | { readonly is: 'done'; readonly by: Who; readonly at: Instant; readonly answers: Readonly<Record<string, unknown>>; readonly note: string | null }
  | { readonly is: 'waived'; readonly by: Who; readonly at: Instant; readonly because: string }

export const standings = ['open', 'blocked', 'done', 'waived'] as const
/** Where a task stands. Blocked: something it depends on is neither done nor waived, or its gate has no *go*. */
export type TaskStanding = (typeof standings)[number]

export const taskVerbs = ['complete', 'waive', 'reopen'] as const
export type TaskVerb = (typeof taskVerbs)[number]

/** What may be done. A verb that is absent is refused; there is no other rule. A reopened task may come out blocked. */
const next = {
  open: { complete: 'done', waive: 'waived' },
  blocked: { waive: 'waived' },
  done: { reopen: 'open' },
  waived: { reopen: 'open' },
} as const satisfies Record<TaskStanding, Partial<Record<TaskVerb, TaskState['is']>>>

export const allowedTaskVerbs = (standing: TaskStanding): TaskVerb[] => taskVerbs.filter(verb => stepTask(standing, verb) !== undefined)

/** The state after the verb; undefined where it is refused. */
export const stepTask = (standing: TaskStanding, verb: TaskVerb): TaskState['is'] | undefined => {
  const table: Partial<Record<TaskVerb, TaskState['is']>> = next[standing]
  return table[verb]
}
