import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { papers } from '#domain/invoices.ts'
import type { Text } from '#domain/locale.ts'
import { dayOf, moneyOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { type Field, FormDialog } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { Day } from '../../../shared/when.tsx'
import table from '../../../shared/table.module.css'
import { useMay } from '../../may.ts'
import { Cover } from '../quotes/cover.tsx'
import type { PartProps } from './move.tsx'
import css from './move.module.css'

const words = {
  papers: { en: 'Paperwork', ja: '事務手続き' }, papersLead: { en: 'no work begins while one is missing', ja: '不足があるうちは作業を開始できません' }, whatPapers: { en: 'the papers', ja: '書類' }, noPapers: { en: 'Nothing is asked for.', ja: '必要な書類はありません。' }, isThere: { en: 'It is there', ja: '受領済みにする' }, there: { en: 'There', ja: '受領済み' }, missing: { en: 'Missing', ja: '未受領' },
  contracts: { en: 'Contracts', ja: '契約' }, whatContracts: { en: 'the contracts', ja: '契約' }, noContracts: { en: 'No contract is on file.', ja: '登録された契約はありません。' }, addContract: { en: 'Add a contract', ja: '契約を追加' }, add: { en: 'Add', ja: '追加' }, kind: { en: 'Kind', ja: '種類' }, subscription: { en: 'Subscription', ja: 'サブスクリプション' }, licence: { en: 'Licence', ja: 'ライセンス' },
  from: { en: 'From', ja: '開始日' }, until: { en: 'First day without it', ja: '終了日（最初の無効日）' }, term: { en: 'Term', ja: '契約期間' }, month: { en: 'Month', ja: '月' }, year: { en: 'Year', ja: '年' }, goesOn: { en: 'goes on', ja: '継続' }, cancel: { en: 'Cancel it', ja: '解約する' }, cancelEffect: { en: 'It ends with the first term that the notice is in time for. Reminders of the old home’s end follow.', ja: '予告期限に間に合う最初の契約期間の末日で終了します。旧環境の終了に関する通知が送られます。' }, cancelBack: { en: 'A contract that was cancelled can be added anew.', ja: '解約後は、契約を新たに追加できます。' }, cancelTitle: { en: 'Cancel the subscription?', ja: 'サブスクリプションを解約しますか' },
  charges: { en: 'What is invoiced', ja: '請求内容' }, whatCharges: { en: 'what is invoiced', ja: '請求内容' }, noCharges: { en: 'Nothing is to be invoiced.', ja: '請求する項目はありません。' }, licences: { en: 'Charge licences and support', ja: 'ライセンスとサポートを請求' }, charge: { en: 'Charge', ja: '請求する' }, licencesMinor: { en: 'Licences, in the smallest unit', ja: 'ライセンス料（最小単位）' }, supportMinor: { en: 'Support, in the smallest unit', ja: 'サポート料（最小単位）' }, reference: { en: 'What was ordered', ja: '注文番号' },
  alter: { en: 'Change', ja: '変更' }, alterTitle: { en: 'Change the contract: {kind}', ja: '契約を変更: {kind}' }, correct: { en: 'Correct', ja: '訂正' }, correctTitle: { en: 'Correct “{says}”', ja: '「{says}」を訂正' }, correctLead: { en: 'The line of {amount} stays as it was; another one changes what is to be paid.', ja: '{amount} の明細はそのまま残り、差額の明細が追加されます。' }, by: { en: 'By how much, in the smallest unit; with a minus, less is paid', ja: '差額（最小単位。減額は負の値）' }, because: { en: 'Why', ja: '理由' }, acts: { en: 'What can be done', ja: '操作' },
  change: { en: 'Take down a change of the plan', ja: 'プラン変更を登録' }, says: { en: 'What changes', ja: '変更内容' }, amount: { en: 'On the invoice, in the smallest unit', ja: '請求額への影響（最小単位）' }, day: { en: 'Day', ja: '日付' }, what: { en: 'What', ja: '項目' }, money: { en: 'Amount', ja: '金額' },
}
const paperWords: Readonly<Record<(typeof papers)[number], Text>> = {
  'quote-accepted': { en: 'The quote is accepted', ja: '見積書の承諾' }, 'order-received': { en: 'The order', ja: '注文書' }, 'billing-contact-known': { en: 'The person for billing', ja: '請求ご担当者' }, 'no-hole-between-subscription-and-licence': { en: 'No hole between subscription and licence', ja: '契約の切れ目がないこと' }, 'licence-invoice-details-known': { en: 'The details for the licence invoice', ja: 'ライセンス請求の詳細' },
}
const bySystem: readonly string[] = ['quote-accepted', 'billing-contact-known', 'no-hole-between-subscription-and-licence']
const kindWords: Readonly<Record<string, Text>> = { move: { en: 'The move', ja: '移行作業' }, tax: { en: 'Tax', ja: '消費税' }, licences: { en: 'Licences', ja: 'ライセンス' }, support: { en: 'Support', ja: 'サポート' }, 'plan-change': { en: 'Change of the plan', ja: 'プラン変更' }, correction: { en: 'Correction', ja: '訂正' } }

/** What must be there on paper, the contracts on a calendar, and what is invoiced. */
export const Billing = ({ told }: PartProps): ReactNode => (
  <div className={css['stack']}><Papers told={told} /><Contracts told={told} /><Cover customer={told.customer.id} /><Charges told={told} /></div>
)

const Papers = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [read, tell] = [useAsk('billing.paperwork', { move: told.move.id }), useWish('billing.paper')]
  return (
    <Panel title={say(words.papers)} lead={say(words.papersLead)} flush>
      {tell.error === null ? null : <Failed error={tell.error} />}
      <Shown of={read} what={words.whatPapers} empty={found => found.done.length + found.missing.length === 0} none={<Nothing>{say(words.noPapers)}</Nothing>}>
        {found => <ul className={css['list']}>{papers.filter(one => found.done.includes(one) || found.missing.includes(one)).map(one => {
          const isThere = found.done.includes(one)
          return <li key={one}><StateMark state={isThere ? 'done' : 'waiting'} says={say(isThere ? words.there : words.missing)} /><div><span className={css['name']}>{say(paperWords[one])}</span></div><div className={css['end']}>{isThere ? <StateLabel state="done">{say(words.there)}</StateLabel> : bySystem.includes(one) || !may('billing.change') ? <StateLabel state="waiting">{say(words.missing)}</StateLabel> : <Button size="compact-sm" variant="default" loading={tell.isPending} onClick={() => { tell.mutate({ move: told.move.id, paper: one }) }}>{say(words.isThere)}</Button>}</div></li>
        })}</ul>}
      </Shown>
    </Panel>
  )
}

