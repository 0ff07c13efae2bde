import type { TableId } from '#domain/stream.ts'
import { visible } from '#lib/visible.ts'
import type { Build } from '#ports/store.ts'
import { bare, beside, called, readDdl, type ConstraintKind, type Ddl } from './ddl.ts'
import { quote } from './identifiers.ts'
import { forRoles, type Roles } from './roles.ts'

/** What decides whether and when a statement may be carried out. */
export type Circumstances = {
  /** Tables that rows are copied into: only they are ever loaded, so only they can have steps that wait for that. */
  readonly moved: ReadonlySet<TableId>
  /** Tables so small that all of their indexes are one step: what thousands of steps cost is not the work but the asking. */
  readonly small: ReadonlySet<TableId>
  readonly partitioned: ReadonlySet<TableId>
  /** Tables whose rows, or those of one of their partitions, come in the freeze: until then nothing that refers to them can be checked. */
  readonly inFreeze: ReadonlySet<TableId>
  /** Materialized views that are filled at the source, each after those it reads. */
  readonly filled: readonly TableId[]
  /** Of the target. */
  readonly roles: Roles
}

/**
 * The steps that the statements of pg_dump's post-data section come to, in the order they are to be built in: by phase, and within a phase as pg_dump has them. A statement about what
 * another one makes (a comment, an owner, CLUSTER ON, the state of a trigger) belongs to that one's step. None is left out but settings, Rehome's own, what
 * is said of roles that the target does not have, and event triggers where we may not create them.
 */
export const planBuilds = (statements: readonly string[], circumstances: Circumstances): Build[] => {
  const drafts: Draft[] = []
  const made = new Map<string, Draft | 'left out'>()
  let accessMethod = 'heap'
  for (const statement of statements.map(bare)) {
    const ddl = readDdl(statement)
    if (ddl.says === 'setting' && ddl.name === 'default_table_access_method') accessMethod = ddl.value
    if (isSetting(statement, ddl) || isOurs(statement, ddl)) continue
    const subjects = subjectsOf(ddl)
    const earlier = subjects.map(subject => made.get(subject)).find(draft => draft !== undefined)
    const sql = earlier === 'left out' ? undefined : permitted(statement, ddl, circumstances.roles)
    if (sql === undefined) {
      for (const subject of ddl.says === 'policy' || ddl.says === 'event trigger' ? subjects : []) made.set(subject, 'left out')
    } else if (earlier !== undefined && earlier !== 'left out') {
      addTo(earlier, sql, ddl)
    } else {
      const added = draftsOf(withMethod(sql, ddl, accessMethod), ddl, circumstances, drafts)
      drafts.push(...added)
      for (const subject of subjects) if (added[0] !== undefined) made.set(subject, added[0])
    }
  }
  drafts.push(...circumstances.filled.map(refresh))
  return number(together(drafts.toSorted((a, b) => rank(a) - rank(b))))
}

/** Fills the materialized views that are filled at the source: all there is to build where the schema is there already. */
export const planRefreshes = (filled: readonly TableId[]): Build[] => number(filled.map(refresh))

type Draft = {
  phase: Build['phase']
  readonly what: string
  readonly table?: TableId
  readonly refersTo?: TableId
  readonly sql: string[]
  /** Drafts of one phase that have the same are one step; what it is called then. */
  readonly group?: string
  /** The name of the trigger or rule that it makes. */
  readonly acts?: string
  /** Among the last ones of the last. */
  readonly isFinal?: true
}

const together = (drafts: readonly Draft[]): Draft[] => {
  const groups = Map.groupBy(drafts, draft => (draft.group === undefined ? draft : `${draft.phase} ${draft.group}`))
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? []
    return { ...first, what: `${others.length + 1} ${first.group ?? ''}`, sql: [first, ...others].flatMap(draft => draft.sql) }
  })
}

