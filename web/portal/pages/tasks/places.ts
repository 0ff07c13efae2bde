import type { Check } from '#domain/checks.ts'
import type { Text } from '#domain/locale.ts'

/** Where in the portal that is done which the system then sees by itself. */
export const places: Readonly<Partial<Record<Check, { readonly to: string; readonly says: Text }>>> = {
  'contacts-verified': { to: '/people', says: { en: 'Look at who is on file', ja: '登録内容を確認する' } }, 'duties-filled': { to: '/people', says: { en: 'Name your people', ja: '担当者を登録する' } },
  'questionnaire-complete': { to: '/questionnaire', says: { en: 'Open the questionnaire', ja: '質問票を開く' } }, 'window-confirmed': { to: '/window', says: { en: 'Pick the date', ja: '日時を選ぶ' } },
  'quote-accepted': { to: '/quotes', says: { en: 'Look at the quote', ja: '見積書を確認する' } }, 'user-count-within-licence': { to: '/users', says: { en: 'Look at the users', ja: 'ユーザーを確認する' } },
  'files-downloaded': { to: '/files', says: { en: 'Fetch the files', ja: 'ファイルを取得する' } }, 'files-confirmed': { to: '/files', says: { en: 'Fetch the files, and confirm', ja: 'ファイルを取得して確認する' } },
  'probe-passed': { to: '/probe', says: { en: 'Run the probe', ja: 'プローブを実行する' } }, 'firewall-passed': { to: '/rules', says: { en: 'See the rules', ja: '通信許可の一覧を見る' } }, 'vpn-tested': { to: '/probe', says: { en: 'Run the probe', ja: 'プローブを実行する' } }, 'sso-tested': { to: '/probe', says: { en: 'Run the test', ja: 'テストを実行する' } },
  'credentials-collected': { to: '/credentials', says: { en: 'See the credentials', ja: '認証情報を受け取る' } }, 'signed-off': { to: '/sign-offs', says: { en: 'Test and sign off', ja: 'テストと検収' } },
  'old-login-unused': { to: '/sightings', says: { en: 'See what still uses it', ja: '利用状況を確認する' } }, 'old-address-unused': { to: '/sightings', says: { en: 'See what still uses it', ja: '利用状況を確認する' } },
}

/** The same for tasks that are done at a person’s word, by playbook and task: what they are about is to be looked at there. */
export const placesOfTasks: Readonly<Record<string, { readonly to: string; readonly says: Text }>> = { 'licence-server check-record': { to: '/licences', says: { en: 'Look at the record', ja: '記録を確認する' } } }
