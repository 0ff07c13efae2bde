/**
 * Every way the rules say no, and how that reads. `kind`: *absent*, it is not there, or not for these eyes; *forbidden*, not for this person;
 * *wrong*, what was said makes no sense; *not-now*, it stands in the way of what is so at present. Facts of the refusal are named in braces.
 */
export const refusals = {
  'not-found': { kind: 'absent', says: 'There is no such thing, or it is not yours to see.' },
  'removed': { kind: 'forbidden', says: 'You are no longer among the people of this vendor. If that is a mistake, write to whoever invited you.' },
  'not-your-part': { kind: 'forbidden', says: 'That is for others to do: {others}.' },
  'for-another-party': { kind: 'forbidden', says: 'That is for the {party} to do.' },
  'for-other-duties': { kind: 'forbidden', says: 'That is for the people whose duty it is: {duties}.' },
  'for-another-person': { kind: 'forbidden', says: 'That is for one named person, and not for you.' },
  'not-signed-in': { kind: 'forbidden', says: 'Sign in first.' },
  'key-taken': { kind: 'wrong', says: 'This idempotency key was used for another request. Give every request a key of its own.' },
  'customer-or-partner': { kind: 'wrong', says: 'Say whose person this is: a customer’s or a partner’s, one of the two.' },
  'contact-removed': { kind: 'not-now', says: 'This person is no longer there. Add them anew.' },
} as const satisfies Record<string, { kind: 'absent' | 'forbidden' | 'wrong' | 'not-now'; says: string }>

export type RefusalCode = keyof typeof refusals

/** The refusal as a sentence. A code that is not in the catalogue says itself. */
export const sentenceOf = ({ refused, ...facts }: { readonly refused: string }): string =>
  (isKnown(refused) ? refusals[refused].says : refused).replace(/\{(\w+)\}/g, (whole, fact: string) => {
    const value = (facts as Record<string, unknown>)[fact]
    return Array.isArray(value) ? value.join(', ') : typeof value === 'string' || typeof value === 'number' ? String(value) : whole
  })

export const kindOf = (refused: string): 'absent' | 'forbidden' | 'wrong' | 'not-now' => (isKnown(refused) ? refusals[refused].kind : 'not-now')

const isKnown = (code: string): code is RefusalCode => code in refusals
