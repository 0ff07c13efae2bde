import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { Copy } from '../../../shared/copy.tsx'
import { useSay } from '../../../shared/language.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import css from './probe.module.css'

const words = {
  make: { en: 'Make the command', ja: 'コマンドを作成' }, another: { en: 'Make another command', ja: 'コマンドを再作成' },
  how: { en: 'Run one line on a machine from where your people or servers will connect. It needs a shell and curl, no administrator.', ja: '実際に接続する端末またはサーバーで、次の1行を実行します。シェルと curl が必要です（管理者権限は不要です）。' },
  title: { en: 'Run it on your side', ja: '貴社の環境で実行' },
  shown: { en: 'This line is shown once. Whoever has it can report results for this move, and nothing else.', ja: 'この行の表示は一度限りです。この行を知っている方は、有効期限まで、この移行の確認結果の送信のみを行えます。' },
  until: { en: 'Works until', ja: '有効期限' }, command: { en: 'the command', ja: 'コマンド' }, tries: { en: 'It tries {count} connections and tells their results here.', ja: '{count} 件の通信を確認し、結果をこの画面に表示します。' },
}

/** The one line to copy. It is not kept: who leaves the page makes another. */
export const Made = ({ isTried }: { readonly isTried: boolean }): ReactNode => {
  const [say, { move, zone }] = [useSay(), useHere()]
  const make = useWish('probe.make')
  const made = make.data
  return (
    <Part title={say(words.title)} strong={!isTried || made !== undefined}>
      <p>{say(words.how)}</p>
      {made === undefined ? null : (
        <>
          <div className={css['command']}><code data-command>{made.command}</code><Copy text={made.command} what={say(words.command)} strong /></div>
          <p className="small soft">{say(words.tries, { count: made.rules })} {say(words.shown)}</p>
          <p className="small soft">{say(words.until)}: <When at={made.expiresAt} zone={zone} far /></p>
        </>
      )}
      <Refused error={make.error} />
      <div><Button variant={made === undefined && !isTried ? 'filled' : 'default'} loading={make.isPending} onClick={() => { make.mutate({ move }) }}>{say(made === undefined && !isTried ? words.make : words.another)}</Button></div>
    </Part>
  )
}
