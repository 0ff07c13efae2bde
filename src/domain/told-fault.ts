import { faultWords, quoted } from './fault-words.ts'
import { faultsJa } from './faults-ja.ts'
import { type Fault, type FaultCode, type Facts, faults } from './faults.ts'
import type { Locale, Text } from './locale.ts'

/** A fault that another process told of. `facts`: those that its sentences name; whoever told of it without them is told on in its own words. */
export type ToldFault = { readonly code: string; readonly message: string; readonly remedy: string; readonly facts?: Facts }

/** What ends the work of an agent without being a fault of the catalogue. */
export const agentEnds = {
  PREFLIGHT: { says: { en: 'Preflight found what must be mended first; nothing was changed.', ja: '事前確認で、先に対処が必要な問題が見つかりました。何も変更していません。' }, remedy: { en: 'Mend what the findings name, and order the move again.', ja: '確認事項に示された問題に対処し、移行を再度指示してください。' } },
  BUG: { says: { en: 'Rehome made a mistake; the agent’s log says more.', ja: 'Rehome に誤りがありました。詳しくはエージェントのログをご覧ください。' }, remedy: { en: 'The origin was let go or serves. Order it again to go on.', ja: '移行元は解放されたか、引き続き稼働しています。続行するには、再度指示してください。' } },
} as const satisfies Record<string, { readonly says: Text; readonly remedy: Text }>

/** As an agent tells of it. */
export const endTold = (code: keyof typeof agentEnds): ToldFault => ({ code, message: agentEnds[code].says.en, remedy: agentEnds[code].remedy.en })

/** A fault as it is told to another process: with the facts that its sentences name, and no others. */
export const toldFault = ({ code, facts, message, remedy }: Fault): ToldFault => ({ code, message, remedy, facts: namedFacts(code, facts) })

const namedFacts = (code: FaultCode, facts: Facts): Facts => Object.fromEntries(placesOf(code).flatMap(name => (name in facts ? [[name, facts[name] ?? '']] : [])))

/** `isQuoted`: nobody here knows the code, or its facts were not told: the words are those of whoever told of it. */
export type FaultWords = { readonly says: string; readonly remedy: string; readonly isQuoted: boolean }

/** A fault that was told of, as its reader says it. */
export const toldFaultTo = ({ code, message, remedy, facts }: ToldFault, locale: Locale): FaultWords => {
  if (Object.hasOwn(agentEnds, code)) {
    const end = agentEnds[code as keyof typeof agentEnds]
    return { says: end.says[locale], remedy: end.remedy[locale], isQuoted: false }
  }
  if (locale === 'en' || !isCatalogued(code) || !placesOf(code).every(name => facts !== undefined && Object.hasOwn(facts, name))) return { says: message, remedy, isQuoted: locale !== 'en' }
  return { ...faultWords(faultsJa[code], facts ?? {}), isQuoted: false }
}

/** The same in every language, in one text each: what failed. */
export const toldFaultText = (told: ToldFault): Text => {
  const { says, isQuoted } = toldFaultTo(told, 'ja')
  return { en: told.message, ja: isQuoted ? quoted(says) : says }
}

const isCatalogued = (code: string): code is FaultCode => Object.hasOwn(faults, code)

/** The facts that its sentences name. */
const placesOf = (code: FaultCode): string[] => [...new Set([...`${faults[code].says} ${faults[code].remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))]
