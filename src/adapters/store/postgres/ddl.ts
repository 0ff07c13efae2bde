import type { TableId } from '#domain/stream.ts'
import { qualify } from './identifiers.ts'
import { lex } from './lexer.ts'

/** One statement of pg_dump's, read from its beginning. Names are taken as they are meant: without quotes. */
export type Ddl =
  | { readonly says: 'constraint'; readonly table: TableId; readonly name: string; readonly kind: ConstraintKind; readonly isValid: boolean; readonly isEnforced: boolean; /** Of a foreign key. */ readonly refersTo?: TableId }
  | { readonly says: 'index'; readonly table: TableId; readonly name: string; readonly index: TableId }
  | { readonly says: 'attach index'; readonly index: TableId }
  /** ALTER INDEX …, CLUSTER ON …, REPLICA IDENTITY USING INDEX …: part of making that index. */
  | { readonly says: 'about index'; readonly index: TableId; readonly identifies: boolean }
  | { readonly says: 'trigger' | 'rule' | 'policy'; readonly table: TableId; readonly name: string }
  /** ENABLE, DISABLE … of a trigger or rule. `acts`: it fires on replicated writes. */
  | { readonly says: 'state'; readonly of: 'trigger' | 'rule'; readonly table: TableId; readonly name: string; readonly acts: boolean }
  | { readonly says: 'row security'; readonly table: TableId }
  | { readonly says: 'event trigger'; readonly name: string }
  | { readonly says: 'relation'; readonly kind: 'view' | 'materialized view' | 'statistics'; readonly id: TableId }
  /** COMMENT, OWNER, GRANT on what another statement makes, `called` as there. */
  | { readonly says: 'about'; readonly what: string }
  | { readonly says: 'setting'; readonly name: string; readonly value: string }
  | { readonly says: 'other' }

export type ConstraintKind = 'primary key' | 'unique' | 'exclude' | 'foreign key' | 'check' | 'not null'

export const readDdl = (sql: string): Ddl => {
  const words = new Words(sql)
  if (words.take('ALTER TABLE')) return alterTable(words)
  if (words.take('ALTER INDEX')) return alterIndex(words)
  if (words.take('CREATE UNIQUE INDEX') || words.take('CREATE INDEX')) return createIndex(words)
  if (words.take('CREATE TRIGGER') || words.take('CREATE CONSTRAINT TRIGGER')) return { says: 'trigger', name: words.name(), table: words.after('ON') }
  if (words.take('CREATE RULE')) return { says: 'rule', name: words.name(), table: words.after('TO') }
  if (words.take('CREATE POLICY')) return { says: 'policy', name: words.name(), table: words.after('ON') }
  if (words.take('CREATE EVENT TRIGGER') || words.take('ALTER EVENT TRIGGER')) return { says: 'event trigger', name: words.name() }
  for (const [start, kind] of relations) if (words.take(start)) return { says: 'relation', kind, id: words.id() }
  if (words.take('COMMENT ON')) return { says: 'about', what: commented(words) }
  if (words.take('GRANT') || words.take('REVOKE')) return { says: 'about', what: granted(words) }
  if (words.take('SET')) return { says: 'setting', name: words.name(), value: words.take('=') ? words.name() : '' }
  return { says: 'other' }
}

const relations = [
  ['CREATE MATERIALIZED VIEW', 'materialized view'], ['ALTER MATERIALIZED VIEW', 'materialized view'], ['CREATE OR REPLACE VIEW', 'view'], ['CREATE VIEW', 'view'], ['ALTER VIEW', 'view'],
  ['CREATE STATISTICS', 'statistics'], ['ALTER STATISTICS', 'statistics'],
] as const

/** What a comment or grant calls the thing that another statement makes: the same text for the same thing. */
export const called = {
  index: (index: TableId): string => `index ${index}`,
  constraint: (table: TableId, name: string): string => `constraint ${name} of ${table}`,
  part: (of: 'trigger' | 'rule' | 'policy', table: TableId, name: string): string => `${of} ${name} of ${table}`,
  eventTrigger: (name: string): string => `event trigger ${name}`,
  relation: (id: TableId): string => `relation ${id}`,
}

const alterTable = (words: Words): Ddl => {
  words.take('ONLY')
  const table = words.id()
  if (words.take('ADD CONSTRAINT')) return addConstraint(words, table)
  if (words.take('CLUSTER ON')) return { says: 'about index', index: beside(table, words.name()), identifies: false }
  if (words.take('REPLICA IDENTITY USING INDEX')) return { says: 'about index', index: beside(table, words.name()), identifies: true }
  if (words.take('ENABLE ROW LEVEL SECURITY')) return { says: 'row security', table }
  if (words.take('OWNER TO')) return { says: 'about', what: called.relation(table) }
  const acts = words.take('ENABLE ALWAYS') || words.take('ENABLE REPLICA')
  if (!acts && !words.take('ENABLE') && !words.take('DISABLE')) return { says: 'other' }
  if (words.take('TRIGGER')) return { says: 'state', of: 'trigger', table, name: words.name(), acts }
  return words.take('RULE') ? { says: 'state', of: 'rule', table, name: words.name(), acts } : { says: 'other' }
}

const addConstraint = (words: Words, table: TableId): Ddl => {
  const name = words.name()
  const kind = constraintKinds.find(([start]) => words.take(start))?.[1]
  if (kind === undefined) return { says: 'other' }
  const constraint = { says: 'constraint', table, name, kind, isValid: !words.endsWith('NOT VALID'), isEnforced: !words.has('NOT ENFORCED') } as const
  return kind === 'foreign key' ? { ...constraint, refersTo: words.after('REFERENCES') } : constraint
}

