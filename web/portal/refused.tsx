import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { Refusal } from '../shared/ask.ts'
import { useLanguage, useSay } from '../shared/language.tsx'
import { Failed } from '../shared/shown.tsx'
import { StateMark } from '../shared/state-mark.tsx'
import css from './refused.module.css'

/** What control says to customers and partners, for those who read Japanese: its own sentences are in English, and facts of the refusal are named in braces. */
const japanese: Readonly<Record<string, string>> = {
  'not-found': '該当する項目がないか、表示する権限がありません。', 'for-another-person': 'ご指名の方以外は操作できません。', 'for-other-duties': 'この操作は別のご担当者にお願いしています。', 'for-another-party': 'この操作は別の会社の担当者が行います。', 'not-your-part': 'この操作は別の担当者が行います。',
  'move-ended': 'この移行はすでに終了しています。', 'not-the-named-person': '見積書に記載されたご本人のみが承諾できます。', 'accepted-already': 'この移行の見積書はすでに承諾されています。差額は請求時に調整します。', 'quote-withdrawn': 'この見積書は取り下げられました。新しい見積書が必要です。', 'quote-expired': 'この見積書の有効期限が過ぎました。新しい見積書が必要です。', 'quote-stale': '見積もり時の作業日時から変更されています。新しい見積書が必要です。',
  'no-rules': '確認する通信先がまだありません。', 'no-contact-on-file': '送付先となる窓口ご担当者が登録されていません。', 'address-not-verified': 'ご登録のアドレスからの確認がまだ完了していません。', 'files-packed-already': '書庫はすでに作成中です。',
  'signed-off-already': '{by} 様によりすでに承認されています（{at}）。', 'environment-not-ready': '当社の作業が完了していないため、まだ承認いただけません。', 'checklist-fails': '不具合のある項目があります。承認せずに、内容をお知らせください。', 'note-missing': '内容をご記入ください。', 'form-wrong': '未入力または正しくない項目があります。変更は行われていません。', 'seen-by-the-system': '完了はシステムが自動で確認します。まだ確認できていません。', 'task-over': 'このタスクはすでに完了しています。', 'task-blocked': 'このタスクは、先に完了が必要な作業をお待ちしています。',
  'too-many-users': 'ユーザーは {most} 名まで登録できます。', 'no-open-move': 'ユーザーの氏名は移行中のみ保管しています。現在、進行中の移行はありません。', 'users-wrong': 'ファイルを取り込めませんでした：{why}', 'limit-unknown': '新サーバーで利用できるユーザー数がまだ確定していません。', 'too-large': 'ファイルが大きすぎます。',
  removed: '登録が解除されています。お心当たりがない場合は、招待元にご連絡ください。', 'not-signed-in': 'ログインの有効期限が切れました。メールのリンクからお入りください。', 'contact-removed': 'この担当者はすでに削除されています。改めて登録してください。', 'too-late-to-change': '移行作業が始まっているため、日時は変更できません。担当者にご連絡ください。', 'plan-changed': 'ご覧いただいた後に計画が変わりました。もう一度ご確認ください。', 'answers-wrong': '入力内容に誤りがあります。変更は保存されていません。', 'asked-elsewhere': 'この質問は、別の環境の移行でお答えください。',
  'not-free': 'この日時は選択できません。', 'window-confirmed': 'すでに作業日時が確定しています。変更の手続きをご利用ください。', 'window-not-confirmed': '作業日時がまだ確定していません。', 'window-cancelled': 'この作業日時は取り消されています。', 'window-over': 'この作業日時は過ぎています。', 'call-past': 'この打ち合わせは終了しています。', 'call-cancelled': 'この打ち合わせは中止されました。', 'not-invited': 'この打ち合わせには招待されていません。', 'ends-before': '終了日が開始日より前になっています。',
  'evidence-missing': '完了を示す内容をご記入ください。', 'not-of-the-duty': 'この担当者は、該当する役割を持っていません。', 'no-mail-address': 'メールアドレスの形式が正しくありません。', 'reason-missing': '理由をご記入ください。', input: '入力内容をご確認ください。', 'too-many-requests': '短時間に操作が集中しました。しばらくしてから再度お試しください。',
}

