import type { NoAccess } from '#domain/access.ts'
import { checkEvidence, type Manifest } from '#domain/evidence.ts'
import type { Leg } from '#domain/move.ts'
import type { Move } from '#domain/programmes.ts'
import type { MoveOrder, Proof } from '#domain/records.ts'
import { standingOf } from '#domain/report.ts'
import { maySwitch, switching, type Wish } from '#domain/wish.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { factsOf, isCold } from './orders.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { stand } from '../ground/standing.ts'

/** What comes of a proof: where the move stands, what is wished, and what is kept of it as a report. */
export type Judged = { readonly move: Move; readonly wish: Wish; readonly says: object }

/**
 * Everything is proven and nothing is switched: the agent waits for control's word, and the tenant's people wait for both. Evidence that holds is attached to the move; control
 * switches if a person approved and nobody aborted meanwhile. Both are written in this one transaction: from its commit on it is decided, whether or not the answer arrives.
 */
export const judgeProof = async (desk: Desk, { move, order, wish }: { readonly move: Move; readonly order: MoveOrder; readonly wish: Wish }, { leg, evidence }: { readonly leg: Leg; readonly evidence: string }): Promise<Judged> => {
  const checked = checkEvidence(evidence)
  const wrong = checked.ok ? misfit(checked.manifest, leg, order) : checked.reason
  if (!checked.ok || wrong !== undefined) {
    journal(desk, 'evidence.refuse', 'move', move.id, { order: order.id, leg, reason: wrong ?? '' })
    return { move, wish, says: { refused: wrong } }
  }
  const { root } = checked.manifest
  await attach(desk, move, { leg, root, evidence })
  const says = { root, rows: checked.rows, fingerprint: checked.fingerprint }
  const at = standingOf(move, isCold(order))
  if (!maySwitch(at, wish, leg)) {
    journal(desk, 'evidence.attach', 'move', move.id, { ...says, leg, switched: false })
    return { move, wish, says: { ...says, switched: false } }
  }
  const verified = await stand(desk, move, { ...at, stage: 'verified' })
  journal(desk, 'move.switch', 'move', move.id, { ...says, leg, approvedBy: wish.approved?.by })
  return { move: verified, wish: switching(wish, leg, root), says: { ...says, switched: true } }
}

const misfit = ({ move }: Manifest, leg: Leg, order: MoveOrder): string | undefined =>
  move.leg !== leg ? `it proves the way ${move.leg}, not the way ${leg}` : move.tenant !== factsOf(order).tenant ? `it proves the tenant ${move.tenant}` : undefined

/** The same proof made again, after a freeze that was given up, takes the place of the one before. */
const attach = async ({ tx, world, now }: Desk, { id: move, vendor, customer }: Move, { leg, root, evidence }: Pick<Proof, 'leg' | 'root'> & { readonly evidence: string }): Promise<void> => {
  const known = await tx.find('proof', { move, leg, root })
  if (known === undefined) await tx.add('proof', { id: world.newId<'proof'>(), vendor, customer, move, leg, root, evidence, at: now })
  else await tx.change('proof', known.id, { evidence, at: now })
}

/** What is told of evidence in a list. */
export type ShownProof = Omit<Proof, 'evidence'>

export const listEvidence = async (glance: Glance, { move, ...paging }: Paging & { readonly move: Move['id'] }): Promise<Page<ShownProof> | NoAccess> => {
  const page = await pageOf(glance, 'evidence.read', 'proof', { move }, paging)
  return 'refused' in page ? page : { ...page, items: page.items.map(({ evidence: _, ...one }) => one) }
}

/** The text as it was signed, byte for byte: anybody can check it without us. */
export const readEvidence = async (glance: Glance, { proof: id }: { readonly proof: Proof['id'] }): Promise<{ text: string; leg: Leg; root: string } | NoAccess> => {
  const proof = await glance.view.get('proof', id)
  if (proof === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'evidence.read', proof)
  if (why !== undefined) return why
  assert(typeof proof.evidence === 'string', 'evidence is kept as the text that was signed')
  return { text: proof.evidence, leg: proof.leg, root: proof.root }
}
