import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ask, Refusal, type Told } from '../../../shared/ask.ts'
import { useSay } from '../../../shared/language.tsx'
import { useHere } from '../../here.ts'
import { Part } from '../../page.tsx'
import { Refused } from '../../refused.tsx'
import { Code } from '../credentials/code.tsx'
import css from './licences.module.css'

const words = {
  title: { en: 'Activation codes', ja: 'アクティベーションコード' }, lead: { en: 'They are kept sealed. Who looks proves with six digits sent by mail who they are.', ja: '封印して保管しています。表示には、メールでお送りする6桁の確認コードが必要です。' }, show: { en: 'Show the codes', ja: 'コードを表示する' }, hide: { en: 'Put them away', ja: '表示を閉じる' },
}

/** The codes in full, in this part of the page alone, and gone when it is left: they are kept by nothing that keeps answers. */
export const Codes = (): ReactNode => {
  const [say, { move }] = [useSay(), useHere()]
  const [codes, keep] = useState<Told<'licences.codes'>['codes'] | null>(null)
  const [isAsked, setAsked] = useState(false)
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: unknown }>({ busy: false, error: null })
  const show = async (): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      keep((await ask('licences.codes', { move })).codes)
      setAsked(false)
      setState({ busy: false, error: null })
    } catch (error) {
      const isUnproven = error instanceof Refusal && error.code === 'second-factor-missing'
      setAsked(isUnproven)
      setState({ busy: false, error: isUnproven ? null : error })
    }
  }
  return (
    <Part title={say(words.title)} lead={say(words.lead)}>
      <Refused error={state.error} />
      {codes !== null ? <><dl className={css['codes']}>{codes.map(({ licence, name, code }) => <div key={licence}><dt>{name}</dt><dd><code>{code}</code></dd></div>)}</dl><div><Button variant="default" onClick={() => { keep(null) }}>{say(words.hide)}</Button></div></>
        : isAsked ? <Code proven={() => { void show() }} />
          : <div><Button variant="default" loading={state.busy} onClick={() => { void show() }}>{say(words.show)}</Button></div>}
    </Part>
  )
}
