import { acceptQuote, listQuotes, makeQuote, previewQuote, readQuote, sendQuote, withdrawQuote } from '#control/billing/quotes.ts'
import type { quotesApi } from '#wire/api/quotes.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const quotesBindings: Bindings<typeof quotesApi> = {
  'quotes.preview': looking(previewQuote),
  'quotes.make': deciding(makeQuote),
  'quotes.send': deciding(sendQuote),
  'quotes.accept': deciding(acceptQuote),
  'quotes.withdraw': deciding(withdrawQuote),
  'quotes.read': looking(readQuote),
  'quotes.list': looking(listQuotes),
}
