import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from '../../../shared/language.tsx'
import { Page } from '../../../shared/panel.tsx'
import { Feed } from './feed.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Sessions } from './sessions.tsx'

const words = { title: { en: 'Your sign-in', ja: 'サインイン設定' }, lead: { en: 'How you get in here, where you are in, and your calendar.', ja: 'サインイン方法、サインイン中の端末、カレンダーの設定です。' } } satisfies Record<string, Text>

/** What only whoever has signed in looks after. */
export const You = (): ReactNode => {
  const say = useSay()
  return <Page title={say(words.title)} lead={say(words.lead)}><Sessions /><Passkeys /><Password /><Feed /></Page>
}
