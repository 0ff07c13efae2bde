import type { Told } from '../../../shared/ask.ts'

export type Quote = Told<'quotes.read'>
export const stands = ['draft', 'open', 'accepted', 'expired', 'withdrawn'] as const
export type Stand = (typeof stands)[number]
/** As what control keeps those that stand so. */
export const keptAs: Readonly<Record<Stand, Quote['state']>> = { draft: 'draft', open: 'sent', accepted: 'accepted', expired: 'sent', withdrawn: 'withdrawn' }
