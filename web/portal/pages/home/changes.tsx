import type { ReactNode } from 'react'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import css from './home.module.css'

const words = {
  title: { en: 'What changes for you', ja: '変わること' }, old: { en: 'Address now', ja: '現在のアドレス' }, new: { en: 'Address then', ja: '移行後のアドレス' }, same: { en: 'Your address stays as it is.', ja: 'アドレスは変わりません。' },
  none: { en: 'Nothing that you would notice is known yet.', ja: '現時点で、変更となる事項はありません。' }, later: { en: 'told when it is set up', ja: '準備ができ次第お知らせします' },
}

/** Old and new address, and what else the playbook says is different afterwards for this tenant. */
export const Changes = (): ReactNode => {
  const [say, { locale }, { page: { oldAddress, newAddress, changes, tenant } }] = [useSay(), useLanguage(), useHere()]
  return (
    <Part title={say(words.title)}>
      {oldAddress === null && newAddress === null ? null : oldAddress === newAddress ? <p>{say(words.same)}</p> : (
        <dl className={css['address']}><dt>{say(words.old)}</dt><dd>{oldAddress ?? '—'}</dd><dt>{say(words.new)}</dt><dd className={css['new']}>{newAddress ?? say(words.later)}</dd></dl>
      )}
      {changes.length === 0 ? <p className="soft">{say(words.none)}</p> : <ul className={css['changes']}>{changes.map(change => <li key={change.en}><span>{change[locale].replaceAll('{name}', tenant.name)}</span></li>)}</ul>}
    </Part>
  )
}
