import { sentBytes } from '#domain/sent.ts'
import { dayIn, type Look, no, toldOf, yes } from './sight.ts'

/** Every byte of the archive went out, in however many pieces. Who fetched the files in another way says so by confirming. */
export const filesDownloaded: Look = async at => {
  const asked = new Set(at.playbook.tasks.filter(task => task.check === 'files-confirmed').map(task => task.key))
  if (!at.plan.tasks.some(task => asked.has(task.template))) return yes({ en: 'There are no files that stay behind.', ja: '残されるファイルはありません。' })
  const [archive] = await at.view.list('archive', { move: at.move.id }, { limit: 1, descending: true })
  if (archive === undefined) return toldOf(at, 'files-confirmed')?.held === true ? yes({ en: 'No archive was made; the customer has the files.', ja: '書庫は作成されていませんが、お客様がファイルを取得済みです。' }) : no({ en: 'The files were not packed yet.', ja: 'ファイルの書庫はまだ作成されていません。' })
  if (archive.sentAt === null) {
    const percent = Math.floor(sentBytes(archive.sent) / archive.bytes * 100)
    return no({ en: `${percent} % of ${archive.name} was fetched.`, ja: `${archive.name}の${percent}％がダウンロード済みです。` })
  }
  return yes({ en: `All of ${archive.name} was fetched by ${dayIn(at, archive.sentAt)}.`, ja: `${dayIn(at, archive.sentAt)}までに${archive.name}がすべてダウンロードされました。` })
}
