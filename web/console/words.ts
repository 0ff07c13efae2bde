import type { Role } from '#domain/access.ts'
import type { HomeKind } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'

/** What people see of kinds and roles; those of duties and posts are in #domain/owner-words.ts. */
export const roleWords: Readonly<Record<Role, Text>> = {
  admin: { en: 'Administrator', ja: '管理者' }, 'migration-lead': { en: 'Migration lead', ja: '移行責任者' }, engineer: { en: 'Engineer', ja: '技術担当' },
  finance: { en: 'Finance', ja: '経理担当' }, support: { en: 'Support', ja: 'サポート' }, auditor: { en: 'Auditor', ja: '監査担当' },
}
export const homeKindWords: Readonly<Record<HomeKind, Text>> = {
  shared: { en: 'Shared', ja: '共有' }, dedicated: { en: 'Dedicated', ja: '専用' }, 'self-hosted': { en: 'Self-hosted', ja: '自社運用' }, 'licence-host': { en: 'Licence server', ja: 'ライセンスサーバー' }, 'application-server': { en: 'Application server', ja: 'アプリケーションサーバー' },
}
