import { stillNews } from '#domain/held-letters.ts'
import type { ContactId } from '#domain/parties.ts'
import { isGivenUp } from '#domain/programmes.ts'
import type { Message, Quote } from '#domain/records.ts'
import type { Desk } from '../ground/desk.ts'
import { letterJob, unverified } from './messages.ts'

const mostHeld = 500
const over = 'it was over before the address was verified'

/** Once an address is verified: what was held back until then is sent, once, and only what still holds. What is about a task is looked at again when it is its turn. */
export const sendHeld = async (desk: Desk, id: ContactId): Promise<void> => {
  const { tx, now } = desk
  if (((await tx.get('contact', id))?.verifiedAt ?? null) === null) return
  const held = await tx.list('message', { contact: id, state: 'dropped', why: unverified }, { limit: mostHeld })
  const news = new Set(stillNews(held, now))
  for (const message of held) {
    if (!news.has(message) || !(await holds(desk, message))) await tx.change('message', message.id, { why: over, sealed: null })
    else if (await tx.change('message', message.id, { state: 'waiting', why: null }, { state: 'dropped' })) await tx.enqueue({ ...letterJob(message), at: now })
  }
}

const secretIn: readonly string[] = ['bundle-ready', 'files-ready']

const holds = async ({ tx, now }: Desk, { event, move: id, about, sealed }: Message): Promise<boolean> => {
  if (secretIn.includes(event) && sealed === null) return false
  const move = id === null ? undefined : await tx.get('move', id)
  if (move !== undefined && isGivenUp(move) && event !== 'note') return false
  if (event !== 'quote-sent') return true
  const quote = about === null ? undefined : await tx.get('quote', about as Quote['id'])
  return quote?.state === 'sent' && quote.expiresAt > now
}
