import type { LetterEvents } from '#domain/letters.ts'
import type { Locale, Text } from '#domain/locale.ts'
import type { Move } from '#domain/programmes.ts'
import type { View } from '#ports/ledger.ts'
import { addressOf, documentsOf } from '../files/documents.ts'
import { pages } from './links.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { limitFor } from '../billing/user-limits.ts'
import type { World } from '../ground/world.ts'

/** What the contact gets beside the data: licences, documents, and how to get the files that do not move. */
export type Enclosures = Pick<LetterEvents['finished'], 'licences' | 'documents' | 'files'>

/** For a reader of each language. */
export const enclosuresOf = async (world: World, view: View, move: Move): Promise<Readonly<Record<Locale, Enclosures>>> => {
  const [limit, documents, files] = [await limitFor(view, move), await documentsOf(view, move), await howToGetFiles(world, view, move)]
  const link = pages.move(world, move.id)
  const of = (locale: Locale): Enclosures => ({
    licences: 'unknown' in limit ? [] : [{ name: seats[locale], seats: limit.licensed }],
    documents: documents.map(one => ({ label: one.title[locale], url: addressOf(world, one) })),
    files: files === null ? null : { how: files[locale], link },
  })
  return { en: of('en'), ja: of('ja') }
}

const seats: Text = { en: 'Users', ja: 'ユーザー' }

/** Null: there are none that stay behind. */
const howToGetFiles = async (world: World, view: View, move: Move): Promise<Text | null> => {
  const playbook = playbookOf(world, move)
  if ('refused' in playbook) return null
  const asked = new Set(playbook.tasks.filter(task => task.check === 'files-confirmed').map(task => task.key))
  if (!(await view.list('task', { move: move.id })).some(task => asked.has(task.about.template))) return null
  return (await view.count('archive', { move: move.id })) > 0 ? packed : notPacked
}

const packed: Text = {
  en: 'Files are not part of the move. They are there as one archive: on the page of your move you can have the link to it sent to you again. The old server runs on to the end of its contract.',
  ja: 'ファイルは移行の対象に含まれておりません。全ファイルを一つの書庫にまとめておりますので、移行のページからダウンロード用リンクの再送をご依頼いただけます。旧サーバーはご契約の満了まで稼働いたします。',
}
const notPacked: Text = {
  en: 'Files are not part of the move. The old server runs on to the end of its contract; until then they can be downloaded there.',
  ja: 'ファイルは移行の対象に含まれておりません。旧サーバーはご契約の満了まで稼働しますので、それまでにダウンロードをお願いいたします。',
}
