import { dayIn } from '../letters/times.ts'
import type { Locale } from '../locale.ts'
import type { Paper, PaperColumn, PaperRow } from '../paper.ts'
import type { Day, Instant, Zone } from '../time.ts'

/** A quote's facts, ready to be shown: money is written out with its currency, terms and names are in the reader's language. */
export type QuoteSheet = {
  readonly number: string
  readonly what: string
  readonly issuedOn: Day
  readonly validUntil: Day
  /** The first line is the company's name. */
  readonly vendor: readonly string[]
  /** Whom it is addressed to. */
  readonly to: readonly string[]
  readonly customer: string
  readonly partner: string | null
  /** All times are in it. */
  readonly zone: Zone
  readonly lines: readonly QuoteSheetLine[]
  readonly subtotal: string
  readonly tax: { readonly name: string; readonly amount: string } | null
  readonly total: string
  readonly terms: readonly string[]
  readonly createdAt: Instant
}

/** `holiday`: its name, where that is why. `percent`: of the hourly rate. */
export type QuoteSheetLine = {
  readonly from: Instant
  readonly to: Instant
  readonly what: string
  readonly kind: 'standard' | 'after-hours' | 'weekend' | 'holiday'
  readonly holiday: string | null
  readonly minutes: number
  readonly rate: string
  readonly percent: number
  readonly amount: string
}

/** The quote as a document in one language. */
export const quotePaper = (sheet: QuoteSheet, locale: Locale): Paper => {
  const say = words[locale]
  return {
    locale, title: say.title, marks: [`${say.number} ${sheet.number}`, `${say.issued} ${dayIn(locale, sheet.issuedOn)}`], author: sheet.vendor[0] ?? '', foot: `${sheet.vendor[0] ?? ''} · ${say.title} ${sheet.number}`, createdAt: sheet.createdAt,
    blocks: [
      { kind: 'parties', to: sheet.to, from: sheet.vendor },
      { kind: 'says', text: say.opening(sheet.what) },
      { kind: 'facts', rows: [[say.what, sheet.what], [say.customer, sheet.customer], ...(sheet.partner === null ? [] : [[say.partner, sheet.partner] as const]), [say.validUntil, dayIn(locale, sheet.validUntil)], [say.total, sheet.total]] },
      { kind: 'heading', text: say.lines },
      { kind: 'table', columns: columnsOf(locale), rows: sheet.lines.map(line => rowOf(line, locale, sheet.zone)) },
      { kind: 'totals', rows: [{ name: say.subtotal, value: sheet.subtotal, strong: false }, ...(sheet.tax === null ? [] : [{ name: sheet.tax.name, value: sheet.tax.amount, strong: false }]), { name: say.total, value: sheet.total, strong: true }] },
      ...(sheet.terms.length === 0 ? [] : [{ kind: 'heading', text: say.terms } as const, { kind: 'list', items: sheet.terms } as const]),
      { kind: 'aside', text: say.cut(sheet.zone) },
    ],
  }
}

const columnsOf = (locale: Locale): readonly PaperColumn[] => {
  const say = words[locale]
  const column = (title: string, share: number, align: PaperColumn['align'] = 'start'): PaperColumn => ({ title, share, align })
  return [column(say.day, 21), column(say.time, 17), column(say.work, 24), column(say.kind, 20), column(say.minutes, 12, 'end'), column(say.rate, 15, 'end'), column('%', 9, 'end'), column(say.amount, 16, 'end')]
}

const rowOf = (line: QuoteSheetLine, locale: Locale, zone: Zone): PaperRow => {
  const say = words[locale]
  const [from, to] = [line.from, line.to].map(at => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone))
  if (from === undefined || to === undefined) return []
  // A line ends at midnight at the latest: then 24:00 of its own day is said.
  const end = to.hour === 0 && to.minute === 0 && !to.toPlainDate().equals(from.toPlainDate()) ? '24:00' : clock(to)
  return [`${from.toPlainDate().toString()}${say.weekday(from.dayOfWeek)}`, `${clock(from)}–${end}`, line.what, line.holiday ?? say.kinds[line.kind], String(line.minutes), line.rate, String(line.percent), line.amount]
}

const clock = ({ hour, minute }: Temporal.ZonedDateTime): string => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
const weekdays = { en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], ja: [...'月火水木金土日'] }

const words = {
  en: {
    title: 'Quote', number: 'No.', issued: 'Issued', what: 'Subject', customer: 'Customer', partner: 'Partner', validUntil: 'Valid until', total: 'Total', subtotal: 'Subtotal', lines: 'Details', terms: 'Terms',
    day: 'Day', time: 'Time', work: 'Work', kind: 'Charged as', minutes: 'Minutes', rate: 'Per hour', amount: 'Amount',
    kinds: { 'standard': 'Office hours', 'after-hours': 'After hours', 'weekend': 'Weekend', 'holiday': 'Public holiday' },
    opening: (what: string) => `Thank you for your interest. For ${what} we offer the following.`,
    weekday: (n: number) => ` ${weekdays.en[n - 1]}`,
    cut: (zone: Zone) => `All times are in ${zone}. Work that crosses from office hours into the evening, a weekend or a public holiday is cut at the minute and charged on each side as shown.`,
  },
  ja: {
    title: '御見積書', number: '見積番号', issued: '発行日', what: '件名', customer: 'お客様', partner: '販売パートナー', validUntil: '有効期限', total: '合計金額', subtotal: '小計', lines: '明細', terms: '条件',
    day: '日付', time: '時刻', work: '作業内容', kind: '時間区分', minutes: '分', rate: '時間単価', amount: '金額',
    kinds: { 'standard': '営業時間内', 'after-hours': '営業時間外', 'weekend': '週末', 'holiday': '祝日' },
    opening: (what: string) => `平素より格別のお引き立てを賜り、厚く御礼申し上げます。${what}につきまして、下記のとおりお見積り申し上げます。`,
    weekday: (n: number) => ` (${weekdays.ja[n - 1]})`,
    cut: (zone: Zone) => `日時はすべて${zone}の時刻です。営業時間内と営業時間外、週末、祝日にまたがる作業は、境界の時刻で分割し、それぞれの単価で計算しております。`,
  },
} as const
