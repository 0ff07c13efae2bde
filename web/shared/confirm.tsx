import { Button, Modal, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Failed } from './shown.tsx'
import { useSay } from './language.tsx'

const words = {
  type: { en: 'Type {name} to confirm', ja: '確認のため「{name}」と入力してください' },
  cancel: { en: 'Cancel', ja: 'キャンセル' },
}

/**
 * Asks before something is done that others feel. `effect`: what will happen; `wayBack`: how it can be undone, or that it cannot. `name`: must be typed first, for what
 * destroys or stops. It stays open until control has answered, and shows a refusal in its own words.
 */
export const Confirm = ({ opened, close, title, effect, wayBack, act, name, isDangerous = false, isWide = false, wish, children }: {
  readonly opened: boolean; close(): void; readonly title: string; readonly effect: ReactNode; readonly wayBack: ReactNode; readonly act: string; readonly name?: string; readonly isDangerous?: boolean; /** What is to be read before it needs the room. */ readonly isWide?: boolean
  wish(): Promise<unknown>; readonly children?: ReactNode
}): ReactNode => {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: Error | null }>({ busy: false, error: null })
  const end = (): void => { setTyped(''); setState({ busy: false, error: null }); close() }
  const go = async (): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      await wish()
      end()
    } catch (error) {
      setState({ busy: false, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return (
    <Modal opened={opened} onClose={end} size={isWide ? 'lg' : 'md'} title={<h2>{title}</h2>} centered closeButtonProps={{ 'aria-label': say(words.cancel) }}>
      <form style={{ display: 'grid', gap: 12 }} onSubmit={event => { event.preventDefault(); void go() }}>
        <p>{effect}</p><p className="soft">{wayBack}</p>{children}
        {name === undefined ? null : <TextInput label={say(words.type, { name })} value={typed} onChange={event => { setTyped(event.currentTarget.value) }} autoComplete="off" data-autofocus />}
        {state.error === null ? null : <Failed error={state.error} />}
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={end}>{say(words.cancel)}</Button>
          <Button type="submit" color={isDangerous ? 'red' : 'dark'} loading={state.busy} disabled={name !== undefined && typed.trim() !== name}>{act}</Button>
        </div>
      </form>
    </Modal>
  )
}
