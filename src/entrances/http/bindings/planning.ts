import { acceptRun } from '#control/waves/wave-accepting.ts'
import { addRule, cancelRun, explainRun, listRules, listRuns, proposeWaves, readRun, removeRule } from '#control/waves/wave-planning.ts'
import type { planningApi } from '#wire/api/planning.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const planningBindings: Bindings<typeof planningApi> = {
  'waves.propose': deciding(proposeWaves),
  'waves.runs': looking(listRuns),
  'waves.run': looking(readRun),
  'waves.explain': looking(explainRun),
  'waves.accept': deciding(acceptRun),
  'waves.cancel-run': deciding(cancelRun),
  'waves.rules': looking(listRules),
  'waves.add-rule': deciding(addRule),
  'waves.remove-rule': deciding(removeRule),
}
