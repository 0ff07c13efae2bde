import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { instantAt } from '../../../shared/instant-at.ts'
import { useSay } from '../../../shared/language.tsx'
import type { Home, MoveLine } from './told.ts'

const words = {
  title: { en: 'Add a blackout', ja: '移行不可期間を追加' }, add: { en: 'Add', ja: '追加' }, lead: { en: 'Nothing may be cut over then. Whole days unless you give times; days of a customer are days where the customer is. Times are those of {zone}.', ja: 'この期間は切り替えを行えません。時刻を指定しない場合は終日です（顧客を指定した場合は顧客の現地日付）。時刻は {zone} のものです。' },
  whose: { en: 'Where', ja: '対象' }, everywhere: { en: 'Everywhere', ja: '全体' }, home: { en: 'At {name}', ja: 'ホーム: {name}' }, customer: { en: 'For {name}', ja: '顧客: {name}' }, first: { en: 'First day', ja: '開始日' }, last: { en: 'Last day', ja: '終了日' }, lastHint: { en: 'Empty: that one day', ja: '空欄の場合は開始日のみ' },
  from: { en: 'From, on the first day', ja: '開始時刻（開始日）' }, to: { en: 'Until, on the last day', ja: '終了時刻（終了日）' }, timeHint: { en: 'such as 09:00', ja: '例: 09:00' }, reason: { en: 'Why, as those who plan read it', ja: '理由（計画担当者に表示されます）' }, both: { en: 'Give both times, such as 09:00 and 17:30, or neither.', ja: '時刻は 09:00 と 17:30 のように両方入力するか、両方空欄にしてください。' },
} satisfies Record<string, Text>

/** Days or times when nothing may be cut over: anywhere, at one home, or for one customer of the programme. */
export const AddBlackout = ({ opened, close, homes, lines, zone, hit }: { readonly opened: boolean; close(): void; readonly homes: readonly Home[]; readonly lines: readonly MoveLine[]; readonly zone: string; hit(hits: Told<'blackouts.add'>['hits']): void }): ReactNode => {
  const [say, add] = [useSay(), useWish('blackouts.add')]
  const customers = new Map(lines.map(({ customer }) => [customer.id as string, customer.name]))
  const places = [{ value: 'vendor', label: say(words.everywhere) }, ...homes.map(({ id, name }) => ({ value: `home ${id}`, label: say(words.home, { name }) })), ...[...customers].map(([id, name]) => ({ value: `customer ${id}`, label: say(words.customer, { name }) }))]
  const wish = async (values: Readonly<Record<string, Value>>): Promise<void> => {
    const time = timeOf(values, zone)
    if (time === undefined) throw new Error(say(words.both))
    const [kind = '', id = ''] = String(values['whose']).split(' ')
    hit((await add.mutateAsync({ reason: String(values['reason']), ...time, ...(kind === 'vendor' ? {} : { [kind]: id }) })).hits)
  }
  return (
    <FormDialog opened={opened} close={close} title={say(words.title)} lead={say(words.lead, { zone })} act={say(words.add)} wish={wish} fields={[
      { key: 'whose', says: words.whose, type: 'choice', choices: places, first: 'vendor' }, { key: 'first', says: words.first, type: 'day' }, { key: 'last', says: words.last, hint: words.lastHint, type: 'day', optional: true },
      { key: 'from', says: words.from, hint: words.timeHint, type: 'text', optional: true }, { key: 'to', says: words.to, hint: words.timeHint, type: 'text', optional: true }, { key: 'reason', says: words.reason, type: 'text' },
    ]} />
  )
}

type Time = { readonly firstOn: string; readonly lastOn: string } | { readonly startsAt: string; readonly endsAt: string }
const timeOf = ({ first, last, from, to }: Readonly<Record<string, Value>>, zone: string): Time | undefined => {
  const [firstOn, lastOn] = [String(first), String(last ?? first)]
  if (from === null && to === null) return { firstOn, lastOn }
  const [startsAt, endsAt] = [instantAt(`${firstOn}T${String(from)}`, zone), instantAt(`${lastOn}T${String(to)}`, zone)]
  return startsAt === undefined || endsAt === undefined ? undefined : { startsAt, endsAt }
}
