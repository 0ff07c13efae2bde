import { Checkbox, Menu, UnstyledButton } from '@mantine/core'
import { Columns3 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useSay } from './language.tsx'
import type { Column } from './table-column.ts'
import css from './table.module.css'

const words = { columns: { en: 'Columns', ja: '列の表示' } }

/** False: hidden. */
export type Hidden = Readonly<Record<string, boolean>>

/** Which columns a person hides, remembered in their browser. */
export const useHidden = <Row,>(columns: readonly Column<Row>[], keptAs: string | undefined): readonly [Hidden, (hidden: Hidden) => void] => {
  const name = `rehome-columns-${keptAs}`
  const [hidden, set] = useState<Hidden>(() => {
    const usual = Object.fromEntries(columns.filter(column => column.isHidden === true).map(column => [column.key, false]))
    try {
      return { ...usual, ...(keptAs === undefined ? {} : JSON.parse(localStorage.getItem(name) ?? '{}') as Hidden) }
    } catch {
      return usual
    }
  })
  return [hidden, next => { set(next); if (keptAs !== undefined) localStorage.setItem(name, JSON.stringify(next)) }]
}

export const Pick = <Row,>({ columns, hidden, set }: { readonly columns: readonly Column<Row>[]; readonly hidden: Hidden; set(hidden: Hidden): void }): ReactNode => {
  const say = useSay()
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target><UnstyledButton className={css['pick'] ?? ''} aria-label={say(words.columns)} title={say(words.columns)}><Columns3 size={14} aria-hidden /></UnstyledButton></Menu.Target>
      <Menu.Dropdown>{columns.filter(column => column.isFirst !== true).map(column => <Menu.Item key={column.key} role="menuitemcheckbox" aria-checked={hidden[column.key] !== false} leftSection={<Checkbox.Indicator size="xs" checked={hidden[column.key] !== false} />} onClick={() => { set({ ...hidden, [column.key]: hidden[column.key] === false }) }}>{say(column.says)}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}
