import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { QuoteSheet as Sheet } from '../../../shared/quote-sheet.tsx'
import { Accept } from './accept.tsx'

/** One quote as its customer sees it, with the one button. */
export const QuoteSheet = ({ quote }: { readonly quote: Told<'quotes.read'> }): ReactNode => <Sheet of={quote} kept={quote}><Accept quote={quote} /></Sheet>
