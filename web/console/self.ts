import { createContext, useContext } from 'react'
import type { Told } from '../shared/ask.ts'

/** Who has signed in. */
export type Self = Told<'sessions.read'>
/** What every page of the console knows: who looks, their vendor's zone, and the programme that was chosen; null: all of them. */
export type Around = { readonly self: Self; readonly zone: string; readonly programme: { readonly id: string; readonly name: string } | null }

export const AroundUs = createContext<Around | undefined>(undefined)
export const useAround = (): Around => {
  const around = useContext(AroundUs)
  if (around === undefined) throw new Error('this stands outside the frame')
  return around
}
