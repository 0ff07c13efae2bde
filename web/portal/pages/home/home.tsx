import type { ReactNode } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { Page } from '../../page.tsx'
import { Changes } from './changes.tsx'
import { DoneSoFar } from './done-so-far.tsx'
import { Milestones } from './milestones.tsx'
import { GateToDecide } from './gate-to-decide.tsx'
import { NextTask } from './next-task.tsx'
import { TheDate } from './the-date.tsx'
import css from './home.module.css'

const words = {
  title: { en: 'The move of {tenant}', ja: '{tenant} の移行' }, lead: { en: '{vendor} moves it from {origin} to {destination}.', ja: '{vendor} が {origin} から {destination} へ移行します。' },
  over: { en: 'This move is over. What was agreed and done can still be read here.', ja: 'この移行は終了しています。合意内容と実施記録は引き続きご覧いただけます。' }, cancelled: { en: 'This move was given up. Nothing changes for you.', ja: 'この移行は中止となりました。貴社の環境に変更はありません。' },
  another: { en: 'Another move', ja: '別の移行を見る' },
}

/** What is wanted now, when it happens, and what changes; the rest folded. */
export const Home = (): ReactNode => {
  const [say, { self, page, several, another }] = [useSay(), useHere()]
  const { move, tenant, origin, destination } = page
  return (
    <Page title={say(words.title, { tenant: tenant.name })} lead={<>{say(words.lead, { vendor: self.vendor.name, origin: origin.name, destination: destination.name })}{several ? <> <button type="button" className={css['another']} onClick={another}>{say(words.another)}</button></> : null}</>}>
      {move.endedAt === null ? <><GateToDecide /><NextTask /></> : <p className={css['over']}>{say(move.stage === 'cancelled' ? words.cancelled : words.over)}</p>}
      <TheDate />
      <Changes />
      <Milestones />
      <DoneSoFar />
    </Page>
  )
}
