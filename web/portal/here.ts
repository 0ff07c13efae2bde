import { createContext, useContext } from 'react'
import { type Actor, scopeOf, type Verb } from '#domain/access.ts'
import type { Told } from '../shared/ask.ts'

/** Who has come in by the link of a letter. */
export type Self = Told<'sessions.read'>
export type MovePage = Told<'moves.read'>
export type MoveLine = Told<'moves.list'>['items'][number]
/** What every page of the portal knows: who looks, their move, and the zone that its times are told in. `several`: there are others to choose from. */
export type Here = { readonly self: Self; readonly page: MovePage; readonly move: MovePage['move']['id']; readonly zone: string; readonly several: boolean; another(): void }

export const HereIs = createContext<Here | undefined>(undefined)
export const useHere = (): Here => {
  const here = useContext(HereIs)
  if (here === undefined) throw new Error('this stands outside the portal’s frame')
  return here
}

/** Whether a person may do this at all, for anything of theirs: what is closed to them is not shown. Control looks anew at everything that is asked. */
export const may = ({ id, vendor, customer, partner, duties }: Self, verb: Verb): boolean => {
  const person = { id: id as never, vendor: vendor.id, duties, removedAt: null }
  const actor: Actor | undefined = customer !== null ? { kind: 'customer', ...person, customer } as Actor : partner !== null ? { kind: 'partner', ...person, partner } : undefined
  return actor !== undefined && !('refused' in scopeOf(actor, verb))
}
export const useMay = (verb: Verb): boolean => may(useHere().self, verb)
