import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { isText } from '#domain/texts.ts'
import { Refusal } from '../shared/ask.ts'
import { useLanguage } from '../shared/language.tsx'
import { Failed } from '../shared/shown.tsx'
import { StateMark } from '../shared/state-mark.tsx'
import css from './refused.module.css'

/** Why control said no: both languages it gave, each reason by itself, or its one sentence. */
export const useTold = (): ((error: unknown) => Error) => {
  const { locale } = useLanguage()
  return error => {
    if (!(error instanceof Refusal) || error.status === 0 || error.status === 401 || error.status >= 500) return error instanceof Error ? error : new Error(String(error))
    const says = error.facts['says']
    if (isText(says)) return new Error(says[locale])
    const reasons = reasonsOf(error, {}, locale)
    if (reasons.length > 0) return new Error(reasons.join(locale === 'ja' ? '' : ' '))
    return new Error(error.message, { cause: error })
  }
}

/** A *no* to something a person wished for, in control's own words: every reason that it gave, or its sentence. `fields`: the titles of what was filled in, for what is wrong with each. */
export const Refused = ({ error, fields = {} }: { readonly error: unknown; readonly fields?: Readonly<Record<string, string>> }): ReactNode => {
  const { locale } = useLanguage()
  const told = useTold()(error)
  if (error === null || error === undefined) return null
  if (told instanceof Refusal && (told.status === 0 || told.status === 401 || told.status >= 500)) return <Failed error={told} />
  const reasons = error instanceof Refusal ? reasonsOf(error, fields, locale) : []
  const lead = error instanceof Refusal && error.code === 'not-free' ? notFree[locale] : told.message
  return <div className={css['refused']} role="alert"><StateMark state="blocked" says={null} /><div>{reasons.length === 1 ? reasons[0] : lead}{reasons.length > 1 ? <ul>{reasons.map(reason => <li key={reason}>{reason}</li>)}</ul> : null}</div></div>
}

const notFree: Text = { en: 'This time cannot be taken.', ja: 'この日時は選択できません。' }
const wrongWords: Readonly<Record<string, Text>> = {
  missing: { en: 'is missing', ja: '未入力です' }, 'not-a-text': { en: 'is no text, or too long', ja: '文字数が多すぎるか、入力内容が正しくありません' }, 'not-a-number': { en: 'is no number', ja: '数値をご入力ください' }, 'not-a-day': { en: 'is no day', ja: '日付をご入力ください' },
  'not-yes-or-no': { en: 'is answered with yes or no', ja: '「はい」か「いいえ」でお答えください' }, 'not-a-choice': { en: 'is none of the choices', ja: '選択肢からお選びください' }, 'not-a-table': { en: 'has a row with an empty cell', ja: '空欄のある行があります' }, 'not-a-field': { en: 'is not asked for', ja: '不要な項目です' },
}

const isRecord = (said: unknown): said is Readonly<Record<string, unknown>> => typeof said === 'object' && said !== null
const textIn = (said: unknown): string => (typeof said === 'string' ? said : '')

/** Each reason by itself: what is in the way of a time, what is wrong with each field. */
const reasonsOf = ({ code, facts: { says, said, wrong } }: Refusal, fields: Readonly<Record<string, string>>, locale: 'en' | 'ja'): string[] => {
  const both = isRecord(said) ? said['says'] : undefined
  if (isText(both)) return [both[locale]]
  if (Array.isArray(both)) return both.flatMap(one => (isText(one) ? [one[locale]] : []))
  if (Array.isArray(says)) return says.filter(one => typeof one === 'string')
  if (typeof says === 'string') return [says]
  // What the shape of a request says of its fields is a sentence already, by the names that people know them by.
  if (!Array.isArray(wrong) || code === 'input') return []
  return (wrong as readonly Readonly<Record<string, unknown>>[]).map(one => {
    const [field, why, text] = [textIn(one['field'] ?? one['fact'] ?? one['at']), textIn(one['why']), one['says']]
    if (isText(text)) return text[locale]
    return typeof text === 'string' ? `${fields[field] ?? field}: ${text}` : `${fields[field] ?? field}${locale === 'ja' ? '：' : ' '}${wrongWords[why]?.[locale] ?? why}`
  })
}
