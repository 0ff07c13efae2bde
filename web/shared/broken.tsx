import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useSay } from './language.tsx'

const words = {
  title: { en: 'This page made a mistake', ja: 'このページでエラーが発生しました' },
  says: { en: 'Nothing was changed by it. Load it again; if it comes again, tell support what you did and this line:', ja: 'データは変更されていません。再読み込みしてください。再度発生する場合は、操作内容と次の一行をサポートにお知らせください。' },
  again: { en: 'Load again', ja: '再読み込み' },
}

/** What a mistake of ours looks like: a sentence, and a way on. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined }
  static getDerivedStateFromError(error: Error): { readonly error: Error } { return { error } }
  override render(): ReactNode { return this.state.error === undefined ? this.props.children : <Says error={this.state.error} /> }
}

const Says = ({ error }: { readonly error: Error }): ReactNode => {
  const say = useSay()
  return <main style={{ maxWidth: 560, margin: '12vh auto', padding: '0 24px', display: 'grid', gap: 16, justifyItems: 'start' }}><h1>{say(words.title)}</h1><p>{say(words.says)}</p><code>{error.message}</code><Button onClick={() => { location.reload() }}>{say(words.again)}</Button></main>
}
