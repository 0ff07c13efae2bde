import type { NoAccess } from '#domain/access.ts'
import type { Check } from '#domain/checks.ts'
import type { Text } from '#domain/locale.ts'
import { isGivenUp, type Move, type MoveId } from '#domain/programmes.ts'
import type { CheckFinding } from '#domain/records.ts'
import { isTold, toldChecks } from '#domain/told-checks.ts'
import { type Desk, journal } from '../ground/desk.ts'
import { lookAgain, type LookedAgain } from './look-again.ts'
import { heldMove, type MoveEnded } from '../plans/moves.ts'

type Told = { readonly check: Check; readonly about: string; readonly held: boolean; readonly why: Text }

/** Keeps the answer to a check of a move that the caller holds: in the place of the one before, which stays in the journal. Whoever reports for an agent or a probe calls this, and then `lookAgain`. */
export const keepFinding = async (desk: Desk, move: Pick<Move, 'id' | 'vendor' | 'customer'>, { check, about, held, why }: Told): Promise<CheckFinding> => {
  const { tx, now, who, world } = desk
  const known = await tx.find('finding', { move: move.id, check, about })
  const row: CheckFinding = { id: known?.id ?? world.newId(), vendor: move.vendor, customer: move.customer, move: move.id, check, about, held, why, by: who, at: now }
  await tx.put('finding', row)
  journal(desk, 'check.find', 'move', move.id, { check, about, held, why: why.en })
  return row
}

export type NotFindable = { readonly refused: 'not-findable'; readonly check: Check; readonly findable: readonly Check[] }

/** What one of the vendor's people saw: others say it with their tasks. What the ledger can see by itself is nobody's to say. */
export const recordFinding = async (desk: Desk, { move: id, note, ...told }: Omit<Told, 'why'> & { readonly move: MoveId; readonly note: string }): Promise<{ finding: CheckFinding } & LookedAgain | NoAccess | MoveEnded | NotFindable> => {
  const move = await heldMove(desk, id, 'task.do', isGivenUp)
  if ('refused' in move) return move
  if (!isTold(told.check)) return { refused: 'not-findable', check: told.check, findable: toldChecks }
  const finding = await keepFinding(desk, move, { ...told, why: saidBy(desk.who.name, note) })
  return { finding, ...(await lookAgain(desk, id)) }
}

/** A person's own words, in whatever language they are. */
export const saidBy = (name: string, note: string): Text => ({ en: note === '' ? `Said by ${name}.` : `${note} (${name})`, ja: note === '' ? `${name}が確認しました。` : `${note}（${name}）` })
