import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { Bookmark, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { type Filter, filterKeys } from './filter.ts'

const words = {
  saved: { en: 'Saved filters', ja: '保存した絞り込み' }, none: { en: 'None yet. They are kept in this browser.', ja: 'まだありません。このブラウザに保存されます。' }, name: { en: 'Name of this filter', ja: '絞り込みの名前' }, save: { en: 'Save', ja: '保存' }, forget: { en: 'Forget “{name}”', ja: '「{name}」を削除' },
}
type Saved = Readonly<Record<string, Filter>>
const kept = 'rehome-moves-filters'
const most = 30

const known = (): Saved => {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? '{}') as Saved
  } catch {
    return {}
  }
}

/** What a person looks for again and again, by name, in their browser. */
export const SavedFilters = ({ filter, take }: { readonly filter: Filter; take(filter: { readonly [Key in keyof Filter]?: Filter[Key] | undefined }): void }): ReactNode => {
  const say = useSay()
  const [saved, set] = useState(known)
  const [name, setName] = useState('')
  const keep = (next: Saved): void => { localStorage.setItem(kept, JSON.stringify(next)); set(next) }
  const save = (): void => {
    if (name.trim() === '') return
    keep(Object.fromEntries([...Object.entries(saved).filter(([one]) => one !== name.trim()), [name.trim(), filter]].slice(-most)))
    setName('')
  }
  return (
    <Menu position="bottom-end" width={280} trapFocus={false}>
      <Menu.Target><Button size="xs" variant="default" leftSection={<Bookmark size={14} />}>{say(words.saved)}</Button></Menu.Target>
      <Menu.Dropdown>
        {Object.keys(saved).length === 0 ? <Menu.Label>{say(words.none)}</Menu.Label> : Object.entries(saved).map(([one, of]) => (
          <div key={one} style={{ display: 'flex', alignItems: 'center' }}>
            <Menu.Item style={{ flex: 1 }} onClick={() => { take({ ...Object.fromEntries(filterKeys.map(key => [key, undefined])), ...of }) }}>{one}</Menu.Item>
            <ActionIcon variant="subtle" color="gray" aria-label={say(words.forget, { name: one })} onClick={() => { keep(Object.fromEntries(Object.entries(saved).filter(([other]) => other !== one))) }}><Trash2 size={14} /></ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <form style={{ display: 'flex', gap: 8, padding: 8 }} onSubmit={event => { event.preventDefault(); save() }}>
          <TextInput size="xs" style={{ flex: 1 }} aria-label={say(words.name)} placeholder={say(words.name)} value={name} maxLength={60} onChange={event => { setName(event.currentTarget.value) }} onKeyDown={event => { event.stopPropagation() }} />
          <Button size="xs" type="submit" disabled={name.trim() === ''}>{say(words.save)}</Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  )
}