const constraintKinds = [['PRIMARY KEY', 'primary key'], ['UNIQUE', 'unique'], ['EXCLUDE', 'exclude'], ['FOREIGN KEY', 'foreign key'], ['CHECK', 'check'], ['NOT NULL', 'not null']] as const

const alterIndex = (words: Words): Ddl => {
  const index = words.id()
  return words.take('ATTACH PARTITION') ? { says: 'attach index', index: words.id() } : { says: 'about index', index, identifies: false }
}

const createIndex = (words: Words): Ddl => {
  const name = words.name()
  words.take('ON')
  words.take('ONLY')
  const table = words.id()
  return { says: 'index', table, name, index: beside(table, name) }
}

const commented = (words: Words): string => {
  if (words.take('INDEX')) return called.index(words.id())
  if (words.take('CONSTRAINT')) return nameOn(words, (name, table) => called.constraint(table, name))
  for (const part of ['trigger', 'rule', 'policy'] as const) if (words.take(part.toUpperCase())) return nameOn(words, (name, table) => called.part(part, table, name))
  if (words.take('EVENT TRIGGER')) return called.eventTrigger(words.name())
  if (words.take('STATISTICS') || words.take('MATERIALIZED VIEW') || words.take('VIEW') || words.take('COLUMN')) return called.relation(words.id())
  return ''
}

const nameOn = (words: Words, what: (name: string, table: TableId) => string): string => {
  const name = words.name()
  words.take('ON')
  return what(name, words.id())
}

const granted = (words: Words): string => {
  words.skipTo('ON')
  return words.take('ON TABLE') ? called.relation(words.id()) : ''
}

/** An index lies in its table's schema, and the index of a constraint has its name. */
export const beside = (table: TableId, name: string): TableId => {
  const [schema = ''] = new Words(table).path()
  return qualify(schema, name)
}

/** Reads a statement word by word. */
export class Words {
  readonly #words: readonly Word[]
  #at = 0

  constructor(sql: string) {
    this.#words = wordsOf(sql)
  }

  /** Steps over `keywords` if they come next. */
  take(keywords: string): boolean {
    const wanted = split(keywords)
    if (!this.#comes(wanted, this.#at)) return false
    this.#at += wanted.length
    return true
  }

  /** The next identifier. Anything else is taken as it is written. */
  name(): string {
    return this.#words[this.#at++]?.name ?? ''
  }

  /** A dotted name's parts. */
  path(): string[] {
    const parts = [this.name()]
    while (this.take('.')) parts.push(this.name())
    return parts
  }

  /** The first two parts of a dotted name: schema and relation, whatever column follows. */
  id(): TableId {
    const [schema = '', name = ''] = this.path()
    return qualify(schema, name)
  }

  /** The qualified name after the first `keyword`. */
  after(keyword: string): TableId {
    this.skipTo(keyword)
    this.take(keyword)
    return this.id()
  }

  /** To the first `keyword` that is not in parentheses, or the end. */
  skipTo(keyword: string): void {
    while (this.#at < this.#words.length && !(this.#words[this.#at]?.depth === 0 && this.#comes([keyword], this.#at))) this.#at++
  }

  endsWith(keywords: string): boolean {
    const wanted = split(keywords)
    return this.#comes(wanted, this.#words.length - wanted.length)
  }

  /** Anywhere outside of parentheses. */
  has(keywords: string): boolean {
    const wanted = split(keywords)
    return this.#words.some((word, at) => word.depth === 0 && this.#comes(wanted, at))
  }

  #comes(wanted: readonly string[], at: number): boolean {
    for (let i = 0; i < wanted.length; i++) if (this.#words[at + i]?.keyword !== wanted[i]) return false
    return true
  }
}

/** Of the same few texts, for tens of thousands of statements. */
const split = (keywords: string): readonly string[] => {
  const known = splits.get(keywords) ?? keywords.split(' ')
  splits.set(keywords, known)
  return known
}
const splits = new Map<string, readonly string[]>()

/** `keyword`: what it says unquoted, in capitals; a quoted name or a literal is none. */
export type Word = { readonly keyword: string | undefined; readonly name: string; readonly from: number; readonly to: number; readonly depth: number }

/** From its first word to its semicolon, which it gets if it has none; empty if there are only blanks and comments. */
export const bare = (sql: string): string => {
  for (const { kind, from } of lex(sql)) {
    if (kind === 'space') continue
    const text = sql.slice(from).trimEnd()
    return text.endsWith(';') ? text : `${text};`
  }
  return ''
}

/** All that is neither blank nor comment, up to the semicolon that ends it. */
export const wordsOf = (sql: string): Word[] => {
  const words: Word[] = []
  let depth = 0
  for (const { kind, from, to } of lex(sql)) {
    if (kind === 'space') continue
    const text = sql.slice(from, to)
    if (kind === 'symbol' && text === ')') depth--
    if (kind === 'symbol' && text === ';' && depth === 0) break
    words.push({ keyword: kind === 'name' || kind === 'string' ? undefined : text.toUpperCase(), name: kind === 'name' ? text.slice(1, -1).replaceAll('""', '"') : text, from, to, depth })
    if (kind === 'symbol' && text === '(') depth++
  }
  return words
}
