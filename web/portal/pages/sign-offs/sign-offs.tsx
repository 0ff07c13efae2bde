import type { ReactNode } from 'react'
import { duties, parties } from '#domain/parties.ts'
import { ownerText } from '#domain/owner-words.ts'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { Day } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Page, Part } from '../../page.tsx'
import { Checklist } from './checklist.tsx'
import { environmentWords } from './environment-words.ts'
import { Given } from './given.tsx'
import css from './sign-offs.module.css'

const words = {
  title: { en: 'Test and sign off', ja: 'テストと承認' }, lead: { en: 'Try what you use every day and say whether it works. It takes about five minutes.', ja: '普段お使いの機能を試し、問題がないかをお知らせください。所要時間は約5分です。' }, what: { en: 'the sign-offs', ja: '承認の一覧' },
  none: { en: 'Nothing has to be signed off in this move.', ja: 'この移行では承認は必要ありません。' }, others: { en: 'Who else', ja: 'その他の承認' }, othersLead: { en: 'All of them are needed before the move counts as done.', ja: 'すべての承認がそろうと、移行が完了となります。' },
  due: { en: 'by', ja: '期日' }, done: { en: 'Accepted', ja: '承認済み' }, open: { en: 'Still open', ja: '未承認' }, rejected: { en: 'Something does not work; it is tested again', ja: '不具合の報告あり。再テスト待ち' },
}
export type SignOff = Told<'sign-offs.list'>['items'][number]

/** What this person can sign off, with its checklist; what was said before; and who else must. */
export const SignOffs = (): ReactNode => <Only verb="sign-off.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { move }] = [useSay(), useHere()]
  const signOffs = useAsk('sign-offs.list', { move })
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={signOffs} what={words.what} lines={8} empty={({ items }) => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {({ items }) => {
          const [mine, others] = [items.filter(one => one.mayGive), items.filter(one => !one.mayGive)]
          return (
            <>
              {mine.toSorted((a, b) => Number(a.accepted) - Number(b.accepted)).map((one, n) => <Mine key={one.key} signOff={one} isNext={n === 0 && !one.accepted} />)}
              {others.length === 0 ? null : <Part title={say(words.others)} lead={say(words.othersLead)} flush><ul className={css['others']}>{others.map(one => <Other key={one.key} signOff={one} />)}</ul></Part>}
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

const stateOf = ({ accepted, given }: SignOff): 'done' | 'at-risk' | 'waiting' => (accepted ? 'done' : given[0]?.accepted === false ? 'at-risk' : 'waiting')
const saysOf = (one: SignOff): Text => ({ done: words.done, 'at-risk': words.rejected, waiting: words.open })[stateOf(one)]

const Mine = ({ signOff, isNext }: { readonly signOff: SignOff; readonly isNext: boolean }): ReactNode => {
  const say = useSay()
  return (
    <Part strong={isNext} title={<span className={css['title']}><StateMark state={stateOf(signOff)} says={say(saysOf(signOff))} /><span>{say(signOff.title)}</span></span>} lead={<>{say(environmentWords[signOff.environment])} · {signOff.accepted ? say(words.done) : <>{say(words.due)} <Day of={signOff.due} /></>}</>}>
      <Given signOff={signOff} />
      {signOff.accepted ? null : <Checklist signOff={signOff} />}
    </Part>
  )
}

const Other = ({ signOff }: { readonly signOff: SignOff }): ReactNode => {
  const say = useSay()
  return (
    <li>
      <StateMark state={stateOf(signOff)} says={say(saysOf(signOff))} />
      <div><strong>{say(signOff.title)}</strong><p className="soft small">{say(ownerOf(signOff.by))} · {say(environmentWords[signOff.environment])} · {say(saysOf(signOff))}{signOff.accepted ? null : <>, {say(words.due)} <Day of={signOff.due} /></>}</p><Given signOff={signOff} /></div>
    </li>
  )
}

/** `customer/end-user`, as people say it. */
const ownerOf = (by: string): Text => {
  const [first, second] = by.split('/')
  const [party, duty] = [parties.find(one => one === first) ?? 'customer', duties.find(one => one === second) ?? null]
  return ownerText({ party, duty, post: null })
}
