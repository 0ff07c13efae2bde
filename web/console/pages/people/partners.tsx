import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useAskPages, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import table from '../../../shared/table.module.css'

const words = {
  title: { en: 'Partners', ja: 'パートナー' }, lead: { en: 'who sell to customers, and see the moves of theirs alone', ja: '販売元です。担当する顧客の移行のみ閲覧できます' }, none: { en: 'No partner is on file.', ja: '登録されたパートナーはありません。' }, name: { en: 'Name', ja: '名称' }, language: { en: 'Language', ja: '言語' }, more: { en: 'Show more', ja: 'さらに表示' },
  add: { en: 'Add partner', ja: 'パートナーを追加' }, addLead: { en: 'Their people are put on file on the page of a move of one of their customers.', ja: '担当者は、顧客の移行のページで登録できます。' },
}
const languages = { en: 'English', ja: '日本語' } as const

/** The companies that customers bought from. */
export const Partners = (): ReactNode => {
  const [say, { locale }, may] = [useSay(), useLanguage(), useMay()]
  const partners = useAskPages('partners.list', { limit: 200 })
  const [add, [isAsked, ask]] = [useWish('partners.add'), useState(false)]
  const items = partners.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} flush acts={may('partner.change') ? <Button size="compact-sm" variant="default" onClick={() => { ask(true) }}>{say(words.add)}</Button> : undefined}>
      <Shown of={partners as never} what={words.title} empty={() => items.length === 0} none={<Nothing>{say(words.none)}</Nothing>}>{() => (
        <table className={table['plain']}>
          <thead><tr><th>{say(words.name)}</th><th>{say(words.language)}</th></tr></thead>
          <tbody>{items.map(one => <tr key={one.id}><td>{one.name}</td><td className="soft">{languages[one.locale]}</td></tr>)}</tbody>
        </table>
      )}</Shown>
      {partners.hasNextPage ? <div style={{ padding: '8px 16px' }}><Button size="compact-sm" variant="default" loading={partners.isFetchingNextPage} onClick={() => { void partners.fetchNextPage() }}>{say(words.more)}</Button></div> : null}
      <FormDialog opened={isAsked} close={() => { ask(false) }} title={say(words.add)} lead={say(words.addLead)} act={say(words.add)} wish={values => add.mutateAsync({ name: String(values['name']), locale: values['locale'] === 'ja' ? 'ja' : 'en' })} fields={[{ key: 'name', says: words.name, type: 'text' }, { key: 'locale', says: words.language, type: 'choice', choices: [{ value: 'en', label: languages.en }, { value: 'ja', label: languages.ja }], first: locale }]} />
    </Panel>
  )
}
