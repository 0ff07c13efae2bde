import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { useHere, useMay } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import { ConfirmFiles } from './confirm-files.tsx'

const words = {
  none: { en: 'No archive was packed yet. It is packed where your files are now, and you get a letter with the link as soon as it is whole.', ja: '書庫はまだ作成されていません。現在の保管場所で作成し、完成次第、リンクをメールでお送りします。' },
  act: { en: 'Pack all our files', ja: 'すべてのファイルを書庫にまとめる' }, asked: { en: 'It is being packed. You need not wait here: a letter comes when it is whole.', ja: '書庫を作成しています。このままお待ちいただく必要はありません。完成後にメールでお知らせします。' },
}

/** Where there is no archive yet: have one made. */
export const Pack = (): ReactNode => {
  const [say, { move }, mayPack, pack] = [useSay(), useHere(), useMay('files.pack'), useWish('moves.order')]
  return (
    <>
      <p role={pack.isSuccess ? 'status' : undefined}>{say(pack.isSuccess ? words.asked : words.none)}</p>
      <Refused error={pack.error} />
      {mayPack && !pack.isSuccess ? <div><Button loading={pack.isPending} onClick={() => { pack.mutate({ move, kind: 'files' }) }}>{say(words.act)}</Button></div> : null}
      <ConfirmFiles isFetched={false} />
    </>
  )
}