const number = (drafts: readonly Draft[]): Build[] =>
  drafts.map(({ phase, what, table, refersTo, sql }, at) => ({ id: `${phase}-${at + 1}`, phase, what, ...(table === undefined ? {} : { table }), ...(refersTo === undefined ? {} : { refersTo }), sql: sql.join('\n') }))

const phases: readonly Build['phase'][] = ['key', 'index', 'link', 'validate', 'late', 'last']

/** Event triggers come after everything else: they fire on the building itself. */
const rank = ({ phase, isFinal }: Draft): number => phases.indexOf(phase) * 2 + (isFinal === true ? 1 : 0)

/** What we may not do is for a person to do after the move, as preflight says: it must not come up in the freeze. */
const permitted = (sql: string, ddl: Ddl, roles: Roles): string | undefined => (ddl.says === 'event trigger' && !roles.mayCreateEventTriggers ? undefined : forRoles(sql, roles))

/** Sessions of ours have settings of their own. */
const isSetting = (sql: string, ddl: Ddl): boolean => ddl.says === 'setting' || sql === '' || sql.startsWith('SELECT pg_catalog.set_config(')

/** The fence of a move that went the other way, and what calls functions of ours. */
const isOurs = (sql: string, ddl: Ddl): boolean => {
  if ((ddl.says === 'trigger' || ddl.says === 'state') && ddl.name === 'rehome_fence') return true
  return (ddl.says === 'trigger' || ddl.says === 'event trigger') && (ddl.name.startsWith('rehome_') || sql.includes('EXECUTE FUNCTION "rehome".'))
}

/** What a statement makes or is about. */
const subjectsOf = (ddl: Ddl): string[] => {
  switch (ddl.says) {
    case 'constraint': return [called.constraint(ddl.table, ddl.name), ...(asIndex.has(ddl.kind) ? [called.index(beside(ddl.table, ddl.name))] : [])]
    case 'index': case 'about index': return [called.index(ddl.index)]
    case 'trigger': case 'rule': case 'policy': return [called.part(ddl.says, ddl.table, ddl.name)]
    case 'state': return [called.part(ddl.of, ddl.table, ddl.name)]
    case 'event trigger': return [called.eventTrigger(ddl.name)]
    case 'relation': return [called.relation(ddl.id)]
    case 'about': return ddl.what === '' ? [] : [ddl.what]
    case 'attach index': case 'row security': case 'setting': case 'other': return []
  }
}

const addTo = (draft: Draft, sql: string, ddl: Ddl): void => {
  draft.sql.push(sql)
  if (ddl.says === 'about index' && ddl.identifies && draft.phase === 'index') draft.phase = 'key'
  if (ddl.says === 'state' && ddl.acts) draft.phase = 'last'
}

const draftsOf = (sql: string, ddl: Ddl, at: Circumstances, before: readonly Draft[]): Draft[] => {
  const { canReplicate, bypassesRowSecurity } = at.roles
  const whenActing = canReplicate ? 'late' : 'last'
  switch (ddl.says) {
    case 'constraint': return constraint(sql, ddl, at)
    case 'index': return [{ phase: at.moved.has(ddl.table) ? 'index' : at.partitioned.has(ddl.table) ? 'link' : 'late', what: `index ${shown(ddl.name)}`, ...tableOf(ddl.table, at), ...groupOf(ddl.table, at), sql: [sql] }]
    case 'attach index': return [{ phase: 'link', what: `index of a partition ${named(ddl.index)}`, sql: [sql] }]
    case 'trigger': case 'rule': return [{ phase: whenActing, what: `${ddl.says} ${shown(ddl.name)} on ${named(ddl.table)}`, sql: [sql], acts: ddl.name }]
    // Of a partition's copy of a trigger, which comes with its parent's.
    case 'state': return [{ phase: ddl.acts || before.some(d => d.acts === ddl.name && d.phase === 'last') ? 'last' : whenActing, what: `state of ${ddl.of} ${shown(ddl.name)} on ${named(ddl.table)}`, sql: [sql] }]
    case 'policy': return [{ phase: 'late', what: `policy ${shown(ddl.name)} on ${named(ddl.table)}`, sql: [sql], group: `parts of row-level security of ${named(ddl.table)}` }]
    case 'row security': return [{ phase: bypassesRowSecurity ? 'late' : 'last', what: `row-level security of ${named(ddl.table)}`, sql: [sql], group: `parts of row-level security of ${named(ddl.table)}` }]
    case 'event trigger': return [{ phase: 'last', what: `event trigger ${shown(ddl.name)}`, sql: [sql], isFinal: true }]
    case 'relation': return [{ phase: 'late', what: `${ddl.kind} ${named(ddl.id)}`, sql: [sql] }]
    case 'about index': case 'about': case 'setting': case 'other': return [{ phase: 'late', what: visible(sql.replaceAll(/\s+/g, ' '), 60), sql: [sql] }]
  }
}

