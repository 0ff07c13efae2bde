import type { ReactNode } from 'react'
import { Day } from '../../../shared/when.tsx'
import { useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { MoveLine } from '../../here.ts'
import { Page } from '../../page.tsx'
import css from './which.module.css'

const words = {
  title: { en: 'Which move is it about?', ja: 'どの移行についてご覧になりますか' }, lead: { en: 'You take part in {count} of them.', ja: '{count} 件の移行に関わっていただいています。' },
  to: { en: '{origin} → {destination}', ja: '{origin} → {destination}' }, undated: { en: 'not dated yet', ja: '日程未定' }, over: { en: 'over', ja: '終了' }, open: { en: '{count} open tasks', ja: '未完了のタスク {count} 件' }, late: { en: '{count} late', ja: '期日超過 {count} 件' },
}

/** Who takes part in several moves says which; it is kept on this device until they choose another. */
export const Which = ({ moves, pick }: { readonly moves: readonly MoveLine[]; pick(id: string): void }): ReactNode => {
  const say = useSay()
  const sorted = moves.toSorted((a, b) => Number(a.move.endedAt !== null) - Number(b.move.endedAt !== null) || (a.move.t0 ?? '9').localeCompare(b.move.t0 ?? '9'))
  const customers = new Set(moves.map(({ customer }) => customer.id))
  return (
    <Page title={say(words.title)} lead={say(words.lead, { count: moves.length })}>
      <ul className={css['list']}>
        {sorted.map(({ move, customer, tenant, origin, destination, open, late }) => (
          <li key={move.id}>
            <button type="button" className={css['line']} onClick={() => { pick(move.id) }}>
              <StateMark state={move.endedAt !== null ? 'done' : late > 0 ? 'at-risk' : 'idle'} says={null} />
              <span className={css['what']}><strong>{customers.size > 1 ? `${customer.name}, ${tenant.name}` : tenant.name}</strong><span className="quiet small">{say(words.to, { origin: origin.name, destination: destination.name })}</span></span>
              <span className={`${css['when']} small soft`}>{move.t0 === null ? say(words.undated) : <Day of={move.t0} />}<span>{move.endedAt !== null ? say(words.over) : say(late > 0 ? words.late : words.open, { count: late > 0 ? late : open })}</span></span>
            </button>
          </li>
        ))}
      </ul>
    </Page>
  )
}
