import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import type { Text } from '#domain/locale.ts'

/** `keys`: one key, or two after each other: `j`, `g m`, `?`, `mod+k`. */
export type Key = { readonly keys: string; readonly says: Text; does(): void }
type Known = { readonly all: Set<readonly Key[]> }
const Board = createContext<Known>({ all: new Set() })

/** Hears the keyboard for everything below. Typing into a field is not taken for a key. */
export const Keyboard = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const known = useMemo<Known>(() => ({ all: new Set() }), [])
  const before = useRef({ key: '', at: 0 })
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const pressed = `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`
      if (event.altKey || (isTyping(event.target) && !pressed.startsWith('mod+')) || (document.querySelector('[role="dialog"]') !== null && !pressed.startsWith('mod+'))) return
      const pair = performance.now() - before.current.at < 1_500 ? `${before.current.key} ${pressed}` : ''
      // What was added last is nearest to the person.
      const key = [...known.all].reverse().flat().find(({ keys }) => keys === pair) ?? [...known.all].reverse().flat().find(({ keys }) => keys === pressed)
      before.current = key === undefined ? { key: pressed, at: performance.now() } : { key: '', at: 0 }
      if (key === undefined) return
      event.preventDefault()
      key.does()
    }
    addEventListener('keydown', hear)
    return () => { removeEventListener('keydown', hear) }
  }, [known])
  return <Board value={known}>{children}</Board>
}

/** These keys work while the part that asks for them is shown. */
export const useKeys = (keys: readonly Key[]): void => {
  const { all } = useContext(Board)
  useEffect(() => {
    all.add(keys)
    return () => { all.delete(keys) }
  })
}

/** Everything that works now, for the map of the keyboard. */
export const useKnownKeys = (): (() => readonly Key[]) => {
  const { all } = useContext(Board)
  return () => [...all].flat()
}

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
