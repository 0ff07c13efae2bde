import type { NoAccess } from '#domain/access.ts'
import type { Home, Tenant } from '#domain/homes.ts'
import type { Customer } from '#domain/parties.ts'
import type { Move, ProgrammeId } from '#domain/programmes.ts'
import { assert } from '#lib/assert.ts'
import type { Glance } from '../ground/desk.ts'
import type { ShownProof } from './evidence.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'

type Named<Thing extends { readonly id: string }> = { readonly id: Thing['id']; readonly name: string }
/** Evidence with what it is of. */
export type EvidenceLine = ShownProof & { readonly of: { readonly customer: Named<Customer>; readonly tenant: Named<Tenant>; readonly origin: Named<Home>; readonly destination: Named<Home>; readonly stage: Move['stage'] } }

/** The evidence of all moves, the last first: as many questions for one page as for another. */
export const listAllEvidence = async (glance: Glance, { programme, named, ...paging }: Paging & { readonly programme?: ProgrammeId; readonly named?: string }): Promise<Page<EvidenceLine> | NoAccess> => {
  const { view } = glance
  const page = await pageOf(glance, 'evidence.read', 'proof', { ...(programme === undefined ? {} : { ofProgramme: programme }), ...(named === undefined ? {} : { named }) }, paging, { by: 'at', descending: true })
  if ('refused' in page) return page
  const moves = await view.list('move', { id: [...new Set(page.items.map(one => one.move))] })
  const names = namesOf([
    ...await view.list('customer', { id: [...new Set(moves.map(move => move.customer))] }), ...await view.list('tenant', { id: [...new Set(moves.map(move => move.tenant))] }),
    ...await view.list('home', { id: [...new Set(moves.flatMap(move => [move.origin, move.destination]))] }),
  ])
  return {
    next: page.next,
    items: page.items.map(({ evidence: _, ...one }) => {
      const move = moves.find(({ id }) => id === one.move)
      assert(move !== undefined, 'evidence is of a move')
      return { ...one, of: { customer: names(move.customer), tenant: names(move.tenant), origin: names(move.origin), destination: names(move.destination), stage: move.stage } }
    }),
  }
}

const namesOf = (all: readonly { readonly id: string; readonly name: string }[]) => {
  const known = new Map(all.map(one => [one.id, one.name]))
  return <Id extends string>(id: Id): { readonly id: Id; readonly name: string } => {
    const name = known.get(id)
    assert(name !== undefined, 'what a move names is there')
    return { id, name }
  }
}
