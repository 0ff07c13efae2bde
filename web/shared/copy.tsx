import { Button } from '@mantine/core'
import { Check, Copy as CopyIcon } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { useSay } from './language.tsx'

const words = {
  copy: { en: 'Copy', ja: 'コピー' }, copied: { en: 'Copied', ja: 'コピーしました' }, not: { en: 'Select it and copy it by hand', ja: '選択してコピーしてください' },
  of: { en: 'Copy: {what}', ja: '{what}をコピー' },
}

/** Puts a text on the clipboard and says so. `what` names it to whoever does not see where the button stands. Where a browser gives no clipboard, it is said that it has to be done by hand. */
export const Copy = ({ text, what, says = words.copy, strong = false }: { readonly text: string; readonly what: string; readonly says?: Text; readonly strong?: boolean }): ReactNode => {
  const [say, [state, setState]] = [useSay(), useState<'none' | 'copied' | 'not'>('none')]
  useEffect(() => {
    if (state === 'none') return undefined
    const timer = setTimeout(() => { setState('none') }, 3_000)
    return () => { clearTimeout(timer) }
  }, [state])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('not')
    }
  }
  return (
    <Button size="sm" variant={strong ? 'filled' : 'default'} leftSection={state === 'copied' ? <Check size={16} aria-hidden /> : <CopyIcon size={16} aria-hidden />} aria-label={say(words.of, { what })} onClick={() => { void copy() }}>
      <span role="status">{say(state === 'copied' ? words.copied : state === 'not' ? words.not : says)}</span>
    </Button>
  )
}
