import { plannerContract } from '#ports/planner.contract.ts'
import { largeProblem } from '../../../../bench/control/plan-problem.ts'
import { createHighsPlanner } from './planner.ts'

plannerContract('the planner by HiGHS', createHighsPlanner(), largeProblem(160, 16, 1.2))
