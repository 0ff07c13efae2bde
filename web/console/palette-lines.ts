import type { Text } from '#domain/locale.ts'
import type { Told } from '../shared/ask.ts'
import type { Say } from '../shared/language.tsx'
import { dayOf } from '../shared/amounts.ts'
import { stageWords } from './stage-words.ts'
import { homeKindWords } from './words.ts'

/** Something that was found: what it is called, what tells it from others, and where it is. */
export type Line = { readonly key: string; readonly label: string; readonly about: string; readonly to: string; readonly search?: Readonly<Record<string, string>> }
export type Group = { readonly key: string; readonly says: Text; readonly lines: readonly Line[] }

const words = {
  customers: { en: 'Customers', ja: '顧客' }, moves: { en: 'Moves', ja: '移行' }, contacts: { en: 'People of customers and partners', ja: '顧客・パートナーの担当者' }, quotes: { en: 'Quotes', ja: '見積書' },
  homes: { en: 'Homes', ja: 'ホーム' }, programmes: { en: 'Programmes', ja: 'プログラム' }, people: { en: 'Our own people', ja: '自社メンバー' }, playbooks: { en: 'Playbooks', ja: 'プレイブック' },
  noDay: { en: 'no day yet', ja: '日付未定' },
} satisfies Readonly<Record<string, Text>>

/** What control found, each with the page that it stands on. */
export const linesOf = (found: Told<'search.all'>, say: Say, locale: 'en' | 'ja'): readonly Group[] => {
  const countries = new Intl.DisplayNames(locale, { type: 'region' })
  const all: { readonly [Name in keyof Told<'search.all'>]: readonly Line[] } = {
    customers: found.customers.map(({ id, name, country }) => ({ key: id, label: name, about: countries.of(country.slice(0, 2)) ?? country, to: '/moves', search: { named: name } })),
    moves: found.moves.map(({ id, customer, tenant, t0, stage }) => ({ key: id, label: `${customer} · ${tenant}`, about: `${t0 === null ? say(words.noDay) : dayOf(t0, locale)} · ${say(stageWords[stage])}`, to: `/moves/${id}` })),
    contacts: found.contacts.map(({ id, name, email, company, move }) => ({ key: id, label: name, about: email, ...(move === null ? { to: '/moves', search: { named: company } } : { to: `/moves/${move}/people` }) })),
    quotes: found.quotes.map(({ id, number, customer }) => ({ key: id, label: number, about: customer, to: `/quotes/${id}` })),
    homes: found.homes.map(({ id, name, kind }) => ({ key: id, label: name, about: say(homeKindWords[kind]), to: '/homes' })),
    programmes: found.programmes.map(({ id, name }) => ({ key: id, label: name, about: '', to: '/overview' })),
    people: found.people.map(({ id, name, email }) => ({ key: id, label: name, about: email, to: '/people' })),
    playbooks: found.playbooks.map(({ key, title }) => ({ key, label: title[locale], about: '', to: `/playbooks/${key}` })),
  }
  return (['customers', 'moves', 'contacts', 'quotes', 'homes', 'programmes', 'people', 'playbooks'] as const).flatMap(key => (all[key].length === 0 ? [] : [{ key, says: words[key], lines: all[key] }]))
}
