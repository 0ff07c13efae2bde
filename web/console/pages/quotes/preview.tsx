import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Sent } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { QuoteSheet } from '../../../shared/quote-sheet.tsx'
import { Failed, Nothing, Shown } from '../../../shared/shown.tsx'
import css from './quotes.module.css'

const words = {
  title: { en: 'What it would say', ja: 'プレビュー' }, what: { en: 'the preview', ja: 'プレビュー' }, pick: { en: 'Choose a move and a time: hours, rates and holidays are then worked out here.', ja: '移行と日時を選ぶと、時間帯・単価・祝日から金額を計算して表示します。' },
  keep: { en: 'Keep as draft', ja: '下書きとして保存' }, kept: { en: 'It gets the year’s next number. What is kept is worked out anew then.', ja: '保存時に改めて計算し、今年の次の番号を付けます。' }, again: { en: 'Worked out anew …', ja: '再計算しています…' },
}

/** A quote as it would be, of whatever is wished; undefined: not all is known yet. It can be kept only as control has last worked it out. */
export const Preview = ({ wish }: { readonly wish: Sent<'quotes.preview'> | undefined }): ReactNode => {
  const [say, go] = [useSay(), useNavigate()]
  const told = useAsk('quotes.preview', wish ?? { move: '' as never }, { when: wish !== undefined })
  const make = useWish('quotes.make')
  const keep = (): void => { if (wish !== undefined) make.mutate(wish, { onSuccess: quote => { void go({ to: `/quotes/${quote.id}` as never }) } }) }
  return (
    <Panel title={say(words.title)}>
      {wish === undefined ? <Nothing>{say(words.pick)}</Nothing> : (
        <Shown of={told} what={words.what} lines={8}>
          {offer => (
            <>
              {told.isPlaceholderData ? <p role="status" className="quiet">{say(words.again)}</p> : null}
              <div className={told.isPlaceholderData ? css['stale'] : undefined}><QuoteSheet of={offer} /></div>
              {make.error === null ? null : <Failed error={make.error} />}
              <div className={css['keep']}><span className="quiet">{say(words.kept)}</span><Button onClick={keep} loading={make.isPending} disabled={told.isPlaceholderData || told.isError}>{say(words.keep)}</Button></div>
            </>
          )}
        </Shown>
      )}
    </Panel>
  )
}
