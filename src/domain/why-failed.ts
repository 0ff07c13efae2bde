import { Fault } from './faults.ts'
import type { Text } from './locale.ts'
import { type RefusalCode, refusals } from './refusals.ts'
import { saidTo } from './said.ts'
import { type ToldFault, toldFault, toldFaultText } from './told-fault.ts'

type Refused = { readonly refused: string }

/** Why some work ended without an answer, as one text that the ledger keeps. */
export const keptWhy = (why: Refused | Fault): string => JSON.stringify(why instanceof Fault ? toldFault(why) : why)

/** The same in words. What was kept as a bare code or sentence, before facts were kept with it, is said as far as it is known. */
export const whyFailed = (kept: string): Text => {
  const why = readWhy(kept)
  return 'refused' in why ? { en: saidTo(why, 'en'), ja: saidTo(why, 'ja') } : toldFaultText(why)
}

const readWhy = (kept: string): Refused | ToldFault => {
  // Proof: whatever begins so was written by keptWhy.
  if (kept.startsWith('{')) return JSON.parse(kept) as Refused | ToldFault
  return isRefusal(kept) ? { refused: kept } : { code: '', message: kept, remedy: '' }
}

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code)