/** Of a table that is copied: as soon as it is loaded. Of a partitioned one: when its partitions' are there, which is before foreign keys are. */
const constraint = (sql: string, { table, name, kind, isValid, isEnforced, refersTo }: Extract<Ddl, { says: 'constraint' }>, at: Circumstances): Draft[] => {
  const what = `${kind} ${shown(name)}`
  if (kind === 'foreign key') return foreignKey(sql, { table, name, isChecked: isValid && isEnforced, refersTo }, at)
  if (!asIndex.has(kind)) return [{ phase: 'late', what, sql: [sql] }]
  if (!at.moved.has(table)) return [{ phase: 'link', what, sql: [sql] }]
  return [{ phase: kind === 'primary key' ? 'key' : 'index', what, table, ...groupOf(table, at), sql: [sql] }]
}

const asIndex: ReadonlySet<ConstraintKind> = new Set(['primary key', 'unique', 'exclude'])

/**
 * Made without looking at the rows, then checked: one that was not checked at the source is not checked here. Servers before 18 cannot do that on a partitioned table. Where
 * triggers fire on what is applied, a cascade would run twice: then they wait until nothing is applied any more. So does one that refers to rows which come only then.
 */
const foreignKey = (sql: string, { table, name, isChecked, refersTo }: { table: TableId; name: string; isChecked: boolean; refersTo: TableId | undefined }, at: Circumstances): Draft[] => {
  const what = `foreign key ${shown(name)}`
  const group = `foreign keys of ${named(table)}`
  if (!at.roles.canReplicate || (refersTo !== undefined && at.inFreeze.has(refersTo))) return [{ phase: 'last', what, ...tableOf(table, at), sql: [sql], group }]
  const both = { ...tableOf(table, at), ...(refersTo === undefined ? {} : { refersTo }) }
  // Checked at once where that takes no longer than the asking.
  if (!isChecked || at.partitioned.has(table) || at.small.has(table)) return [{ phase: 'link', what, ...tableOf(table, at), sql: [sql], group }]
  return [
    { phase: 'link', what, ...both, sql: [`${sql.slice(0, -1)} NOT VALID;`] },
    { phase: 'validate', what: `check of ${what}`, ...both, sql: [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quote(name)};`] },
  ]
}

const withMethod = (sql: string, ddl: Ddl, method: string): string =>
  method === 'heap' || ddl.says !== 'relation' || ddl.kind !== 'materialized view' ? sql : `SET LOCAL default_table_access_method = ${quote(method)};\n${sql}`

const refresh = (view: TableId): Draft => ({ phase: 'last', what: `rows of materialized view ${named(view)}`, sql: [`REFRESH MATERIALIZED VIEW ${view};`] })

const tableOf = (table: TableId, { moved }: Circumstances): { table?: TableId } => (moved.has(table) ? { table } : {})

const groupOf = (table: TableId, { small }: Circumstances): { group?: string } => (small.has(table) ? { group: `indexes of ${named(table)}` } : {})

const shown = (name: string): string => `"${visible(name, 63)}"`
const named = (id: TableId): string => visible(id, 130)
