import { Boxes, CalendarRange, CircleHelp, FileCheck, Gauge, House, Key, ListChecks, type LucideIcon, MessageSquare, Moon, Receipt, ScrollText, Settings, Tag, Users, Waypoints } from 'lucide-react'
import type { Text } from '#domain/locale.ts'

/** Where one can go: in the sidebar, in the palette, and by G and a letter. `section` null: at the top. */
export type Place = { readonly to: string; readonly says: Text; readonly icon: LucideIcon; readonly key: string; readonly section: 'programme' | 'vendor' | null }

export const sections: Readonly<Record<'programme' | 'vendor', Text>> = { programme: { en: 'Programme', ja: 'プログラム' }, vendor: { en: 'Company', ja: '自社' } }

/** A page that is not built yet has no line here. */
export const places: readonly Place[] = [
  { to: '/overview', says: { en: 'Overview', ja: '概要' }, icon: Gauge, key: 'o', section: null },
  { to: '/moves', says: { en: 'Moves', ja: '移行' }, icon: Waypoints, key: 'm', section: 'programme' },
  { to: '/waves', says: { en: 'Wave planner', ja: 'ウェーブプランナー' }, icon: CalendarRange, key: 'w', section: 'programme' },
  { to: '/quotes', says: { en: 'Quotes', ja: '見積書' }, icon: Receipt, key: 'q', section: 'programme' },
  { to: '/offers', says: { en: 'Offers', ja: '提案' }, icon: Tag, key: 'f', section: 'programme' },
  { to: '/licences', says: { en: 'Licences', ja: 'ライセンス' }, icon: Key, key: 'l', section: 'programme' },
  { to: '/messages', says: { en: 'Messages', ja: 'メッセージ' }, icon: MessageSquare, key: 's', section: 'programme' },
  { to: '/questions', says: { en: 'Questions', ja: '質問' }, icon: CircleHelp, key: 'u', section: 'programme' },
  { to: '/evidence', says: { en: 'Evidence', ja: '証跡' }, icon: FileCheck, key: 'e', section: 'programme' },
  { to: '/homes', says: { en: 'Homes', ja: 'ホーム' }, icon: House, key: 'h', section: 'vendor' },
  { to: '/playbooks', says: { en: 'Playbooks', ja: 'プレイブック' }, icon: Boxes, key: 'b', section: 'vendor' },
  { to: '/people', says: { en: 'People and rights', ja: 'メンバーと権限' }, icon: Users, key: 'p', section: 'vendor' },
  { to: '/journal', says: { en: 'Journal', ja: '操作履歴' }, icon: ScrollText, key: 'j', section: 'vendor' },
  { to: '/settings', says: { en: 'Settings', ja: '設定' }, icon: Settings, key: ',', section: 'vendor' },
]

/** Their icons, for the lines that come. */
export const icons = { tonight: Moon, work: ListChecks, moves: Waypoints, waves: CalendarRange, quotes: Receipt, licences: Key, evidence: FileCheck, messages: MessageSquare, homes: House, playbooks: Boxes, people: Users, journal: ScrollText, settings: Settings } as const
