import { recordFinding } from '#control/running/findings.ts'
import { isRefused, type Refused } from '#control/ground/desk.ts'
import { lookNow, readChecks } from '#control/running/look-again.ts'
import { listProbes, listRules, makeProbe, reportProbe, revokeProbe, setRules } from '#control/homes/probes.ts'
import { remindOfTask } from '#control/letters/reminding.ts'
import { listTasks, readTask } from '#control/plans/task-pages.ts'
import { doTask, giveTask, reopenTask, type TaskDone, waiveTask } from '#control/plans/tasks.ts'
import type { Json } from '#domain/records.ts'
import type { tasksApi } from '#wire/api/tasks.ts'
import { type Bindings, deciding, looking } from '../call.ts'

/** What was filled in came through the schema of a request, as JSON. */
export const asJson = (answers: { readonly [name: string]: unknown } | null): { readonly [name: string]: Json } | null => answers as { readonly [name: string]: Json } | null

const shown = (done: TaskDone | Refused) => {
  if (isRefused(done)) return done
  const { id, move, key, party, duty, contact, dueOn, state, answers, note, endedBy, endedAt } = done.task
  return { ...done, task: { id, move, key, party, duty, contact, dueOn, state, answers: asJson(answers), note, endedBy, endedAt } }
}

export const tasksBindings: Bindings<typeof tasksApi> = {
  'tasks.list': looking(listTasks),
  'tasks.read': looking(async (at, input) => {
    const page = await readTask(at, input)
    return isRefused(page) ? page : { ...page, answers: asJson(page.answers) }
  }),
  'tasks.do': deciding(async (desk, input) => shown(await doTask(desk, input))),
  'tasks.give': deciding(async (desk, input) => shown(await giveTask(desk, input))),
  'tasks.remind': deciding(remindOfTask),
  'tasks.waive': deciding(async (desk, input) => shown(await waiveTask(desk, input))),
  'tasks.reopen': deciding(async (desk, input) => shown(await reopenTask(desk, input))),
  'checks.read': looking(readChecks),
  'checks.look': deciding(lookNow),
  'checks.find': deciding(recordFinding),
  'rules.list': looking(listRules),
  'rules.set': deciding(setRules),
  'probe.make': deciding(makeProbe),
  'probe.list': looking(listProbes),
  'probe.revoke': deciding(revokeProbe),
  'probe.report': (call, input) => deciding(reportProbe)(call, { ...input, address: call.from }),
}
