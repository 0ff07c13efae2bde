import { goEarly } from '#control/plans/early-go.ts'
import { answerQuestion, askQuestion, publishQuestion, readFaq } from '#control/letters/faq.ts'
import { listMoves, readMove } from '#control/plans/move-pages.ts'
import { addMove, addMoves, cancelMove, changeMove } from '#control/plans/moves.ts'
import { remindOfMove } from '#control/letters/reminding.ts'
import { addIntegration, addRisk, changeIntegration, changeRisk, listIntegrations, listRisks } from '#control/plans/risks.ts'
import type { movesApi } from '#wire/api/moves.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const movesBindings: Bindings<typeof movesApi> = {
  'moves.list': looking(listMoves),
  'moves.read': looking((at, { move }) => readMove(at, move)),
  'moves.add': deciding(addMove),
  'moves.add-all': deciding(addMoves),
  'moves.change': deciding((desk, { move, ...change }) => changeMove(desk, move, change)),
  'moves.remind': deciding(remindOfMove),
  'moves.go-early': deciding(goEarly),
  'moves.cancel': deciding((desk, { move, note }) => cancelMove(desk, move, note)),
  'risks.list': looking(listRisks),
  'risks.add': deciding(addRisk),
  'risks.change': deciding((desk, { risk, ...change }) => changeRisk(desk, risk, change)),
  'integrations.list': looking(listIntegrations),
  'integrations.add': deciding(addIntegration),
  'integrations.change': deciding((desk, { integration, ...change }) => changeIntegration(desk, integration, change)),
  'faq.read': looking(readFaq),
  'faq.ask': deciding(askQuestion),
  'faq.answer': deciding((desk, { question, answer }) => answerQuestion(desk, question, answer)),
  'faq.publish': deciding((desk, { question, text }) => publishQuestion(desk, question, text)),
}
