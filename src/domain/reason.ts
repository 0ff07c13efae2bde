import { locales, type Locale, type Text } from './locale.ts'
import type { FactValue, ProfileFact } from './playbook.ts'
import type { Ground } from './profile.ts'
import type { Zone } from './time.ts'

/** The facts of a playbook by name, and the zone in which the days of answers are written. */
export type Telling = { readonly facts: ReadonlyMap<string, ProfileFact>; readonly zone: Zone }

/** The same made in every language. */
export const inEach = (write: (locale: Locale) => string): Text => {
  const [en, ja] = locales
  return { [en]: write(en), [ja]: write(ja) }
}

/** A text with its places filled; what has no value stays as it is. */
export const fillText = (text: Text, values: (name: string, locale: Locale) => string | undefined): Text =>
  inEach(locale => text[locale].replace(/\{(\w+)\}/g, (place, name: string) => values(name, locale) ?? place))

/** The names in braces of a text in one language. */
export const placesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? ''))]

/** Why a task is part of the plan: the playbook's own words, then each fact with its value and where it came from. */
export const whyIn = (because: Text, grounds: readonly Ground[], item: string | null, telling: Telling): Text => withGrounds(withValues(because, { item, grounds }, telling.facts), grounds, telling)

/** `{item}` and the names of facts replaced by what they are. */
export const withValues = (text: Text, { item, grounds }: { readonly item: string | null; readonly grounds: readonly Ground[] }, facts: Telling['facts']): Text =>
  fillText(text, (name, locale) => {
    if (name === 'item') return item ?? undefined
    const ground = grounds.find(one => one.fact === name)
    return ground === undefined ? undefined : sayValue(facts.get(name), ground.value, locale)
  })

/** Why a task is not part of the plan. */
export const whyOut = (grounds: readonly Ground[], telling: Telling): Text => withGrounds(notNeeded, grounds, telling)

/** Why it cannot be told yet: which questions are open, and who is asked. */
export const whyOpen = (open: readonly string[], telling: Telling): Text =>
  fillText(undecided, (_, locale) => open.map(name => telling.facts.get(name)?.question?.[locale] ?? telling.facts.get(name)?.title[locale] ?? name).join(locale === 'ja' ? '／' : ' / '))

export const always: Text = { en: 'Part of every move of this kind.', ja: 'この種類の移行では必ず行います。' }
export const forEach: Text = { en: 'There is one of these for each entry; this one is for “{item}”.', ja: '一覧の項目ごとに行います。これは「{item}」の分です。' }
const notNeeded: Text = { en: 'Does not apply here.', ja: '今回は該当しません。' }
const undecided: Text = { en: 'Not decided until this is answered: {open}', ja: '次の回答をいただくまで確定しません: {open}' }

const withGrounds = (text: Text, grounds: readonly Ground[], telling: Telling): Text =>
  grounds.length === 0 ? text : inEach(locale => `${text[locale]}${locale === 'ja' ? '' : ' '}${grounds.map(ground => sayGround(ground, telling, locale)).join(locale === 'ja' ? '' : ' ')}`)

const sayGround = (ground: Ground, { facts, zone }: Telling, locale: Locale): string => {
  const fact = facts.get(ground.fact)
  const title = fact?.title[locale] ?? ground.fact
  const day = ground.at === null ? '' : Temporal.Instant.fromEpochMilliseconds(ground.at).toZonedDateTimeISO(zone).toPlainDate().toString()
  const value = sayValue(fact, ground.value, locale)
  return locale === 'ja' ? `【${title}: ${value}（${fromJa(ground, day)}）】` : `[${title}: ${value}, ${fromEn(ground, day)}]`
}

const fromEn = ({ source, by }: Ground, day: string): string =>
  ({ answered: `answered by ${by ?? ''} on ${day}`, measured: `measured on ${day}`, imported: `imported on ${day}`, default: 'assumed until answered' })[source]

const fromJa = ({ source, by }: Ground, day: string): string =>
  ({ answered: `${day} に${by ?? ''}様が回答`, measured: `${day} に計測`, imported: `${day} に取り込み`, default: '回答をいただくまでの想定' })[source]

/** A value as people say it. */
export const sayValue = (fact: ProfileFact | undefined, value: FactValue, locale: Locale): string => {
  const ja = locale === 'ja'
  if (typeof value === 'boolean') return ja ? (value ? 'はい' : 'いいえ') : value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
  if (typeof value === 'string') return fact?.choices.find(choice => choice.value === value)?.title[locale] ?? value
  return value.length === 0 ? (ja ? 'なし' : 'none') : value.join(ja ? '、' : ', ')
}
