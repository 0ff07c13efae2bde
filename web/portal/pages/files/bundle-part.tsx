import type { ReactNode } from 'react'
import type { Told } from '../../../shared/ask.ts'
import { bytesOf, numberOf } from '../../../shared/amounts.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Facts } from '../../page.tsx'
import { Checksum } from './checksum.tsx'
import css from './files.module.css'
import { Link } from './link.tsx'
import { Receipt } from './receipt.tsx'

const words = {
  name: { en: 'Bundle', ja: 'バンドル' }, size: { en: 'Size', ja: 'サイズ' }, made: { en: 'Made', ja: '作成日時' },
  proven: { en: 'Imported and proven, row by row, on your server', ja: '貴社サーバーへの取り込みと全行の検証が完了しました' }, open: { en: 'Import it on your server; the import sends its receipt here.', ja: '貴社サーバーに取り込んでください。取り込みの結果は自動でこちらに届きます。' },
}

/** The bundle of a move to the customer’s own server. */
export const BundlePart = ({ bundle }: { readonly bundle: Told<'bundles.list'>['items'][number] }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  return (
    <>
      <Facts of={[[say(words.name), <code key="n">{bundle.file}</code>], [say(words.size), `${bytesOf(bundle.bytes, locale)} (${numberOf(bundle.bytes, locale)} B)`], [say(words.made), <When key="w" at={bundle.at} zone={zone} />]]} />
      <Checksum of={bundle.checksum} file={null} />
      <p className={css['done']}><StateMark state={bundle.provenAt === null ? 'waiting' : 'done'} says={null} /><span>{say(bundle.provenAt === null ? words.open : words.proven)} {bundle.provenAt === null ? null : <span className="quiet small"><When at={bundle.provenAt} zone={zone} far /></span>}</span></p>
      <Link of={{ bundle: bundle.id }} isStrong={bundle.provenAt === null} />
      {bundle.provenAt === null ? <Receipt bundle={bundle.id} /> : null}
    </>
  )
}
