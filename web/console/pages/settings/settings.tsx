import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Sent, Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { dayOf, moneyOf } from '../../../shared/amounts.ts'
import { type Field, FormDialog, type Value } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Facts, Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import table from '../../../shared/table.module.css'
import { useMay } from '../../may.ts'
import { Documents } from './documents.tsx'
import { roleOfContact, weekdayWords, workText } from './setting-words.ts'

type Known = Told<'settings.read'>
type Changes = Sent<'settings.change'>['changes']
const words = {
  title: { en: 'Settings', ja: '設定' }, lead: { en: 'How you work and charge. What was quoted stays as it was.', ja: '業務と料金の設定です。発行済みの見積には影響しません。' }, what: { en: 'the settings', ja: '設定' }, change: { en: 'Change', ja: '変更' }, add: { en: 'Add', ja: '追加' }, usual: { en: 'usual, nobody has said otherwise', ja: '標準値（未設定）' },
  rates: { en: 'Rates', ja: '単価' }, work: { en: 'Work', ja: '作業' }, from: { en: 'From', ja: '適用開始日' }, hourly: { en: 'An hour', ja: '1時間あたり' }, minor: { en: 'An hour, in the smallest unit of {currency}', ja: '1時間あたり（{currency} の最小単位）' }, premium: { en: 'On weekends, holidays and after hours', ja: '週末・祝日・営業時間外' },
  office: { en: 'Business hours', ja: '営業時間' }, zone: { en: 'Time zone', ja: 'タイムゾーン' }, holidays: { en: 'Public holidays of', ja: '祝日の国' }, closed: { en: 'closed', ja: '休業' },
  capacity: { en: 'Capacity', ja: '対応能力' }, atOnce: { en: 'Moves at once', ja: '同時移行数' }, aDay: { en: 'Moves a day', ja: '1日の移行数' }, unlimited: { en: 'not limited', ja: '上限なし' },
  quotes: { en: 'Quotes and billing', ja: '見積と請求' }, quoteDays: { en: 'A quote is open for so many days', ja: '見積の有効日数' }, cutOffDay: { en: 'Changes of plan count for next month until day', ja: 'プラン変更の締め日（翌月分）' }, noticeDays: { en: 'Days of notice', ja: '解約予告日数' }, overlapDays: { en: 'Days that subscription and licence must overlap', ja: '契約の重複必要日数' }, typical: { en: 'Typical duration of a move', ja: '標準的な移行時間' }, hours: { en: '{from} to {to} h', ja: '{from}～{to} 時間' }, tax: { en: 'Tax', ja: '税' }, none: { en: 'none', ja: 'なし' },
  people: { en: 'People to turn to', ja: 'お問い合わせ先' }, peopleLead: { en: 'They stand on every page and letter', ja: 'すべてのページとメールに記載されます' }, name: { en: 'Name', ja: '氏名' }, email: { en: 'Address', ja: 'メールアドレス' }, phone: { en: 'Phone', ja: '電話番号' }, post: { en: 'As', ja: '役割' }, nobody: { en: 'Nobody yet.', ja: 'まだ登録されていません。' }, remove: { en: 'Remove', ja: '削除' },
}

export const Settings = (): ReactNode => {
  const say = useSay()
  const read = useAsk('settings.read', {})
  return <Page title={say(words.title)} lead={say(words.lead)}><Shown of={read} what={words.what} lines={10}>{known => <All known={known} />}</Shown><Documents /></Page>
}

type Asked = { /** What finance may change too. */ readonly arePrices?: true; readonly title: Text; readonly fields: readonly Field[]; changes(values: Readonly<Record<string, Value>>): Changes }

