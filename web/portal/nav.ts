import { BadgeCheck, Cable, CalendarCheck, CircleHelp, ClipboardCheck, FolderDown, History, House, KeyRound, ListChecks, type LucideIcon, Menu, MessagesSquare, Network, Phone, ReceiptText, Signpost, UserMinus, Users } from 'lucide-react'
import type { Verb } from '#domain/access.ts'
import type { Text } from '#domain/locale.ts'

/** Where one can go: the five of `bar` are always in reach of the thumb, all others stand on the page “More”. `about`: one line of what is there. `verb`: what one must be allowed for it. `playbook`: where only moves by that one have such a page. */
export type Place = { readonly to: string; readonly says: Text; readonly about: Text; readonly icon: LucideIcon; readonly verb: Verb | null; readonly playbook?: string }

export const bar: readonly Place[] = [
  { to: '/', says: { en: 'Home', ja: 'ホーム' }, about: { en: 'What changes, when, and what is wanted from you', ja: '変更点・日時・お願いしたいこと' }, icon: House, verb: null },
  { to: '/tasks', says: { en: 'Tasks', ja: 'タスク' }, about: { en: 'What is to be done, by whom, by when', ja: '作業の一覧・担当・期日' }, icon: ListChecks, verb: 'task.read' },
  { to: '/window', says: { en: 'Date', ja: '日時' }, about: { en: 'When it happens, and how to change it', ja: '作業日時の確認と変更' }, icon: CalendarCheck, verb: 'window.read' },
  { to: '/faq', says: { en: 'Questions', ja: '質問' }, about: { en: 'What is often asked, and your own questions', ja: 'よくあるご質問とお問い合わせ' }, icon: MessagesSquare, verb: 'faq.read' },
  { to: '/more', says: { en: 'More', ja: 'その他' }, about: { en: 'Everything else', ja: 'その他の項目' }, icon: Menu, verb: null },
]

/** A page that is not built yet has no line here. */
export const more: readonly Place[] = [
  { to: '/questionnaire', says: { en: 'Questionnaire', ja: '質問票' }, about: { en: 'Tell us how you work, so that the plan fits', ja: 'ご利用状況の確認。計画に反映されます' }, icon: CircleHelp, verb: 'profile.answer' },
  { to: '/quotes', says: { en: 'Quote', ja: 'お見積り' }, about: { en: 'What it costs, for which hours, and why', ja: '費用・時間帯・内訳' }, icon: ReceiptText, verb: 'quote.read' },
  { to: '/sign-offs', says: { en: 'Test and sign off', ja: 'テストと承認' }, about: { en: 'Five minutes: try it, accept it or say what fails', ja: '約5分。動作を確認し、承認または不具合を報告' }, icon: ClipboardCheck, verb: 'sign-off.read' },
  { to: '/gates', says: { en: 'Go or no-go', ja: '実施可否の判断' }, about: { en: 'What must be so before the next stage, and who decides', ja: '次の段階に進む条件と判断者' }, icon: Signpost, verb: 'gate.read' },
  { to: '/probe', says: { en: 'Connection test', ja: '接続テスト' }, about: { en: 'One line to run on your side, and what it found', ja: '1行のコマンドで通信を確認' }, icon: Cable, verb: 'probe.read' },
  { to: '/files', says: { en: 'Files', ja: 'ファイル' }, about: { en: 'What you fetch yourself, and papers that help', ja: 'ダウンロードと関連資料' }, icon: FolderDown, verb: 'document.read' },
  { to: '/licences', says: { en: 'Licences', ja: 'ライセンス' }, about: { en: 'What is recorded, and where each is active', ja: '記録内容と有効な場所' }, icon: BadgeCheck, verb: 'licence.read', playbook: 'licence-server' },
  { to: '/credentials', says: { en: 'New logins', ja: '新しい接続情報' }, about: { en: 'Each shown once, to one person', ja: 'ご本人に一度だけ表示' }, icon: KeyRound, verb: 'credential.read' },
  { to: '/sightings', says: { en: 'Still on the old home', ja: '旧環境の利用状況' }, about: { en: 'Who still uses the old address or login', ja: '旧アドレス・旧ユーザーの利用' }, icon: History, verb: 'sighting.read' },
  { to: '/users', says: { en: 'Users', ja: 'ユーザー' }, about: { en: 'Who could go before the move', ja: '移行前に削除するユーザーの指定' }, icon: UserMinus, verb: 'user.read' },
  { to: '/people', says: { en: 'Your people', ja: '貴社のご担当者' }, about: { en: 'Who does what on your side', ja: '役割ごとのご担当者' }, icon: Users, verb: 'contact.read' },
  { to: '/calls', says: { en: 'Calls and calendar', ja: '打ち合わせとカレンダー' }, about: { en: 'Appointments, your days away, and a calendar to subscribe to', ja: '予定・ご不在の日・カレンダーの購読' }, icon: Phone, verb: 'call.read' },
  { to: '/rules', says: { en: 'Firewall rules', ja: '通信許可の一覧' }, about: { en: 'Which connections must be open', ja: '許可が必要な通信' }, icon: Network, verb: 'probe.read' },
]
