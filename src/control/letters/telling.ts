import type { Occasion, Owner } from '#domain/playbook.ts'
import type { Move } from '#domain/programmes.ts'
import type { View } from '#ports/ledger.ts'
import type { Mailbox } from '#ports/mail.ts'
import type { Desk } from '../ground/desk.ts'
import type { People, Reader, To } from '../people/people.ts'
import { sceneOf } from '../ground/scene.ts'
import { toldOf } from './tell.ts'

/** Letters about one thing are not more than that. */
const most = 5_000

/** Whom the playbook of a move tells of an occasion, as far as what is known makes it apply. Where the playbook says nothing of it: `usual`. */
export const toldBy = async (desk: Desk, people: People, move: Move, occasion: Occasion, usual: readonly Owner[]): Promise<Reader[]> => {
  const staged = (await sceneOf(desk, [move.id])).moves.get(move.id)
  const speaksOfIt = staged?.playbook.messages.some(message => message.on === occasion) ?? false
  return people.readersFor(move, staged !== undefined && speaksOfIt ? toldOf(desk, staged, occasion) : usual)
}

/** Who was written to about something. Those who are no longer there are not among them. */
export const toldEarlier = async (view: View, people: People, move: Move, about: string): Promise<Reader[]> => {
  const letters = await view.list('message', { move: move.id, about }, { limit: most })
  return onceEach(letters.flatMap(({ contact, operator, name, address }): To[] => (contact !== null ? [{ contact }] : operator !== null ? [{ operator }] : [{ name, address }])).flatMap(to => people.reader(move.vendor, to) ?? []))
}

export const onceEach = (readers: readonly Reader[]): Reader[] => [...new Map(readers.map(reader => [reader.person, reader])).values()]

/** In whose name people are invited: whoever manages the move for the vendor. */
export const organizerOf = (people: People, move: Move): Mailbox => {
  const [manager] = people.readersFor(move, [{ party: 'vendor', post: 'project-manager' }])
  return manager === undefined ? { name: people.vendors.get(move.vendor)?.name ?? 'Rehome', address: 'nobody@rehome.invalid' } : { name: manager.name, address: manager.address }
}
