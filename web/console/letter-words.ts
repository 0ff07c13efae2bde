import type { LetterEvent } from '#domain/letters.ts'
import type { Text } from '#domain/locale.ts'

/** What a message was about. */
export const letterWords: Readonly<Record<LetterEvent, Text>> = {
  'address-check': { en: 'Please confirm your address', ja: 'メールアドレスの確認' }, answer: { en: 'Their answer', ja: '先方からの返信' }, 'bundle-ready': { en: 'The bundle is ready', ja: 'データ一式の準備完了' },
  'call-cancelled': { en: 'Call cancelled', ja: '打ち合わせの中止' }, 'call-invitation': { en: 'Invitation to a call', ja: '打ち合わせの案内' }, 'call-moved': { en: 'Call moved', ja: '打ち合わせの日時変更' }, 'contract-end': { en: 'End of contract', ja: '契約終了' },
  'credentials-ready': { en: 'Credentials are ready', ja: '認証情報の準備完了' }, digest: { en: 'Digest', ja: 'まとめ' }, escalation: { en: 'Escalation', ja: 'エスカレーション' }, 'files-ready': { en: 'Files are ready', ja: 'ファイルの準備完了' },
  finished: { en: 'Finished', ja: '移行完了' }, 'finished-partner': { en: 'Finished, to the partner', ja: '移行完了（パートナー宛）' }, 'freeze-begins': { en: 'The freeze begins', ja: '更新停止の開始' }, go: { en: 'Go', ja: '実施決定' }, 'no-go': { en: 'No-go', ja: '実施見送り' },
  note: { en: 'Written by a person', ja: '担当者からの連絡' }, notice: { en: 'Notice', ja: 'お知らせ' }, 'plan-ready': { en: 'The plan', ja: '移行計画' }, 'question-answered': { en: 'A question answered', ja: '質問への回答' }, questionnaire: { en: 'Questionnaire', ja: '質問票' },
  'quote-accepted': { en: 'Quote accepted', ja: '見積の承諾' }, 'quote-sent': { en: 'Quote', ja: '見積の送付' }, 'quote-withdrawn': { en: 'Quote withdrawn', ja: '見積の取り下げ' }, 'second-factor': { en: 'Six digits', ja: '確認コード' }, settled: { en: 'The move is complete', ja: '移行の完了' },
  'sign-in': { en: 'Link to sign in', ja: 'サインイン用リンク' }, 'sign-off-wanted': { en: 'Please sign off', ja: '検収のお願い' }, 'task-assigned': { en: 'Something is wanted', ja: '作業のご依頼' }, 'task-overdue': { en: 'Something is overdue', ja: '期限超過のお知らせ' },
  'task-reminder': { en: 'Reminder', ja: 'リマインダー' }, 'turned-back': { en: 'Turned back', ja: '切り戻し' }, unreachable: { en: 'An address does not answer', ja: '宛先不明' }, 'window-cancelled': { en: 'Window cancelled', ja: '作業日時の取り消し' }, 'window-confirmed': { en: 'Window confirmed', ja: '作業日時の確定' },
  'window-moved': { en: 'Window moved', ja: '作業日時の変更' }, 'window-proposed': { en: 'Window proposed', ja: '作業日時の提案' },
}
/** Of a kind that this page does not know yet, its name. */
export const letterText = (event: string): Text => (Object.hasOwn(letterWords, event) ? letterWords[event as LetterEvent] : { en: event, ja: event })