/** Why control said no, in the reader's language: the two it gave, or its one sentence. */
export const useTold = (): ((error: unknown) => Error) => {
  const [say, { locale }] = [useSay(), useLanguage()]
  return error => {
    if (!(error instanceof Refusal) || error.status === 0 || error.status === 401 || error.status >= 500) return error instanceof Error ? error : new Error(String(error))
    const [says, known] = [error.facts['says'], japanese[error.code]]
    if (isText(says)) return new Error(says[locale])
    const reasons = reasonsOf(error, {}, locale)
    if (reasons.length > 0) return new Error(reasons.join(locale === 'ja' ? '' : ' '))
    return new Error(locale === 'ja' && known !== undefined ? say({ en: known, ja: known }, asShown(error.facts)) : error.message)
  }
}

const isText = (said: unknown): said is Text => typeof said === 'object' && said !== null && 'en' in said && 'ja' in said && typeof said.en === 'string' && typeof said.ja === 'string'
const asShown = (facts: Readonly<Record<string, unknown>>): Readonly<Record<string, string | number>> => Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [])))

/** A *no* to something a person wished for, in control's own words: every reason that it gave, or its sentence. `fields`: the titles of what was filled in, for what is wrong with each. */
export const Refused = ({ error, fields = {} }: { readonly error: unknown; readonly fields?: Readonly<Record<string, string>> }): ReactNode => {
  const { locale } = useLanguage()
  const told = useTold()(error)
  if (error === null || error === undefined) return null
  if (told instanceof Refusal && (told.status === 0 || told.status === 401 || told.status >= 500)) return <Failed error={told} />
  const reasons = error instanceof Refusal ? reasonsOf(error, fields, locale) : []
  const lead = error instanceof Refusal && error.code === 'not-free' && locale === 'en' ? 'This time cannot be taken.' : told.message
  return <div className={css['refused']} role="alert"><StateMark state="blocked" says={null} /><div>{reasons.length === 1 ? reasons[0] : lead}{reasons.length > 1 ? <ul>{reasons.map(reason => <li key={reason}>{reason}</li>)}</ul> : null}</div></div>
}

const wrongWords: Readonly<Record<string, Text>> = {
  missing: { en: 'is missing', ja: '未入力です' }, 'not-a-text': { en: 'is no text, or too long', ja: '文字数が多すぎるか、入力内容が正しくありません' }, 'not-a-number': { en: 'is no number', ja: '数値をご入力ください' }, 'not-a-day': { en: 'is no day', ja: '日付をご入力ください' },
  'not-yes-or-no': { en: 'is answered with yes or no', ja: '「はい」か「いいえ」でお答えください' }, 'not-a-choice': { en: 'is none of the choices', ja: '選択肢からお選びください' }, 'not-a-table': { en: 'has a row with an empty cell', ja: '空欄のある行があります' }, 'not-a-field': { en: 'is not asked for', ja: '不要な項目です' },
}

const textIn = (said: unknown): string => (typeof said === 'string' ? said : '')

/** Each reason by itself: what is in the way of a time, what is wrong with each field. */
const reasonsOf = ({ facts: { says, wrong } }: Refusal, fields: Readonly<Record<string, string>>, locale: 'en' | 'ja'): string[] => {
  if (Array.isArray(says)) return says.filter(one => typeof one === 'string')
  if (typeof says === 'string') return [says]
  if (!Array.isArray(wrong)) return []
  return (wrong as readonly Readonly<Record<string, unknown>>[]).map(one => {
    const [field, why, text] = [textIn(one['field'] ?? one['fact'] ?? one['at']), textIn(one['why']), one['says']]
    if (isText(text)) return text[locale]
    return typeof text === 'string' ? `${fields[field] ?? field}: ${text}` : `${fields[field] ?? field}${locale === 'ja' ? '：' : ' '}${wrongWords[why]?.[locale] ?? why}`
  })
}
