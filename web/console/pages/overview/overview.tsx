import { Button, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Download, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { dayOf, numberOf } from '../../../shared/amounts.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Page, Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import { useAround } from '../../self.ts'
import { Board } from './board.tsx'
import { Calendar } from './calendar.tsx'
import { Figures } from './figures.tsx'
import { Needs } from './needs.tsx'
import { Tonight } from './tonight.tsx'
import css from './overview.module.css'

const words = {
  title: { en: 'Overview', ja: '概要' }, all: { en: 'All programmes', ja: 'すべてのプログラム' }, what: { en: 'the overview', ja: '概要' },
  lead: { en: '{moves} moves by the playbook “{playbook}”.', ja: '移行 {moves} 件、プレイブック「{playbook}」。' }, leadAll: { en: '{moves} moves in all programmes.', ja: '全プログラムの移行 {moves} 件。' },
  due: { en: 'Promised by {day}.', ja: '期限: {day}。' }, export: { en: 'Export', ja: 'エクスポート' }, add: { en: 'New move', ja: '移行を追加' },
  moves: { en: 'Moves as CSV', ja: '移行（CSV）' }, tasks: { en: 'Tasks as CSV', ja: 'タスク（CSV）' }, windows: { en: 'Windows as CSV', ja: '作業日時（CSV）' },
  none: { en: 'Nothing is to be moved here yet. Add the first move, or read your customers in from a file.', ja: 'まだ移行がありません。最初の移行を追加するか、ファイルから顧客を取り込んでください。' },
}

/** How everything stands: what needs somebody first, and where each move is. */
export const Overview = (): ReactNode => {
  const [say, { locale }, { programme }, may, go] = [useSay(), useLanguage(), useAround(), useMay(), useNavigate()]
  const told = useAsk('programmes.overview', { ...(programme === null ? {} : { programme: programme.id as never }), limit: 200 }, { everyMs: 15_000 })
  const add = (): void => { void go({ to: '/moves' as never, search: { new: '1' } as never }) }
  useKeys(may('plan.change') ? [{ keys: 'n', says: words.add, does: add }] : [])
  const { data } = told
  const due = data?.programme?.dueOn ?? null
  const moves = numberOf(data?.totals.all ?? 0, locale)
  const lead = data === undefined ? '\u00a0' : `${data.programme === null ? say(words.leadAll, { moves }) : say(words.lead, { moves, playbook: data.programme.title?.[locale] ?? data.programme.playbook })}${due === null ? '' : ` ${say(words.due, { day: dayOf(due, locale) })}`}`
  const acts = (
    <>
      {may('export') ? <Export /> : null}
      {may('plan.change') ? <Button size="sm" leftSection={<Plus size={16} />} rightSection={<kbd className={css['key']}>N</kbd>} onClick={add}>{say(words.add)}</Button> : null}
    </>
  )
  return (
    <Page title={programme === null ? say(words.all) : programme.name} lead={lead} acts={acts}>
      <Shown of={told} what={words.what} lines={10} empty={one => one.totals.all === 0} none={<Panel title={say(words.title)}><Nothing>{say(words.none)}</Nothing></Panel>}>
        {one => (
          <>
            <Figures of={one} />
            <div className={css['two']}>
              {one.attention === null ? null : <Needs attention={one.attention} today={one.today} />}
              <Tonight of={one} heardAt={told.dataUpdatedAt} />
            </div>
            <Board of={one} />
            <Calendar of={one} />
          </>
        )}
      </Shown>
    </Page>
  )
}

const Export = (): ReactNode => {
  const say = useSay()
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button size="sm" variant="default" leftSection={<Download size={16} />}>{say(words.export)}</Button></Menu.Target>
      <Menu.Dropdown>{([['move', words.moves], ['task', words.tasks], ['window', words.windows]] as const).map(([kind, text]) => <Menu.Item key={kind} component="a" href={`/api/export/${kind}?format=csv`} download>{say(text)}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}
