/** Why something of a vendor's needs somebody. */
export const attentionKinds = ['late-task', 'gate-due', 'window-unconfirmed', 'letter-returned', 'address-unverified', 'order-failed', 'job-failed', 'in-doubt', 'quote-expires'] as const
export type AttentionKind = (typeof attentionKinds)[number]
