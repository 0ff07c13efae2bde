import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { dayOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { Confirm } from '../../../shared/confirm.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Failed } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import { Difference } from './difference.tsx'
import type { PartProps } from './move.tsx'
import css from './newer.module.css'

const words = {
  newer: { en: 'Version {version} of the playbook is there; this plan was made with version {own}.', ja: 'プレイブックの第 {version} 版があります。この計画は第 {own} 版で作成されています。' },
  deprecated: { en: 'This playbook is no longer taken for new moves since {since}: {because}', ja: 'このプレイブックは {since} から新しい移行に使用されません。{because}' }, successor: { en: 'Its successor is “{title}”.', ja: '後継は「{title}」です。' },
  look: { en: 'What would change', ja: '変更内容を確認' }, go: { en: 'Go over to it', ja: 'この版に切り替える' }, title: { en: 'Go over to “{title}”, version {version}', ja: '「{title}」第 {version} 版への切り替え' },
  effect: { en: 'The open tasks become those of that version, at once and for everybody. What is done or waived stays as it is.', ja: '未完了のタスクが、全員に対してただちにこの版の内容になります。完了・対応不要のタスクは変わりません。' },
  wayBack: { en: 'There is no way back to the version of today.', ja: '現在の版には戻せません。' },
} satisfies Record<string, Text>
type Book = Told<'plans.read'>['playbook']

/** What a move is planned by may have a newer version, or a successor: nothing of it counts before somebody has seen what would change, and wants it. */
export const Newer = ({ told, playbook }: PartProps & { readonly playbook: Book }): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const { newer, deprecated } = playbook
  if (told.move.endedAt !== null || (newer === null && deprecated === null)) return null
  const isOther = newer !== null && newer.key !== playbook.key
  return (
    <section className={`${css['note']} no-print`} aria-label={say(words.look)}>
      <p>
        {deprecated === null ? null : <>{say(words.deprecated, { since: dayOf(deprecated.since, locale), because: say(deprecated.because) })} </>}
        {newer === null ? null : isOther ? say(words.successor, { title: say(newer.title) }) : say(words.newer, { version: newer.version, own: playbook.version })}
      </p>
      {newer !== null && may('plan.change') ? <GoOver told={told} to={newer} /> : null}
    </section>
  )
}

const GoOver = ({ told: { move }, to }: PartProps & { readonly to: NonNullable<Book['newer']> }): ReactNode => {
  const [say, rebase, [isAsked, ask]] = [useSay(), useWish('plans.rebase'), useState(false)]
  const target = { move: move.id, playbook: to.key, version: to.version }
  const diff = useAsk('plans.diff', target, { when: isAsked })
  // What is confirmed is what was read. Where the plan has changed since, control refuses, and the difference is told anew.
  const isTold = isAsked && diff.data !== undefined && !diff.isError
  return (
    <>
      <Button size="compact-sm" variant="default" loading={isAsked && diff.isPending} onClick={() => { if (isAsked) void diff.refetch(); else ask(true) }}>{say(words.look)}</Button>
      {isAsked && diff.isError ? <Failed error={diff.error} /> : null}
      {isTold ? (
        <Confirm opened isWide close={() => { ask(false) }} title={say(words.title, { title: say(diff.data.to.title), version: diff.data.to.version })} effect={say(words.effect)} wayBack={say(words.wayBack)} act={say(words.go)} wish={() => rebase.mutateAsync({ ...target, revision: diff.data.revision }, { onError: () => { void diff.refetch() } })}>
          <Difference diff={diff.data} />
        </Confirm>
      ) : null}
    </>
  )
}
