import { Button, FileButton } from '@mantine/core'
import { FileCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Sent } from '../../../shared/ask.ts'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { useMay } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import css from './files.module.css'

const words = {
  act: { en: 'Hand back the receipt', ja: '受領書を提出する' }, how: { en: 'The import wrote a receipt beside the bundle, a file that ends in .receipt.json. It proves row by row that everything arrived, and holds none of your data.', ja: '取り込みを行うと、バンドルと同じ場所に受領書（.receipt.json）が作成されます。全行の照合結果のみが記録され、お客様のデータは含まれません。' },
}

/** What the import wrote, given back from the page: for servers that reach nobody outside. */
export const Receipt = ({ bundle }: Pick<Sent<'bundles.receipt'>, 'bundle'>): ReactNode => {
  const [say, may, hand] = [useSay(), useMay('bundle.prove'), useWish('bundles.receipt')]
  if (!may) return null
  return (
    <div className={css['link']}>
      <p className="soft small">{say(words.how)}</p>
      <Refused error={hand.error} />
      <div><FileButton accept=".json,application/json" onChange={file => { if (file !== null) void file.text().then(receipt => { hand.mutate({ bundle, receipt }) }) }}>{props => <Button {...props} variant="default" leftSection={<FileCheck size={18} aria-hidden />} loading={hand.isPending}>{say(words.act)}</Button>}</FileButton></div>
    </div>
  )
}