const Contracts = ({ told }: PartProps): ReactNode => {
  const [say, may] = [useSay(), useMay()]
  const [isAsked, ask] = useState(false)
  const [gone, end] = useState<string | null>(null)
  const [changed, askChange] = useState<Told<'contracts.read'>['contracts'][number] | null>(null)
  const [read, add, cancel, change] = [useAsk('contracts.read', { customer: told.customer.id }), useWish('contracts.add'), useWish('contracts.cancel'), useWish('contracts.change')]
  const days = (of: typeof changed): readonly Field[] => [{ key: 'startsOn', says: words.from, type: 'day', first: of?.startsOn ?? '' }, { key: 'endsOn', says: words.until, type: 'day', optional: true, first: of?.endsOn ?? '' }, { key: 'term', says: words.term, type: 'choice', choices: (['month', 'year'] as const).map(value => ({ value, label: say(words[value]) })), first: of?.term ?? 'year' }]
  return (
    <Panel title={say(words.contracts)} flush acts={may('billing.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.addContract)}</Button> : undefined}>
      <Shown of={read} what={words.whatContracts} empty={found => found.contracts.length === 0} none={<Nothing>{say(words.noContracts)}</Nothing>}>
        {found => <ul className={css['list']}>{found.contracts.map(one => <li key={one.id}><StateMark state={one.endsOn === null ? 'active' : 'idle'} says={null} /><div><span className={css['name']}>{say(words[one.kind])}</span><span className="quiet"><Day of={one.startsOn} /> – {one.endsOn === null ? say(words.goesOn) : <Day of={one.endsOn} />}</span></div><div className={css['end']}>{may('billing.change') ? <Button size="compact-sm" variant="default" aria-label={say(words.alterTitle, { kind: say(words[one.kind]) })} onClick={() => { askChange(one) }}>{say(words.alter)}</Button> : null}{one.kind === 'subscription' && one.endsOn === null && may('billing.change') ? <Button size="compact-sm" variant="default" onClick={() => { end(one.id) }}>{say(words.cancel)}</Button> : null}</div></li>)}</ul>}
      </Shown>
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.addContract)} act={say(words.add)} fields={[
        { key: 'kind', says: words.kind, type: 'choice', choices: (['subscription', 'licence'] as const).map(value => ({ value, label: say(words[value]) })) }, ...days(null),
      ]} wish={({ kind, startsOn, endsOn, term }) => add.mutateAsync({ customer: told.customer.id, kind, startsOn, endsOn, term } as never)} />
      {changed === null ? null : <FormDialog opened close={() => { askChange(null) }} title={say(words.alterTitle, { kind: say(words[changed.kind]) })} act={say(words.alter)} fields={days(changed)} wish={({ startsOn, endsOn, term }) => change.mutateAsync({ contract: changed.id, startsOn, endsOn, term } as never)} />}
      <Confirm opened={gone !== null} close={() => { end(null) }} title={say(words.cancelTitle)} effect={say(words.cancelEffect)} wayBack={say(words.cancelBack)} act={say(words.cancel)} isDangerous name={told.customer.name} wish={() => cancel.mutateAsync({ contract: gone as never })} />
    </Panel>
  )
}

