import type { Text } from '#domain/locale.ts'

export const weekdayWords = {
  mon: { en: 'Monday', ja: '月曜日' }, tue: { en: 'Tuesday', ja: '火曜日' }, wed: { en: 'Wednesday', ja: '水曜日' }, thu: { en: 'Thursday', ja: '木曜日' }, fri: { en: 'Friday', ja: '金曜日' }, sat: { en: 'Saturday', ja: '土曜日' }, sun: { en: 'Sunday', ja: '日曜日' },
} as const satisfies Readonly<Record<string, Text>>

/** As whom somebody stands on pages and letters. */
export const roleOfContact = {
  'project-manager': { en: 'Project manager', ja: 'プロジェクト責任者' }, support: { en: 'Support', ja: 'サポート窓口' }, 'customer-success': { en: 'Customer success', ja: 'カスタマーサクセス' },
} as const satisfies Readonly<Record<string, Text>>

/** Work that is priced; a vendor may have words of their own. */
const works: Readonly<Record<string, Text>> = { move: { en: 'Move', ja: '移行作業' } }
export const workText = (work: string): Text => works[work] ?? { en: work, ja: work }
