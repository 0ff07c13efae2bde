import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAskPages, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { spanIn } from '../../../shared/span-in.ts'
import { StateLabel } from '../../../shared/state-mark.tsx'
import { useMay } from '../../may.ts'
import { AddBlackout } from './add-blackout.tsx'
import type { Blackout, Home, MoveLine } from './told.ts'
import css from './run.module.css'

const words = {
  title: { en: 'Blackouts', ja: '移行不可期間' }, lead: { en: 'When nothing may be cut over, in {zone}', ja: '切り替えを行えない期間（{zone}）' }, what: { en: 'the blackouts', ja: '移行不可期間' }, none: { en: 'None lies ahead. Say when nothing may be cut over: the end of a year, work at a home, days that a customer cannot spare.', ja: '今後の移行不可期間はありません。年度末、ホームの保守、お客様のご都合の悪い日などを登録してください。' },
  add: { en: 'Add a blackout', ja: '移行不可期間を追加' }, remove: { en: 'Remove', ja: '削除' }, everywhere: { en: 'everywhere', ja: '全体' }, home: { en: 'at {name}', ja: 'ホーム: {name}' }, customer: { en: 'for {name}', ja: '顧客: {name}' }, other: { en: 'for a customer of another programme', ja: '別のプログラムの顧客' }, elsewhere: { en: 'at another home', ja: '別のホーム' }, more: { en: 'Show more', ja: 'さらに表示' },
  removeTitle: { en: 'Remove the blackout “{reason}”', ja: '移行不可期間「{reason}」を削除' }, removeEffect: { en: 'Windows may be agreed in it again: {span}, {whose}.', ja: 'この期間に再び作業日時を設定できるようになります: {span}（{whose}）。' }, removeBack: { en: 'It can be added again. A window that is agreed meanwhile stays.', ja: '再度追加できますが、その間に確定した作業日時は残ります。' },
  hits: { en: 'These confirmed windows lie in it. They stay until somebody moves them:', ja: '次の確定済みの作業日時が重なっています。変更されるまでそのまま残ります:' },
} satisfies Record<string, Text>
type Hits = Told<'blackouts.add'>['hits']

/** When nothing may be cut over from now on: of the vendor, of a home, or of a customer. */
export const Blackouts = ({ homes, lines, zone, now }: { readonly homes: readonly Home[]; readonly lines: readonly MoveLine[]; readonly zone: string; /** From when on they are listed. */ readonly now: string }): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const [told, remove] = [useAskPages('blackouts.list', { from: now, limit: 100 }), useWish('blackouts.remove')]
  const [isAdding, setAdding] = useState(false)
  const [asked, ask] = useState<Blackout | null>(null)
  const [hits, setHits] = useState<Hits>([])
  const items = (told.data?.pages.flatMap(page => page.items) ?? []).toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
  const mayChange = may('blackout.change')
  const whose = ({ home, customer }: Blackout): string => {
    const [at, of] = [homes.find(({ id }) => id === home)?.name, lines.find(line => line.customer.id === customer)?.customer.name]
    return home !== null ? (at === undefined ? say(words.elsewhere) : say(words.home, { name: at })) : customer === null ? say(words.everywhere) : of === undefined ? say(words.other) : say(words.customer, { name: of })
  }
  const span = ({ startsAt, endsAt }: Pick<Blackout, 'startsAt' | 'endsAt'>): string => spanIn(startsAt, endsAt, zone, locale)
  return (
    <Panel title={say(words.title)} lead={say(words.lead, { zone })} acts={mayChange ? <Button size="compact-sm" variant="default" onClick={() => { setAdding(true) }}>{say(words.add)}</Button> : undefined}>
      {hits.length === 0 ? null : <div role="status" className={css['conflict']}><StateLabel state="at-risk">{say(words.hits)}</StateLabel><ul>{hits.map(hit => <li key={hit.window}><Link to={'/moves/$move/$part' as never} params={{ move: hit.move, part: 'window' } as never}>{hit.customer.name}</Link> <span className="figures">{spanIn(hit.startsAt, hit.endsAt, hit.zone, locale)}</span></li>)}</ul></div>}
      <Shown of={told as never} what={words.what} lines={2} empty={() => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>
        {() => <ul className={css['rules']}>{items.map(one => (
          <li key={one.id}>
            <span><strong>{one.reason}</strong> <span className="quiet">{whose(one)}</span><br /><span className="figures">{span(one)}</span></span>
            {mayChange ? <Button size="compact-sm" variant="default" aria-label={say(words.removeTitle, { reason: one.reason })} onClick={() => { ask(one) }}>{say(words.remove)}</Button> : null}
          </li>
        ))}</ul>}
      </Shown>
      {told.hasNextPage ? <Button size="compact-sm" variant="default" loading={told.isFetchingNextPage} onClick={() => { void told.fetchNextPage() }}>{say(words.more)}</Button> : null}
      <AddBlackout opened={isAdding} close={() => { setAdding(false) }} homes={homes} lines={lines} zone={zone} hit={setHits} />
      {asked === null ? null : <Confirm opened close={() => { ask(null) }} title={say(words.removeTitle, { reason: asked.reason })} effect={say(words.removeEffect, { span: span(asked), whose: whose(asked) })} wayBack={say(words.removeBack)} act={say(words.remove)} wish={() => remove.mutateAsync({ blackout: asked.id })} />}
    </Panel>
  )
}
