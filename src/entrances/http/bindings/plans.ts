import { diffPlan, readPlan, rebasePlan } from '#control/plans/plans.ts'
import { listPlaybooks, readPlaybook } from '#control/plans/playbooks.ts'
import { answerProfile, readProfile, readQuestions } from '#control/plans/profile.ts'
import type { plansApi } from '#wire/api/plans.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const plansBindings: Bindings<typeof plansApi> = {
  'playbooks.list': looking(listPlaybooks),
  'playbooks.read': looking(readPlaybook),
  'plans.read': looking((at, { move }) => readPlan(at, move)),
  'plans.diff': looking(diffPlan),
  'plans.rebase': deciding(rebasePlan),
  'profile.read': looking((at, { move }) => readProfile(at, move)),
  'profile.questions': looking(readQuestions),
  'profile.answer': deciding(answerProfile),
}
