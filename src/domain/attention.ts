import type { OperatorId, Verb } from './access.ts'
import type { Instant } from './time.ts'

/** Why something of a vendor's needs somebody. */
export const attentionKinds = ['late-task', 'gate-due', 'window-unconfirmed', 'letter-returned', 'address-unverified', 'order-failed', 'job-failed', 'in-doubt', 'quote-expires', 'question-open'] as const
export type AttentionKind = (typeof attentionKinds)[number]

/** What helps with each: it is given only to people who may do that. */
export const helpsWith = {
  'late-task': 'task.do', 'gate-due': 'gate.decide', 'window-unconfirmed': 'window.propose', 'letter-returned': 'contact.change', 'address-unverified': 'contact.change',
  'order-failed': 'move.order', 'job-failed': 'job.repeat', 'in-doubt': 'move.found', 'quote-expires': 'quote.make', 'question-open': 'faq.answer',
} as const satisfies Record<AttentionKind, Verb>

/** Whom of the vendor's it was given to, and by whom; they see to it, whoever has it by the plan. */
export type Given = { readonly id: OperatorId; readonly name: string; readonly by: string; readonly at: Instant }
