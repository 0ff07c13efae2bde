import type { Text } from '#domain/locale.ts'
import type { Duty } from '#domain/parties.ts'

/** What a person is there for, as people at the customer say it, and what follows from it. */
export const dutyWords: Readonly<Record<Duty, { readonly name: Text; readonly about: Text }>> = {
  'point-of-contact': { name: { en: 'Point of contact', ja: '窓口担当' }, about: { en: 'gets everything, and brings in the others', ja: 'すべての連絡を受け、ほかの担当者を招きます' } },
  it: { name: { en: 'IT', ja: 'IT 担当' }, about: { en: 'sign-on, servers, settings', ja: 'ログイン設定・サーバー・各種設定' } },
  developer: { name: { en: 'Developer', ja: '開発担当' }, about: { en: 'integrations, and code that uses the product', ja: '外部連携と、製品を利用するプログラム' } },
  'end-user': { name: { en: 'End user', ja: '利用者' }, about: { en: 'tries the product after the move', ja: '移行後に製品を試用します' } },
  testing: { name: { en: 'Testing', ja: 'テスト担当' }, about: { en: 'works through the checklists', ja: 'チェックリストに沿って確認します' } },
  networking: { name: { en: 'Networking', ja: 'ネットワーク担当' }, about: { en: 'firewall, VPN, names', ja: 'ファイアウォール・VPN・DNS' } },
  security: { name: { en: 'Security', ja: 'セキュリティ担当' }, about: { en: 'looks at what changes in access', ja: 'アクセスの変更点を確認します' } },
  'change-management': { name: { en: 'Change management', ja: '変更管理担当' }, about: { en: 'dates and approvals on your side', ja: '貴社内の日程と承認' } },
  billing: { name: { en: 'Billing', ja: '請求担当' }, about: { en: 'quotes and invoices', ja: '見積書と請求書' } },
  approver: { name: { en: 'Approver', ja: '承認者' }, about: { en: 'commits to date and price', ja: '日程と金額を承認します' } },
}
