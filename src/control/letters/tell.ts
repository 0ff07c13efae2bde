import type { LetterEvent } from '#domain/letters.ts'
import { holds } from '#domain/plan.ts'
import type { Occasion, Owner } from '#domain/playbook.ts'
import type { Text } from '#domain/locale.ts'
import type { Message } from '#domain/records.ts'
import { decideOf } from '../calendar/calendars.ts'
import type { Desk } from '../ground/desk.ts'
import { pages } from './links.ts'
import { type Letter, type Wanted, writeTo } from './messages.ts'
import { type Scene, type Staged } from '../ground/scene.ts'
import { profileOf } from '../plans/plan-rows.ts'

/** The messages of a playbook for an occasion that apply to this move. */
const messagesOn = ({ world }: Desk, { playbook, kept }: Staged, occasion: Occasion) =>
  playbook.messages.filter(message => message.on === occasion && holds(playbook, profileOf(kept.facts), decideOf(world, playbook), message.when) === 'yes')

/** Whom the playbook of a move names for an occasion. */
export const toldOf = (desk: Desk, staged: Staged, occasion: Occasion): Owner[] => messagesOn(desk, staged, occasion).flatMap(message => message.to)

/** Writes a letter to everybody whom the playbook of the move names for that occasion. `only`: of those, these. */
export const tell = async <Event extends LetterEvent>(desk: Desk, { people }: Scene, staged: Staged, letter: Omit<Wanted<Event>, 'move'>, only: (owner: Owner) => boolean = () => true): Promise<Message['id'][]> => {
  const readers = people.readersFor(staged.move, toldOf(desk, staged, letter.event).filter(only))
  // Proof: a wish of one event is one of the letters.
  return await writeTo(desk, staged.move.vendor, [{ letter: { ...letter, move: staged.move } as unknown as Letter, readers }])
}

/** What happens to a move without a letter of its own: the playbook has the words. `key`: of what happened. */
export const tellInWords = async (desk: Desk, { people }: Scene, staged: Staged, occasion: Occasion, key: string): Promise<void> => {
  const said = (text: Text, locale: 'en' | 'ja'): string => text[locale]
  for (const { key: name, title, body, to } of messagesOn(desk, staged, occasion)) {
    if (body === null) continue
    const letter: Letter = { event: 'notice', key: `${key} ${name}`, move: staged.move, facts: ({ locale }) => ({ tenant: staged.tenant, title: said(title, locale), body: said(body, locale), link: pages.move(desk.world, staged.move.id) }) }
    await writeTo(desk, staged.move.vendor, [{ letter, readers: people.readersFor(staged.move, to) }])
  }
}
