import type { Text } from './locale.ts'
import type { Duty, Party } from './parties.ts'
import type { Post } from './playbook.ts'

/** What the vendor’s people are called by what they are there for. */
export const postWords: Readonly<Record<Post, Text>> = {
  'migration-lead': { en: 'migration lead', ja: '移行責任者' }, 'project-manager': { en: 'project manager', ja: 'プロジェクト責任者' }, 'engineer': { en: 'engineer', ja: '技術担当' },
  'customer-success': { en: 'customer success', ja: 'カスタマーサクセス' }, 'support': { en: 'support', ja: 'サポート窓口' }, 'finance': { en: 'finance', ja: '経理担当' },
}
export const dutyWords: Readonly<Record<Duty, Text>> = {
  'point-of-contact': { en: 'point of contact', ja: '窓口担当' }, 'it': { en: 'IT', ja: 'IT担当' }, 'developer': { en: 'developer', ja: '開発担当' }, 'end-user': { en: 'end users', ja: '利用者' }, 'testing': { en: 'testing', ja: 'テスト担当' },
  'networking': { en: 'networking', ja: 'ネットワーク担当' }, 'security': { en: 'security', ja: 'セキュリティ担当' }, 'change-management': { en: 'change management', ja: '変更管理担当' }, 'billing': { en: 'billing', ja: '請求担当' }, 'approver': { en: 'approver', ja: '承認者' },
}
export const partyWords: Readonly<Record<Party, Text>> = { vendor: { en: 'Vendor', ja: '提供元' }, partner: { en: 'Partner', ja: '販売パートナー' }, customer: { en: 'Customer', ja: 'お客様' } }

/** Whose something is, as people say it: “Customer, IT”. */
export const ownerText = ({ party, duty, post }: { readonly party: Party; readonly duty: Duty | null; readonly post: Post | null }): Text => {
  const part = post !== null ? postWords[post] : duty !== null ? dutyWords[duty] : undefined
  return part === undefined ? partyWords[party] : { en: `${partyWords[party].en}, ${part.en}`, ja: `${partyWords[party].ja}・${part.ja}` }
}
