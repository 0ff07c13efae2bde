import { Radio } from '@mantine/core'
import type { ReactNode } from 'react'
import { type Mark, marks } from '#domain/checklist.ts'
import type { Text } from '#domain/locale.ts'
import { useSay } from '../shared/language.tsx'
import { markWords } from '../shared/mark-words.ts'

export type Marked = Readonly<Record<string, Mark>>

/** Every line of a checklist with how it came out. `required`: each must be marked before it is sent. */
export const Marks = ({ items, marked, set, required }: { readonly items: readonly { readonly key: string; readonly title: Text }[]; readonly marked: Marked; set(marked: Marked): void; readonly required: boolean }): ReactNode => {
  const say = useSay()
  return (
    <>
      {items.map(({ key, title }) => (
        <Radio.Group key={key} label={say(title)} required={required} value={marked[key] ?? ''} onChange={mark => { set({ ...marked, [key]: mark as Mark }) }}>
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 16px', marginTop: 4 }}>{marks.map(mark => <Radio key={mark} size="xs" value={mark} required={required} label={say(markWords[mark])} />)}</div>
        </Radio.Group>
      ))}
    </>
  )
}
