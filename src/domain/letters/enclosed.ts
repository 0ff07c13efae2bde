import { facts, links, says, type Block } from './body.ts'

export type LetterLink = { readonly label: string; readonly url: string }

/** What goes with the data when a move is complete. What does not apply is empty or null. */
export type Enclosed = {
  readonly licences: readonly { readonly name: string; readonly seats: number }[]
  readonly documents: readonly LetterLink[]
  /** How to get the server's files, in the reader's language. */
  readonly files: { readonly how: string; readonly link: string } | null
}

/** What stands under a heading of its own, if there is any. */
export const part = (isThere: boolean, ...blocks: readonly Block[]): readonly Block[] => (isThere ? blocks : [])

export const enclosed = {
  en: ({ licences, files, documents }: Enclosed): readonly Block[] => [
    ...part(licences.length > 0, says('Your licences:'), facts(...licences.map(({ name, seats }) => [name, seats === 1 ? '1 seat' : `${seats} seats`] as const))),
    ...(files === null ? [] : [says('The files of the old server:'), says(files.how), links([{ label: 'Files', url: files.link }])]),
    ...part(documents.length > 0, says('Documents that help:'), links(documents)),
  ],
  ja: ({ licences, files, documents }: Enclosed): readonly Block[] => [
    ...part(licences.length > 0, says('お客様のライセンスは次のとおりです。'), facts(...licences.map(({ name, seats }) => [name, `${seats}シート`] as const))),
    ...(files === null ? [] : [says('旧サーバーのファイルの取得方法は次のとおりです。'), says(files.how), links([{ label: 'ファイル', url: files.link }])]),
    ...part(documents.length > 0, says('ご参考となる資料は次のとおりです。'), links(documents)),
  ],
}
