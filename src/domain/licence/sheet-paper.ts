import { timeIn } from '../letters/times.ts'
import type { Locale } from '../locale.ts'
import type { Paper, PaperBlock, PaperColumn } from '../paper.ts'
import type { Instant, Zone } from '../time.ts'
import { holderSaid } from './compare.ts'
import type { LicenceSheet, SheetLicence } from './sheet.ts'

/** `withCodes`: activation codes whole; else only their last four letters, enough to tell them apart. `wholeAt`: where they are whole, in the file beside the document if nothing is said. */
export type SheetPaperOptions = { readonly locale: Locale; readonly zone: Zone; readonly withCodes: boolean; readonly wholeAt?: 'file' | 'control' }

/** The back-up sheet as a document: which licence is linked to which profile, and who sits on a seat. */
export const sheetPaper = (sheet: LicenceSheet, { locale, zone, withCodes, wholeAt = 'file' }: SheetPaperOptions): Paper => {
  const say = words[locale]
  const at = (instant: Instant): string => timeIn(locale, zone, instant)
  const nameOf = (id: string): string => sheet.licences.find(one => one.id === id)?.name ?? id
  const title = say.title(sheet.server.name)
  const seats = sheet.licences.flatMap(({ name, taken }) => taken.map(seat => [holderSaid(seat.holder), name, `${at(seat.until)}${seat.isBorrowed ? say.borrowed : ''}`]))
  return {
    locale, title, marks: [`${say.takenAt} ${at(sheet.takenAt)}`], author: sheet.server.name, foot: title, createdAt: sheet.takenAt,
    blocks: [
      { kind: 'facts', rows: [[say.server, sheet.server.name], [say.product, `${sheet.server.product} ${sheet.server.version}`], [say.maintenance, sheet.maintenance === null ? say.none : `${sheet.maintenance.reason} · ${at(sheet.maintenance.since)}`]] },
      { kind: 'heading', text: say.licences },
      ...table(say.nothing, columns([say.licence, 24], [say.kind, 11], [say.seats, 9, 'end'], [say.end, 20], [say.state, 18], [say.code, 18]), sheet.licences.map(one => licenceRow(one, say, at, withCodes))),
      { kind: 'heading', text: say.profiles },
      ...table(say.nothing, columns([say.profile, 35], [say.inOrder, 65]), sheet.profiles.map(({ name, licences }) => [name, licences.map((id, n) => `${n + 1}. ${nameOf(id)}`).join('  ')])),
      { kind: 'heading', text: say.taken },
      ...table(say.nothing, columns([say.holder, 40], [say.licence, 25], [say.until, 35]), seats),
      ...(withCodes || sheet.licences.every(one => one.code === null) ? [] : [{ kind: 'aside', text: say.masked[wholeAt] } as const]),
    ],
  }
}

const licenceRow = (one: SheetLicence, say: (typeof words)[Locale], at: (instant: Instant) => string, withCodes: boolean): readonly string[] => [
  `${one.name}\n${one.product}`, one.kind, one.seats === null ? say.uncounted : String(one.seats), one.endsAt === null ? say.forEver : at(one.endsAt), one.machine === null ? say.states[one.state] : `${say.states[one.state]}\n${one.machine}`, codeShown(one.code, withCodes) ?? say.untold,
]

const codeShown = (code: string | null, withCodes: boolean): string | null => (code === null || withCodes ? code : `••••${[...code].length > 8 ? [...code].slice(-4).join('') : ''}`)

const columns = (...of: readonly (readonly [title: string, share: number, align?: PaperColumn['align']])[]): readonly PaperColumn[] => of.map(([title, share, align = 'start']) => ({ title, share, align }))
const table = (nothing: string, head: readonly PaperColumn[], rows: readonly (readonly string[])[]): readonly PaperBlock[] => (rows.length === 0 ? [{ kind: 'aside', text: nothing }] : [{ kind: 'table', columns: head, rows }])

const words = {
  en: {
    title: (server: string) => `Licences of ${server}`, takenAt: 'As of', server: 'Licence server', product: 'Product', maintenance: 'Maintenance', none: 'no', licences: 'Licences', licence: 'Licence', kind: 'Kind', seats: 'Seats', uncounted: 'not counted', end: 'Ends', forEver: 'never',
    state: 'State', states: { active: 'active', inactive: 'inactive', absent: 'not there' }, code: 'Activation code', untold: 'not told', profiles: 'Profiles', profile: 'Profile', inOrder: 'Licences, in the order in which they are tried', taken: 'Seats that are out', holder: 'Who', until: 'Until', borrowed: ' (borrowed)', nothing: 'None.',
    masked: { file: 'Of the activation codes only the end is shown. They stand whole in the JSON file beside this document; keep it where only those who move licences can read it.', control: 'Of the activation codes only the end is shown. Whoever may see them whole finds them on the page of the move.' },
  },
  ja: {
    title: (server: string) => `${server} ライセンス控え`, takenAt: '取得日時', server: 'ライセンスサーバー', product: '製品', maintenance: 'メンテナンス', none: 'なし', licences: 'ライセンス', licence: 'ライセンス', kind: '種別', seats: '本数', uncounted: '無制限', end: '有効期限', forEver: '無期限',
    state: '状態', states: { active: '有効', inactive: '無効', absent: 'なし' }, code: 'アクティベーションコード', untold: '取得できません', profiles: 'プロファイル', profile: 'プロファイル', inOrder: '割り当てライセンス（使用順）', taken: '使用中のライセンス', holder: '使用者', until: '期限', borrowed: '（持ち出し中）', nothing: 'ありません。',
    masked: { file: 'アクティベーションコードは末尾のみを表示しています。全体は同じ場所のJSONファイルに記載していますので、ライセンスの移行担当者以外が閲覧できない場所に保管してください。', control: 'アクティベーションコードは末尾のみを表示しています。全体は、権限のある方が移行の画面で確認できます。' },
  },
} as const
