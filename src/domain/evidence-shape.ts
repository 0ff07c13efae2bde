/** What a value must look like: `?` at the end of a name marks what may be absent; a list holds any number of one shape; `named` holds any names. */
type Shape = 'text' | 'count' | 'flag' | 'scalar' | readonly [Shape] | { readonly named: Shape } | { readonly of: Readonly<Record<string, Shape>> }

const sum: Shape = { of: { count: 'count', sha256: 'text' } }
const side: Shape = { of: { engine: 'text', version: 'text', system: 'text', timeline: 'count', database: 'text', label: 'text' } }
const chunk: Shape = { of: { number: 'count', order: 'text', rows: 'count', bytes: 'count', sha256: 'text' } }
const table: Shape = { of: { table: 'text', rows: 'count', bytes: 'count', format: 'text', 'formatReason?': 'text', route: 'text', provedAt: 'text', chunks: [chunk], root: 'text' } }

const manifest: Shape = { of: {
  format: 'text',
  move: { of: { id: 'text', tenant: 'text', leg: 'text', cold: 'flag', startedAt: 'text', provenAt: 'text' } },
  tool: { of: { name: 'text', version: 'text', node: 'text' } },
  source: side, target: side,
  configuration: { of: { values: { named: 'scalar' }, sha256: 'text' } },
  schema: { of: { how: 'text', fingerprint: 'text' } },
  anchors: { of: { copied: ['text'], verified: { of: { position: 'text', at: 'text' } }, frozenAt: 'text' } },
  tables: [table],
  changedSince: { of: { keys: 'count', rows: 'count', sha256: 'text' } },
  sequences: sum,
  largeObjects: { of: { count: 'count', bytes: 'count', sha256: 'text' } },
  freeze: { of: { ms: 'count', steps: { named: 'count' }, budgetMs: 'count' } },
  approvals: [{ of: { who: 'text', what: 'text', at: 'text' } }],
  root: 'text',
} }

/** The first place where a value is no manifest, in words; undefined: it has the shape of one. */
export const manifestMisfit = (value: unknown): string | undefined => misfit(value, manifest, '')

const misfit = (value: unknown, shape: Shape, path: string): string | undefined => {
  if (typeof shape === 'string') return kinds[shape](value) ? undefined : `"${path}" is not what belongs there`
  if (isList(shape)) return Array.isArray(value) ? first(value, (each, i) => misfit(each, shape[0], `${path}[${String(i)}]`)) : `the list "${path}" is broken`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value === undefined ? `the part "${path}" is missing` : `the part "${path}" is broken`
  const entries = Object.entries(value) as [string, unknown][]
  if ('named' in shape) return first(entries, ([name, each]) => (name.isWellFormed() ? misfit(each, shape.named, joined(path, name)) : `"${path}" holds a broken name`))
  const known = new Set(Object.keys(shape.of).map(bare))
  const stranger = entries.find(([name]) => !known.has(name))
  if (stranger !== undefined) return `"${joined(path, stranger[0])}" does not belong there`
  const values = new Map(entries)
  return first(Object.entries(shape.of), ([name, each]) => (name.endsWith('?') && !values.has(bare(name)) ? undefined : misfit(values.get(bare(name)), each, joined(path, bare(name)))))
}

const kinds = {
  text: (value: unknown): boolean => typeof value === 'string' && value.isWellFormed(),
  count: (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  flag: (value: unknown): boolean => typeof value === 'boolean',
  scalar: (value: unknown): boolean => (typeof value === 'string' && value.isWellFormed()) || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)),
} as const

const isList = (shape: Exclude<Shape, string>): shape is readonly [Shape] => Array.isArray(shape)
const bare = (name: string): string => name.replace(/\?$/, '')
const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const first = <T>(all: readonly T[], ask: (each: T, i: number) => string | undefined): string | undefined => {
  for (const [i, each] of all.entries()) {
    const found = ask(each, i)
    if (found !== undefined) return found
  }
  return undefined
}
