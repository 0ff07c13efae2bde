import type { Message } from './records.ts'
import type { Instant } from './time.ts'

/** After so long without a mail server people are not sent every letter that waited, one after the other. */
const longMs = 86_400_000
/** So many letters are sent one by one all the same. */
const few = 3

/** Letters that must be had themselves: a secret or an answer is in them, or a calendar waits for what is enclosed. */
const alone: readonly string[] = ['address-check', 'sign-in', 'second-factor', 'credentials-ready', 'bundle-ready', 'quote-sent', 'finished', 'note', 'digest']

type Waiting = Pick<Message, 'id' | 'event' | 'enclosed' | 'createdAt' | 'handedAt' | 'digest' | 'state'>

/** Whether a letter may be told in another one. One that may have been taken by the mail server already is sent again as itself. */
export const canJoin = (one: Waiting): boolean => one.state === 'waiting' && one.digest === null && one.handedAt === null && one.enclosed === null && !alone.includes(one.event)

/** Those of one person’s waiting letters that become one, in their order. Empty: each is sent. */
export const togetherOf = <Letter extends Waiting>(waiting: readonly Letter[], now: Instant): Letter[] => {
  const some = waiting.filter(canJoin).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return some.length > few && some.some(one => now - one.createdAt > longMs) ? some : []
}
