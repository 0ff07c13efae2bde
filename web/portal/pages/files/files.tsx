import type { ReactNode } from 'react'
import { useAsk } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { useHere, useMay } from '../../here.ts'
import { Page, Part } from '../../page.tsx'
import { Archive } from './archive.tsx'
import { BundlePart } from './bundle-part.tsx'
import { Documents } from './documents.tsx'
import { Pack } from './pack.tsx'

const words = {
  title: { en: 'Files', ja: 'ファイル' }, lead: { en: 'What you fetch yourself, and papers that help.', ja: 'お客様にダウンロードしていただくものと、関連資料です。' }, what: { en: 'the files', ja: 'ファイル' },
  archive: { en: 'Files that do not move', ja: '移行されないファイル' }, archiveLead: { en: 'They stay behind: fetch them as one archive, look into it, and confirm.', ja: '移行の対象外です。一つの書庫としてダウンロードし、内容をご確認のうえ、完了をご登録ください。' },
  bundle: { en: 'Your data', ja: 'お客様のデータ' }, bundleLead: { en: 'Everything in one encrypted and signed file, for your own server.', ja: 'すべてのデータを、暗号化・署名された一つのファイルにまとめています。' }, noBundle: { en: 'It is made on the day of the move. You get a letter then.', ja: '移行当日に作成し、完成後にメールでお知らせします。' },
}

/** What a customer fetches: the archive of files, the bundle, and documents. */
export const Files = (): ReactNode => {
  const [say, mayRead, mayPapers] = [useSay(), useMay('bundle.read'), useMay('document.read')]
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      {mayRead ? <Fetched /> : null}
      {mayPapers ? <Documents /> : null}
    </Page>
  )
}

const Fetched = (): ReactNode => {
  const [say, { move, page }] = [useSay(), useHere()]
  const archives = useAsk('files.list', { move, limit: 5 }, { everyMs: 5_000 })
  const bundles = useAsk('bundles.list', { move, limit: 5 })
  const hasBundle = page.plan.playbook === 'cloud-to-self-hosted' || (bundles.data?.items.length ?? 0) > 0
  return (
    <>
      <Shown of={archives} what={words.what} lines={5}>
        {({ items }) => {
          const [newest] = items.toSorted((a, b) => b.at.localeCompare(a.at))
          return <Part title={say(words.archive)} lead={say(words.archiveLead)} strong={newest !== undefined && newest.sentAt === null}>{newest === undefined ? <Pack /> : <Archive archive={newest} />}</Part>
        }}
      </Shown>
      {!hasBundle ? null : (
        <Shown of={bundles} what={words.what} lines={3}>
          {({ items }) => <Part title={say(words.bundle)} lead={say(words.bundleLead)}>{items.length === 0 ? <p className="soft">{say(words.noBundle)}</p> : items.toSorted((a, b) => b.at.localeCompare(a.at)).map(bundle => <BundlePart key={bundle.id} bundle={bundle} />)}</Part>}
        </Shown>
      )}
    </>
  )
}
