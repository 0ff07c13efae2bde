import { visible } from '#lib/visible.ts'

/** An answer of control for people: lists as tables, all else as names and values. */
export const answerLines = (said: unknown, width: number): string[] => {
  if (!isObject(said)) return [shown(said)]
  const { items, next } = said
  if (!Array.isArray(items)) return namesAndValues(said, '')
  return [...tableLines(items, width), ...(typeof next === 'string' ? ['', `There is more: --after ${next}`] : [])]
}

const widest = 44

const tableLines = (items: readonly unknown[], width: number): string[] => {
  if (items.length === 0) return ['None.']
  if (!items.every(isObject)) return items.map(shown)
  const flat = items.map(cellsOf)
  const named = [...new Set(flat.flatMap(item => Object.keys(item)))].filter(column => flat.some(item => !isEmpty(item[column])))
  // What is no single value has no place in a cell, and the same id in every line tells nothing.
  const nested = named.filter(column => flat.some(item => isNested(item[column])))
  const columns = named.filter(column => !nested.includes(column) && !(flat.length > 1 && isId(flat[0]?.[column]) && flat.every(item => item[column] === flat[0]?.[column])))
  const rows = flat.map(item => columns.map(column => shown(item[column])))
  const widths = columns.map((column, at) => Math.min(widest, Math.max(column.length, ...rows.map(row => (row[at] ?? '').length))))
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cut(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0)).join('  ').trimEnd()
  // Where a table does not fit, each thing by itself is easier to read than broken lines.
  if (widths.reduce((sum, one) => sum + one + 2, 0) > Math.max(width, 80) * 3) return items.flatMap(item => [...namesAndValues(item, ''), ''])
  return [line(columns), ...rows.map(line), ...(nested.length === 0 ? [] : ['', `Left out here: ${nested.join(', ')}; --json has everything.`])]
}

const namesAndValues = (thing: Readonly<Record<string, unknown>>, indent: string): string[] => {
  const named = Object.entries(thing).filter(([, value]) => !isEmpty(value))
  const longest = Math.max(0, ...named.map(([name]) => name.length))
  return named.flatMap(([name, value]) => {
    if (Array.isArray(value) && value.some(isObject)) return [`${indent}${name}`, ...value.flatMap(one => (isObject(one) ? itemLines(one, indent) : [`${indent}  ${shown(one)}`]))]
    if (isObject(value)) return [`${indent}${name}`, ...namesAndValues(value, `${indent}  `)]
    return [`${indent}${name.padEnd(longest)}  ${shown(value)}`]
  })
}

const itemLines = (item: Readonly<Record<string, unknown>>, indent: string): string[] => namesAndValues(item, `${indent}    `).map((line, at) => (at === 0 ? `${indent}  - ${line.trimStart()}` : line))

/** A thing within the thing: by its name if it has one, otherwise by what it is told of, without the ids of others. */
const cellsOf = (item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const cells: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(item)) {
    if (!isObject(value)) cells[field] = value
    else if (typeof value['name'] === 'string') cells[field] = value['name']
    else if (typeof value['en'] === 'string' && typeof value['ja'] === 'string') cells[field] = value['en']
    else for (const [inner, told] of Object.entries(value)) if (inner === 'id' || !isId(told)) cells[inner in item || inner in cells ? `${field}.${inner}` : inner] = told
  }
  return cells
}

const isId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)
const isNested = (value: unknown): boolean => isObject(value) || (Array.isArray(value) && value.some(isObject))
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isEmpty = (value: unknown): boolean => value === null || value === undefined || (Array.isArray(value) && value.length === 0)

/** In one line, and nothing in it can do anything to a terminal. */
const shown = (value: unknown): string => visible(typeof value === 'string' ? value : Array.isArray(value) && value.every(one => typeof one === 'string') ? value.join(', ') : JSON.stringify(value) ?? '', 400)
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
