import { useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { ownerOf } from '../../owners.ts'
import css from './playbook.module.css'

type Book = Told<'playbooks.read'>
const words = {
  what: { en: 'the playbook', ja: 'プレイブック' }, version: { en: 'Version {version}', ja: '第 {version} 版' }, deprecated: { en: 'Deprecated since {since}: {because} Successor: {successor}', ja: '{since} より廃止予定です。{because} 後継: {successor}' },
  timetable: { en: 'Timetable', ja: '日程' }, timetableLead: { en: 'Days are counted from the cutover, T-0', ja: '切替日（T-0）からの日数で表します' }, vendor: { en: 'Vendor', ja: '提供元' }, others: { en: 'Customer and partner', ja: 'お客様・パートナー' },
  only: { en: 'only if', ja: '条件' }, each: { en: 'one for each of', ja: '対象ごと' }, system: { en: 'closed by the system', ja: 'システムが確認' }, behind: { en: 'behind the gate', ja: 'ゲート通過後' }, gate: { en: 'Gate', ja: 'ゲート' }, call: { en: 'Call, {minutes} min', ja: '打ち合わせ（{minutes}分）' },
  facts: { en: 'What must be known', ja: '確認事項' }, asked: { en: 'asked of {who}', ja: '{who}に確認' }, measured: { en: 'measured', ja: '自動計測' }, changes: { en: 'What changes for the customer', ja: 'お客様側の変更点' }, decides: { en: 'decided by {who}', ja: '決定者: {who}' }, firm: { en: 'firm', ja: '必須' },
  messages: { en: 'Messages', ja: 'メッセージ' }, escalation: { en: 'Escalation', ja: 'エスカレーション' }, afterDays: { en: '{days} days late', ja: '{days}日超過' }, faq: { en: 'Questions', ja: 'よくあるご質問' }, signOffs: { en: 'Sign-offs', ja: '検収' }, environments: { en: 'Environments', ja: '環境' }, testing: { en: '{days} days of testing', ja: 'テスト期間 {days} 日' },
}

/** A playbook to be read: who does what, when, on which condition. */
export const Playbook = (): ReactNode => {
  const { locale } = useLanguage()
  const { key = '' } = useParams({ strict: false }) as { readonly key?: string }
  const { version } = useSearch({ strict: false }) as { readonly version?: string }
  const read = useAsk('playbooks.read', { playbook: key, locale, ...(version === undefined ? {} : { version: Number(version) }) }, { everyMs: 300_000 })
  return <Shown of={read} what={words.what} lines={12}>{book => <Readable book={book} />}</Shown>
}

const Readable = ({ book }: { readonly book: Book }): ReactNode => {
  const say = useSay()
  return (
    <Page title={book.title} lead={book.summary}>
      <p className="quiet">{say(words.version, { version: book.version })}{book.deprecated === null ? null : <> <StateLabel state="at-risk">{say(words.deprecated, book.deprecated)}</StateLabel></>}</p>
      <Panel title={say(words.timetable)} lead={say(words.timetableLead)} flush><Timetable book={book} /></Panel>
      <div className={css['pair']}>
        <Panel title={say(words.changes)}><ul className={css['list']}>{book.changes.map(({ title, when }) => <li key={title}>{title}{when === null ? null : <Only when={when} />}</li>)}</ul></Panel>
        <Panel title={say(words.environments)}><ul className={css['list']}>{book.environments.map(({ key, title, testingDays, day }) => <li key={key}>{title} <span className="quiet">{at(day)}, {say(words.testing, { days: testingDays })}</span></li>)}</ul></Panel>
      </div>
      <Panel title={say(words.facts)}><ul className={css['list']}>{book.facts.map(({ name, title, question, asked, measured }) => <li key={name}><strong>{title}</strong>{question === null ? null : <div className="soft">{question}</div>}<div className="quiet">{[asked === null ? [] : [say(words.asked, { who: say(ownerOf(asked)) })], measured === null ? [] : [say(words.measured)]].flat().join(' · ')}</div></li>)}</ul></Panel>
      <div className={css['pair']}>
        <Panel title={say(words.messages)}><ul className={css['list']}>{book.messages.map(({ key, title, day, to, when }) => <li key={key}>{title} <span className="quiet">{[...(day === null ? [] : [at(day)]), to.map(who => say(ownerOf(who))).join(', ')].join(' · ')}</span>{when === null ? null : <Only when={when} />}</li>)}</ul></Panel>
        <Panel title={say(words.escalation)}><ol className={css['list']}>{book.escalation.map(({ level, afterDays, to, title }) => <li key={level}>{title} <span className="quiet">{say(words.afterDays, { days: afterDays })} · {to.map(who => say(ownerOf(who))).join(', ')}</span></li>)}</ol></Panel>
      </div>
      <Panel title={say(words.faq)}><dl className={css['faq']}>{book.faq.map(({ question, answer }) => <div key={question}><dt>{question}</dt><dd>{answer}</dd></div>)}</dl></Panel>
    </Page>
  )
}

/** `T-30`, `T+5`. */
const at = (day: number): string => `T${day > 0 ? '+' : '-'}${Math.abs(day)}`

type Line = { readonly key: string; readonly day: number; readonly isVendors: boolean; readonly what: ReactNode }

/** Everything by its day, the vendor's on the left, the others' on the right. */
const Timetable = ({ book }: { readonly book: Book }): ReactNode => {
  const say = useSay()
  const lines: readonly Line[] = [
    ...book.tasks.map(task => ({ key: task.key, day: task.day, isVendors: task.owner.startsWith('vendor/'), what: <><strong>{task.title}</strong> <span className="quiet">{say(ownerOf(task.owner))}{task.seenBySystem === null ? '' : ` · ${say(words.system)}`}{task.gate === null ? '' : ` · ${say(words.behind)}`}</span><div className="soft">{task.instructions}</div>{task.when === null ? null : <Only when={task.when} />}{task.each === null ? null : <div className="quiet">{say(words.each)} <code>{task.each}</code></div>}</> })),
    ...book.calls.map(call => ({ key: `call ${call.key}`, day: call.day, isVendors: true, what: <><strong>{call.title}</strong> <span className="quiet">{say(words.call, { minutes: call.minutes })} · {call.with.map(who => say(ownerOf(who))).join(', ')}</span><ul className={css['agenda']}>{call.agenda.map(line => <li key={line}>{line}</li>)}</ul></> })),
    ...book.gates.map(gate => ({ key: `gate ${gate.key}`, day: gate.day, isVendors: gate.decides.startsWith('vendor/'), what: <div className={css['gate']}><strong>{say(words.gate)}: {gate.title}</strong> <span className="quiet">{say(words.decides, { who: say(ownerOf(gate.decides)) })}</span><ul className={css['agenda']}>{gate.conditions.map(({ says, firm }) => <li key={says}>{says}{firm ? <span className="quiet"> ({say(words.firm)})</span> : null}</li>)}</ul></div> })),
  ].toSorted((a, b) => a.day - b.day)
  const days = [...new Set([...lines.map(line => line.day), ...book.milestones.map(({ day }) => day)])].toSorted((a, b) => a - b)
  return (
    <table className={css['timetable']}>
      <thead><tr><th scope="col"><span className="unseen">{say(words.timetable)}</span></th><th scope="col">{say(words.vendor)}</th><th scope="col">{say(words.others)}</th></tr></thead>
      <tbody>{days.map(day => {
        const [here, milestones] = [lines.filter(line => line.day === day), book.milestones.filter(one => one.day === day)]
        return <tr key={day}><th scope="row"><span className="figures">{at(day)}</span>{milestones.map(({ key, title }) => <div key={key} className={css['milestone']}>{title}</div>)}</th>{[true, false].map(isVendors => <td key={`${isVendors}`}>{here.filter(line => line.isVendors === isVendors).map(({ key, what }) => <div key={key} className={css['entry']}>{what}</div>)}</td>)}</tr>
      })}</tbody>
    </table>
  )
}

const Only = ({ when }: { readonly when: string }): ReactNode => <div className="quiet">{useSay()(words.only)} <code>{when}</code></div>
