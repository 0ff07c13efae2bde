import type { Locale } from '#domain/locale.ts'

/** They have a code and are no countries. */
const none = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA'])
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Every country by its code and its name in the reader’s language, in the order of the names. */
export const countriesIn = (locale: Locale): readonly { readonly value: string; readonly label: string }[] => {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
  const codes = letters.flatMap(first => letters.map(second => first + second)).filter(code => !none.has(code) && new Intl.Locale(`und-${code}`).region === code)
  const { compare } = new Intl.Collator(locale)
  return codes.flatMap(value => { const label = names.of(value); return label === undefined ? [] : [{ value, label }] }).toSorted((a, b) => compare(a.label, b.label))
}

export const zones: readonly string[] = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])]

/** The zone of a country that has one, where the browser knows it. */
export const zoneOf = (country: string): string | undefined => {
  // Proof: newer browsers have this of what types do not know yet; it is looked whether it is there.
  const told = new Intl.Locale(`und-${country}`) as Intl.Locale & { readonly getTimeZones?: () => readonly string[] | undefined }
  const found = told.getTimeZones?.() ?? []
  return found.length === 1 && found[0] !== undefined && zones.includes(found[0]) ? found[0] : undefined
}
