import type { ReactNode } from 'react'
import { addDays, type Weekday } from '#domain/days.ts'
import type { Text } from '#domain/locale.ts'
import { useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'

const words = {
  title: { en: 'Ask the planner', ja: 'プランナーに依頼' }, lead: { en: 'It looks for dates under the capacity of homes, blackouts, public holidays, no-go dates, the order of environments and what was put by hand. You see the difference before anything counts.', ja: '移行先の受け入れ数、切り替え禁止期間、祝日、顧客の不可日、環境の順序、手動の配置を考慮して日程を計算します。結果は差分として表示され、承認するまで反映されません。' }, act: { en: 'Ask', ja: '依頼する' },
  from: { en: 'Not before', ja: '開始日' }, to: { en: 'Not after', ja: '終了日' }, on: { en: 'A date begins on', ja: '作業を始める曜日' }, days: { en: 'Days that a date takes', ja: '1 回の日数' }, least: { en: 'At least so many moves on a date, or none', ja: '1 回の最小件数（または 0 件）' }, most: { en: 'At most so many moves on a date', ja: '1 回の最大件数' },
  late: { en: 'No plan begins with tasks that are late already', ja: '期限超過のタスクが生じる日程を避ける' }, seconds: { en: 'Think at most so many seconds', ja: '計算時間の上限（秒）' },
}
const weekdays: Readonly<Record<Weekday, Text>> = { mon: { en: 'Monday', ja: '月曜日' }, tue: { en: 'Tuesday', ja: '火曜日' }, wed: { en: 'Wednesday', ja: '水曜日' }, thu: { en: 'Thursday', ja: '木曜日' }, fri: { en: 'Friday', ja: '金曜日' }, sat: { en: 'Saturday', ja: '土曜日' }, sun: { en: 'Sunday', ja: '日曜日' } }

/** What the planner is asked: between which days, on which days of the week, how many at once. */
export const Propose = ({ opened, close, programme, from, last }: { readonly opened: boolean; close(): void; readonly programme: string; readonly from: string; readonly last: string }): ReactNode => {
  const [say, propose] = [useSay(), useWish('waves.propose')]
  const to = addDays(last > from ? last : from, 90)
  return (
    <FormDialog opened={opened} close={close} title={say(words.title)} lead={say(words.lead)} act={say(words.act)}
      wish={values => propose.mutateAsync({ programme: programme as never, from: String(values['from']), to: String(values['to']), beginsOn: values['on'] as Weekday[], days: Number(values['days']), least: values['least'] === null ? null : Number(values['least']), most: values['most'] === null ? null : Number(values['most']), inTime: values['late'] === true, seconds: Number(values['seconds']) })}
      fields={[
        { key: 'from', says: words.from, type: 'day', first: from }, { key: 'to', says: words.to, type: 'day', first: to }, { key: 'on', says: words.on, type: 'choices', choices: Object.entries(weekdays).map(([value, text]) => ({ value, label: say(text) })), first: ['sat'] },
        { key: 'days', says: words.days, type: 'number', first: 2 }, { key: 'least', says: words.least, type: 'number', optional: true, first: null }, { key: 'most', says: words.most, type: 'number', optional: true, first: null }, { key: 'late', says: words.late, type: 'yes-no', first: true }, { key: 'seconds', says: words.seconds, type: 'number', first: 30 },
      ]} />
  )
}