const All = ({ known }: { readonly known: Known }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [change, changeRates] = [useWish('settings.change'), useWish('rates.change')]
  const [asked, ask] = useState<Asked>()
  const { settings } = known
  const [may, mayPrice] = [useMay()('settings.change'), useMay()('rate.change')]
  const usual = (name: Known['usual'][number]): ReactNode => (known.usual.includes(name) ? <span className="quiet"> ({say(words.usual)})</span> : null)
  const button = (dialog: Asked, says: Text = words.change): ReactNode => ((dialog.arePrices === true ? mayPrice : may) ? <Button size="compact-sm" variant="default" onClick={() => { ask(dialog) }}>{say(says)}</Button> : undefined)
  const size = (value: Value): number | null => (value === null ? null : Number(value))
  return (
    <>
      <Panel title={say(words.rates)} flush acts={button({ arePrices: true, title: words.rates, fields: [{ key: 'work', says: words.work, type: 'text', first: 'move' }, { key: 'from', says: words.from, type: 'day' }, { key: 'hourly', says: { en: words.minor.en.replace('{currency}', settings.currency), ja: words.minor.ja.replace('{currency}', settings.currency) }, type: 'number' }], changes: ({ work, from, hourly }) => ({ rates: [...settings.rates, { work: String(work), from: String(from), hourlyMinor: Number(hourly) }] }) }, words.add)}>
        <table className={table['plain']}>
          <thead><tr><th>{say(words.work)}</th><th>{say(words.from)}</th><th data-right>{say(words.hourly)}</th></tr></thead>
          <tbody>{settings.rates.map(({ work, from, hourlyMinor }) => <tr key={`${work} ${from}`}><td>{say(workText(work))}</td><td>{dayOf(from, locale)}</td><td data-right className="figures">{moneyOf(hourlyMinor, settings.currency, locale)}</td></tr>)}<tr><td colSpan={2}>{say(words.premium)}{usual('premiumPercent')}</td><td data-right className="figures">× {settings.premiumPercent / 100}</td></tr></tbody>
        </table>
      </Panel>
      <Panel title={say(words.office)}>
        <Facts of={[[say(words.zone), settings.office.zone], [say(words.holidays), <>{settings.holidays}{usual('holidays')}</>], ...Object.entries(settings.office.hours).map(([weekday, hours]) => [say(weekdayWords[weekday as keyof typeof weekdayWords]), hours.length === 0 ? <span key={weekday} className="quiet">{say(words.closed)}</span> : hours.map(({ from, to }) => `${from}–${to}`).join(', ')] as const)]} />
      </Panel>
      <Panel title={say(words.capacity)} acts={button({ title: words.capacity, fields: [{ key: 'atOnce', says: words.atOnce, type: 'number', optional: true, first: settings.capacity.atOnce }, { key: 'aDay', says: words.aDay, type: 'number', optional: true, first: settings.capacity.aDay }], changes: ({ atOnce = null, aDay = null }) => ({ capacity: { atOnce: size(atOnce), aDay: size(aDay) } }) })}>
        <Facts of={[[say(words.atOnce), settings.capacity.atOnce ?? say(words.unlimited)], [say(words.aDay), settings.capacity.aDay ?? say(words.unlimited)]]} />
      </Panel>
      <Panel title={say(words.quotes)} acts={button({ title: words.quotes, fields: [{ key: 'quoteDays', says: words.quoteDays, type: 'number', first: settings.quoteDays }, { key: 'cutOffDay', says: words.cutOffDay, type: 'number', first: settings.cutOffDay }, { key: 'noticeDays', says: words.noticeDays, type: 'number', first: settings.noticeDays }, { key: 'overlapDays', says: words.overlapDays, type: 'number', first: settings.overlapDays }], changes: values => ({ quoteDays: Number(values['quoteDays']), cutOffDay: Number(values['cutOffDay']), noticeDays: Number(values['noticeDays']), overlapDays: Number(values['overlapDays']) }) })}>
        <Facts of={[
          [say(words.quoteDays), <>{settings.quoteDays}{usual('quoteDays')}</>], [say(words.cutOffDay), <>{settings.cutOffDay}{usual('cutOffDay')}</>], [say(words.noticeDays), <>{settings.noticeDays}{usual('noticeDays')}</>], [say(words.overlapDays), <>{settings.overlapDays}{usual('overlapDays')}</>],
          [say(words.typical), say(words.hours, settings.typicalHours)], [say(words.tax), settings.tax === null ? say(words.none) : `${say(settings.tax.name)} ${settings.tax.basisPoints / 100} %`],
        ]} />
      </Panel>
      <Panel title={say(words.people)} lead={say(words.peopleLead)} flush acts={button({ title: words.people, fields: [{ key: 'role', says: words.post, type: 'choice', choices: Object.entries(roleOfContact).map(([value, says]) => ({ value, label: say(says) })), first: 'support' }, { key: 'name', says: words.name, type: 'text' }, { key: 'email', says: words.email, type: 'email' }, { key: 'phone', says: words.phone, type: 'text', optional: true }], changes: ({ role, name, email, phone }) => ({ people: [...settings.people, { role: role as keyof typeof roleOfContact, name: String(name), email: String(email), phone: phone === null || phone === undefined ? null : String(phone) }] }) }, words.add)}>
        {settings.people.length === 0 ? <p className="quiet" style={{ padding: 16 }}>{say(words.nobody)}</p> : (
          <table className={table['plain']}>
            <thead><tr><th>{say(words.name)}</th><th>{say(words.post)}</th><th>{say(words.email)}</th><th>{say(words.phone)}</th>{may ? <th><span className="unseen">{say(words.remove)}</span></th> : null}</tr></thead>
            <tbody>{settings.people.map(person => <tr key={`${person.role} ${person.email}`}><td>{person.name}</td><td>{say(roleOfContact[person.role])}</td><td>{person.email}</td><td>{person.phone ?? ''}</td>{may ? <td data-right><Button size="compact-sm" variant="default" onClick={() => { change.mutate({ revision: known.revision, changes: { people: settings.people.filter(one => one !== person) } }) }}>{say(words.remove)}</Button></td> : null}</tr>)}</tbody>
          </table>
        )}
      </Panel>
      <FormDialog opened={asked !== undefined} close={() => { ask(undefined) }} title={asked === undefined ? '' : say(asked.title)} act={say(words.change)} fields={asked?.fields ?? []} wish={values => (asked === undefined ? Promise.resolve() : (asked.arePrices === true ? changeRates : change).mutateAsync({ revision: known.revision, changes: asked.changes(values) }))} />
    </>
  )
}
