import type { Text } from './locale.ts'

/** What the system can answer by itself about a move, and how it is said. A playbook may ask for nothing else. */
export const checks = {
  'contacts-verified': { en: 'Every contact on file answered from their address', ja: '登録された担当者全員のメールアドレスが確認済みである' },
  'contact-complete': { en: 'Name, company, e-mail, phone and extension of the contact are on file', ja: '担当者の氏名・会社名・メール・電話・内線番号が登録されている' },
  'duties-filled': { en: 'Every duty that this plan needs has a contact', ja: 'この計画に必要な役割すべてに担当者がいる' },
  'questionnaire-complete': { en: 'No question of the technical profile is open', ja: '技術プロファイルの質問にすべて回答されている' },
  'call-held': { en: 'The call was held and its notes are kept', ja: '打ち合わせが実施され、議事録が残されている' },
  'window-confirmed': { en: 'The customer confirmed the window', ja: 'お客様が作業日時を確定している' },
  'date-committed': { en: 'The customer committed to the date', ja: 'お客様が日程を確約している' },
  'data-measured': { en: 'The stores were measured in the last seven days', ja: '過去 7 日以内にデータ量が計測されている' },
  'user-count-within-licence': { en: 'There are no more users than the licence allows', ja: 'ユーザー数がライセンスの上限以内である' },
  'quote-sent': { en: 'The quote was sent', ja: '見積書が送付されている' },
  'quote-accepted': { en: 'The quote was accepted by the person named in it', ja: '見積書が名宛人により承諾されている' },
  'paperwork-done': { en: 'The billing paperwork is complete', ja: '請求に関する書類手続きが完了している' },
  'no-licence-gap': { en: 'There is no day between subscription and licence without a right to use', ja: 'サブスクリプションとライセンスの間に利用権の空白期間がない' },
  'files-downloaded': { en: 'Every byte of the archive of files was fetched', ja: 'ファイル一式の書庫がすべてダウンロードされている' },
  'files-confirmed': { en: 'The customer confirmed that the files were downloaded', ja: 'お客様がファイルのダウンロード完了を確認している' },
  'probe-passed': { en: 'The probe reaches everything from the customer’s side', ja: 'お客様側からのプローブがすべての接続に成功している' },
  'firewall-passed': { en: 'Every rule of the list was seen open by the probe', ja: '一覧のすべての通信許可がプローブで確認されている' },
  'sso-tested': { en: 'A test sign-in through the new single sign-on succeeded', ja: '新しいシングルサインオンでのテストログインに成功している' },
  'vpn-tested': { en: 'The probe reached the new home through the VPN', ja: 'VPN 経由で移行先への接続がプローブで確認されている' },
  'old-address-unused': { en: 'Nobody came by the old address in the last seven days', ja: '過去 7 日間、旧アドレスへのアクセスがない' },
  'old-login-unused': { en: 'Nothing signed in to the old database in the last seven days', ja: '過去 7 日間、旧データベースへの接続がない' },
  'address-redirects': { en: 'The old address redirects and keeps path and query', ja: '旧アドレスがパスとクエリを保ったまま転送される' },
  'address-serves': { en: 'The new address answers with a valid certificate', ja: '新しいアドレスが有効な証明書で応答している' },
  'credentials-collected': { en: 'The contact on file has seen the credentials', ja: '登録された担当者が認証情報を受け取っている' },
  rehearsed: { en: 'The move was rehearsed with this tenant’s own data', ja: 'このテナントの実データで予行演習が済んでいる' },
  'forecast-fits-window': { en: 'The forecast freeze fits the window', ja: '予測される停止時間が作業枠に収まっている' },
  'move-following': { en: 'The destination follows the origin', ja: '移行先が移行元の変更に追従している' },
  'move-switched': { en: 'The new home serves, with signed evidence', ja: '新しい環境が稼働し、署名付きの証跡がある' },
  'bundle-verified': { en: 'The bundle was imported and verified on the customer’s server', ja: 'お客様のサーバーでバンドルの取り込みと検証が完了している' },
  'devices-arrived': { en: 'Every device fleet was seen at the new server', ja: 'すべての端末群が新サーバーに接続済みである' },
  'integrations-tested': { en: 'Every integration is tested', ja: 'すべての外部連携がテスト済みである' },
  'third-parties-ready': { en: 'Every third party has confirmed its cutover plan', ja: 'すべての外部事業者が切替計画を確認している' },
  'licences-recorded': { en: 'The record of licences and profiles is kept as a file and a page', ja: 'ライセンスとプロファイルの記録がファイルと画面の両方に残されている' },
  'licences-inactive-at-origin': { en: 'No licence is active on the old machine', ja: '旧マシンで有効なライセンスが残っていない' },
  'licences-active-at-destination': { en: 'Every licence of the record is active on the new machine', ja: '記録したすべてのライセンスが新マシンで有効である' },
  'profiles-found': { en: 'Every application finds its profile', ja: 'すべてのアプリケーションが自身のプロファイルを参照できる' },
  'versions-equal': { en: 'Both machines run the same version', ja: '両マシンのバージョンが一致している' },
  'services-stopped': { en: 'The services on the old machine are stopped', ja: '旧マシンのサービスが停止している' },
  'backup-verified': { en: 'The backup was read back and its checksums agree', ja: 'バックアップが読み戻され、チェックサムが一致している' },
  'services-healthy': { en: 'The services on the new machine answer', ja: '新マシンのサービスが正常に応答している' },
  'signed-off': { en: 'Everybody who must has signed off', ja: '必要な全員の検収が完了している' },
} as const satisfies Record<string, Text>

export type Check = keyof typeof checks
export const checkNames = Object.keys(checks) as readonly Check[]

/** What the system does, or has an agent do, when the vendor starts the task. */
export const actions = [
  'measure', 'send-quote', 'send-credentials', 'rehearse', 'order-move', 'cut-over', 'redirect-address', 'export-bundle', 'close-origin', 'retire-origin',
  'record-licences', 'maintenance-on', 'maintenance-off', 'deactivate-licences', 'install-licence-server', 'activate-licences', 'rename-profiles',
  'stop-services', 'back-up', 'compare-versions', 'install-application', 'restore', 'start-services', 'test-services', 'upgrade',
] as const
export type Action = (typeof actions)[number]

/** What the system finds out by itself for a technical profile. */
export const measures = ['data-bytes', 'data-gigabytes', 'file-gigabytes', 'user-count', 'database-connections', 'integrations', 'hard-coded-addresses', 'licence-count', 'profiles', 'application-version', 'devices', 'environments'] as const
export type Measure = (typeof measures)[number]
