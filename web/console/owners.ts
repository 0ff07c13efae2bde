import type { Text } from '#domain/locale.ts'
import { dutyWords, ownerText, partyWords, postWords } from '#domain/owner-words.ts'

/** Whose something is, as people say it, from its name in a playbook: `customer/it`. */
export const ownerOf = (name: string): Text => {
  const [party = '', part = ''] = name.split('/')
  if (!isOf(partyWords, party)) return { en: name, ja: name }
  return ownerText({ party, post: party === 'vendor' && isOf(postWords, part) ? part : null, duty: party !== 'vendor' && isOf(dutyWords, part) ? part : null })
}

const isOf = <Words extends object>(words: Words, key: string): key is Extract<keyof Words, string> => Object.hasOwn(words, key)