const Charges = ({ told }: PartProps): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [asked, ask] = useState<'licences' | 'change' | null>(null)
  const [wrong, askCorrect] = useState<Told<'charges.list'>['items'][number] | null>(null)
  const [read, licences, change, correct] = [useAsk('charges.list', { customer: told.customer.id, limit: 200 }), useWish('billing.licences'), useWish('billing.plan-change'), useWish('charges.correct')]
  const close = (): void => { ask(null) }
  return (
    <Panel title={say(words.charges)} flush acts={may('billing.change') ? <><Button size="compact-sm" variant="default" onClick={() => { ask('change') }}>{say(words.change)}</Button><Button size="compact-sm" variant="default" onClick={() => { ask('licences') }}>{say(words.licences)}</Button></> : undefined}>
      <Shown of={read} what={words.whatCharges} empty={found => found.items.length === 0} none={<Nothing>{say(words.noCharges)}</Nothing>}>
        {found => <table className={table['plain']}><thead><tr><th>{say(words.day)}</th><th>{say(words.what)}</th><th data-right>{say(words.money)}</th>{may('billing.change') ? <th><span className="unseen">{say(words.acts)}</span></th> : null}</tr></thead><tbody>{found.items.map(one => <tr key={one.id}><td>{dayOf(one.onDay, locale)}</td><td>{say(kindWords[one.kind] ?? { en: one.kind, ja: one.kind })} <span className="quiet">{one.about.says}{one.about.reference === null ? null : ` · ${one.about.reference}`}</span></td><td data-right>{moneyOf(one.amountMinor, one.currency, locale)}</td>{may('billing.change') ? <td data-right>{one.about.corrects !== null ? null : <Button size="compact-sm" variant="default" aria-label={say(words.correctTitle, { says: one.about.says })} onClick={() => { askCorrect(one) }}>{say(words.correct)}</Button>}</td> : null}</tr>)}</tbody></table>}
      </Shown>
      {wrong === null ? null : <FormDialog opened close={() => { askCorrect(null) }} title={say(words.correctTitle, { says: wrong.about.says })} lead={say(words.correctLead, { amount: moneyOf(wrong.amountMinor, wrong.currency, locale) })} act={say(words.correct)} fields={[{ key: 'amountMinor', says: words.by, type: 'number' }, { key: 'because', says: words.because, type: 'text' }]} wish={({ amountMinor, because }) => correct.mutateAsync({ charge: wrong.id, amountMinor: Number(amountMinor), because: String(because) })} />}
      <FormDialog opened={asked === 'licences'} close={close} title={say(words.licences)} act={say(words.charge)} fields={[{ key: 'licencesMinor', says: words.licencesMinor, type: 'number' }, { key: 'supportMinor', says: words.supportMinor, type: 'number' }, { key: 'reference', says: words.reference, type: 'text' }]} wish={values => licences.mutateAsync({ move: told.move.id, ...values } as never)} />
      <FormDialog opened={asked === 'change'} close={close} title={say(words.change)} act={say(words.add)} fields={[{ key: 'says', says: words.says, type: 'text' }, { key: 'amountMinor', says: words.amount, type: 'number', first: 0 }]} wish={values => change.mutateAsync({ customer: told.customer.id, ...values } as never)} />
    </Panel>
  )
}
