import type { Told } from '../shared/ask.ts'

/** How a move is carried out: its data by a mover in its room; licences step by step on a page of their own; an application by steps of its own, and its database by a mover as soon as one was measured. */
export type CarriedOut = { readonly by: 'mover' | 'licences' | 'steps'; /** There is something that a mover takes over. */ readonly hasData: boolean }

export const carriedOut = ({ destination, tenant }: Pick<Told<'moves.read'>, 'destination' | 'tenant'>): CarriedOut => {
  switch (destination.kind) {
    case 'licence-host': return { by: 'licences', hasData: false }
    case 'application-server': return { by: 'steps', hasData: tenant.stores.length > 0 }
    default: return { by: 'mover', hasData: true }
  }
}
