import type { Text } from '#domain/locale.ts'
import type { Told } from '../shared/ask.ts'
import type { Field, Value } from '../shared/form-dialog.tsx'
import { instantAt } from '../shared/instant-at.ts'

const kinds = ['pre-move', 'kick-off', 'check-in', 'go-no-go'] as const
const words = {
  call: { en: 'Which call', ja: '打ち合わせの種類' }, day: { en: 'Day', ja: '日付' }, there: { en: 'Time where the customer is', ja: '時刻（お客様の現地時刻）' }, time: { en: 'Time', ja: '時刻' }, hint: { en: 'such as 09:00, in {zone}', ja: '例: 09:00（{zone}）' }, link: { en: 'Link to the meeting', ja: '会議のリンク' },
} satisfies Record<string, Text>

/** What is said when it is no time of a clock. */
export const noTime: Text = { en: 'This is no time such as 09:00.', ja: '時刻は 09:00 のように入力してください。' }

/** The clocks by which a time is said. */
export type Clocks = { readonly zone: string; /** They are those of the customer whom the call is with. */ readonly isThere: boolean }
export const timeField = ({ zone, isThere }: Clocks, first = ''): Field => ({ key: 'time', says: isThere ? words.there : words.time, hint: { en: words.hint.en.replace('{zone}', zone), ja: words.hint.ja.replace('{zone}', zone) }, type: 'text', first })
export const dayField = (first = ''): Field => ({ key: 'day', says: words.day, type: 'day', first })
export const timeOf = ({ day, time }: Readonly<Record<string, Value>>, zone: string): string | undefined => instantAt(`${String(day)}T${String(time)}`, zone)
export const linkField: Field = { key: 'link', says: words.link, type: 'text', optional: true }

/** Which of a playbook’s calls, when, and where people meet. */
export const callFields = (book: Told<'playbooks.read'> | undefined, clocks: Clocks): readonly Field[] => [{ key: 'call', says: words.call, type: 'choice', choices: (book?.calls ?? []).map(one => ({ value: one.key, label: one.title })) }, dayField(), timeField(clocks), linkField]
/** What is asked of control; undefined: the time is none. */
export const callOf = (values: Readonly<Record<string, Value>>, zone: string): { readonly kind: (typeof kinds)[number] | 'other'; readonly key: string; readonly startsAt: string; readonly link?: string } | undefined => {
  const [startsAt, key, { link }] = [timeOf(values, zone), String(values['call']), values]
  return startsAt === undefined ? undefined : { kind: kinds.find(kind => key.startsWith(kind)) ?? 'other', key, startsAt, ...(typeof link === 'string' ? { link } : {}) }
}
