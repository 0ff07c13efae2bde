import { answerMessage, listMessages, sendAgain, sendMessage } from '#control/letters/threads.ts'
import type { messagesApi } from '#wire/api/messages.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const messagesBindings: Bindings<typeof messagesApi> = {
  'messages.list': looking(listMessages),
  'messages.send': deciding(sendMessage),
  'messages.answer': deciding(answerMessage),
  'messages.again': deciding(sendAgain),
}
