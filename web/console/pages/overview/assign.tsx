import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { UserRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { isForRoles } from '#domain/access.ts'
import { helpsWith } from '#domain/attention.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { useAround } from '../../self.ts'
import { roleWords } from '../../words.ts'
import type { Item } from './attention-item.ts'
import css from '../../palette.module.css'

const words = {
  who: { en: 'Who sees to it?', ja: '担当者を選択' }, find: { en: 'A name', ja: '名前で検索' }, people: { en: 'Who may help with this', ja: '対応できるメンバー' }, nobody: { en: 'Nobody in particular', ja: '割り当てを解除' }, you: { en: '{name} (you)', ja: '{name}（自分）' },
  none: { en: 'Nobody of that name may help with this.', ja: '対応できるメンバーに該当者がいません。' }, what: { en: 'the people', ja: 'メンバー' }, has: { en: 'has it', ja: '担当中' },
}
const [store, spotlight] = createSpotlight()

/** Asks who of the vendor's people sees to something. */
export const askWho = spotlight.open

/** People who may do what helps, whoever looks first; found by a part of the name, chosen by Enter. */
export const AssignTo = ({ item, choose }: { readonly item: Item | undefined; choose(item: Item, person: { readonly id: string; readonly name: string } | null): void }): ReactNode => {
  const say = useSay()
  const [typed, type] = useState('')
  return (
    <Spotlight.Root store={store} shortcut={null} query={typed} onQueryChange={type} scrollable maxHeight={440} classNames={{ actionsGroup: css['group'] ?? '' }} attributes={{ content: { 'aria-label': say(words.who) } }}>
      <Spotlight.Search placeholder={say(words.who)} aria-label={say(words.find)} leftSection={<UserRound size={16} aria-hidden />} />
      {item === undefined ? null : <People item={item} typed={typed.trim().toLowerCase()} choose={person => { choose(item, person) }} />}
    </Spotlight.Root>
  )
}

const People = ({ item, typed, choose }: { readonly item: Item; readonly typed: string; choose(person: { readonly id: string; readonly name: string } | null): void }): ReactNode => {
  const [say, { self }] = [useSay(), useAround()]
  const told = useAsk('people.list', { limit: 500 })
  const may = (told.data?.items ?? []).filter(one => one.disabledAt === null && isForRoles(helpsWith[item.kind], one.roles) && (one.name.toLowerCase().includes(typed) || one.email.toLowerCase().includes(typed)))
  const inOrder = may.toSorted((a, b) => Number(b.id === self.id) - Number(a.id === self.id) || a.name.localeCompare(b.name))
  return (
    <Spotlight.ActionsList>
      <Shown of={told} what={words.what}>
        {() => (
          <>
            {inOrder.length === 0 ? <p className={css['says']} role="status">{say(words.none)}</p> : (
              <Spotlight.ActionsGroup label={say(words.people)}>
                {inOrder.map(one => <Spotlight.Action key={one.id} label={one.id === self.id ? say(words.you, { name: one.name }) : one.name} description={one.roles.map(role => say(roleWords[role])).join(', ')} rightSection={item.given?.id === one.id ? <span className="quiet">{say(words.has)}</span> : undefined} onClick={() => { choose(one) }} />)}
              </Spotlight.ActionsGroup>
            )}
            {item.given === null || typed !== '' ? null : <Spotlight.Action label={say(words.nobody)} onClick={() => { choose(null) }} />}
          </>
        )}
      </Shown>
    </Spotlight.ActionsList>
  )
}
