import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import type { CarriedOut } from '../../carried-out.ts'
import css from './room.module.css'

const words = {
  licences: { en: 'No data goes from home to home here: licences are written down, moved and brought back step by step, on a page of their own.', ja: 'この移行ではデータは移動しません。ライセンスの記録・移行・切り戻しは、専用のページで手順ごとに行います。' }, open: { en: 'Open the licences', ja: 'ライセンスを開く' },
  steps: { en: 'The application goes by the steps below, and never do both machines run. No database of it was measured: if it has one that moves too, measure it first, and the move can be ordered here.', ja: 'アプリケーションは下の作業手順で移行します。両方のマシンが同時に稼働することはありません。データベースは測定されていません。データベースも移行する場合は先に測定してください。測定後、ここで移行を指示できます。' },
  both: { en: 'The application goes by the steps below, its database by the move. Neither machine is started where the data are not.', ja: 'アプリケーションは下の作業手順で、データベースは「移行」で移します。データのないマシンでサービスを起動することはありません。' }, orders: { en: 'Open the orders', ja: '作業指示を開く' },
} satisfies Record<string, Text>

/** A move that is not, or not only, a mover’s: how it is carried out, and where. */
export const BySteps = ({ by, hasData, move }: { readonly by: Exclude<CarriedOut['by'], 'mover'>; readonly hasData: boolean; readonly move: string }): ReactNode => {
  const say = useSay()
  const to = by === 'licences' ? { to: '/licences/$move', params: { move } } : { to: '/moves/$move/$part', params: { move, part: 'orders' } }
  return (
    <div className={css['now']} role="status">
      <p><StateMark state="idle" says={null} /> <span>{say(by === 'licences' ? words.licences : hasData ? words.both : words.steps)}</span></p>
      {hasData ? null : <div><Button size="compact-sm" variant="default" component={Link} {...to as object}>{say(by === 'licences' ? words.open : words.orders)}</Button></div>}
    </div>
  )
}
