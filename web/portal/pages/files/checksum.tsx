import type { ReactNode } from 'react'
import { Copy } from '../../../shared/copy.tsx'
import { useSay } from '../../../shared/language.tsx'
import css from './files.module.css'

const words = {
  sum: { en: 'SHA-256', ja: 'SHA-256' }, how: { en: 'The same must come out where it was saved:', ja: '保存先で同じ値になることをご確認ください：' }, what: { en: 'the checksum', ja: 'チェックサム' }, index: { en: 'SHA-256 of its signed index, which the import checks by itself', ja: '署名付き索引の SHA-256（取り込み時に自動で確認されます）' },
}

/** By which one sees that what arrived is what was packed. `file` null: it is that of a bundle’s index, and nobody has to count it by hand. */
export const Checksum = ({ of, file }: { readonly of: string; readonly file: string | null }): ReactNode => {
  const say = useSay()
  return (
    <div className={css['sum']}>
      <span className="quiet small">{say(file === null ? words.index : words.sum)}</span>
      <code>{of}</code>
      <Copy text={of} what={say(words.what)} />
      {file === null ? null : <p className="quiet small">{say(words.how)} <code>sha256sum {file}</code></p>}
    </div>
  )
}
