import { visible } from '#lib/visible.ts'
import { blocker, type Check, concern, count, named, type Side, statements, userTables } from './examine-ground.ts'
import { labelOf } from './identifiers.ts'
import { moved, ofUsers } from './tables.ts'

/** The schema `rehome`, publications, and on the target everything else. */
export const mayCreate: Check = async ({ source, target }) => (await Promise.all([source, target].map(async at => {
  const [row] = await at.query<{ may: boolean; plpgsql: boolean }>(
    `SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may, EXISTS (SELECT FROM pg_catalog.pg_language WHERE lanname = 'plpgsql') AS plpgsql`)
  return [
    ...(row?.may === true ? [] : [blocker(at.side, 'create-right', `The role ${named(at.role)} may not create schemas in the ${at.side}.`, { remedy: `GRANT CREATE ON DATABASE ${named(at.database)} TO ${named(at.role)};` })]),
    ...(row?.plpgsql === true ? [] : [blocker(at.side, 'plpgsql', `The ${at.side} lacks the language plpgsql, in which the fence is written.`, { remedy: 'CREATE EXTENSION plpgsql;' })]),
  ]
}))).flat()

/** The schema `public` of version 15 and later takes objects from its owner alone. */
export const mayCreateInPublic: Check = async ({ source, target, wish }) => {
  if (wish.schema !== 'dump') return []
  const [used] = await source.query<{ used: boolean }>(`SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.to_regnamespace('public') AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')) AS used`)
  const [may] = await target.query<{ may: boolean }>(`SELECT pg_catalog.to_regnamespace('public') IS NULL OR pg_catalog.has_schema_privilege('public', 'CREATE') AS may`)
  return used?.used !== true || may?.may !== false ? []
    : [blocker('target', 'public-right', `The role ${named(target.role)} may not create in the schema public of the target.`, { remedy: `GRANT CREATE ON SCHEMA public TO ${named(target.role)};` })]
}

/** A publication and a trigger that always fires are made by a table's owner, or a member of it. On the target only what is there already has another. */
export const ownsTables: Check = async ({ source, target, wish }) => {
  const sides = wish.schema === 'existing' ? [source, target] : [source]
  return (await Promise.all(sides.map(async at => {
    const rows = await at.query<{ schema: string; name: string; owner: string }>(
      `SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE ${userTables} AND ${moved} AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') ORDER BY 1, 2`)
    return rows.length === 0 ? [] : [blocker(at.side, 'owner-right', `The role ${named(at.role)} does not own ${count(rows.length, 'table')} of the ${at.side}, and only an owner can put the fence there.`, {
      remedy: statements([...new Set(rows.map(row => row.owner))].map(owner => `GRANT ${named(owner)} TO ${named(at.role)};`)), about: rows.map(row => labelOf(row.schema, row.name)),
    })]
  }))).flat()
}

export const mayRead: Check = async ({ source }) => {
  const rows = await source.query<{ schema: string; name: string; sees: boolean; sequence: boolean }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS sees, c.relkind = 'S' AS sequence FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND ${ofUsers} AND ${moved} AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT') ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END)
     ORDER BY 1, 2`)
  if (rows.length === 0) return []
  const role = named(source.role)
  const grants = [...Map.groupBy(rows, row => row.schema)].flatMap(([schema, of]) => [
    ...(of.some(row => !row.sees) ? [`GRANT USAGE ON SCHEMA ${named(schema)} TO ${role};`] : []),
    ...(of.some(row => !row.sequence) ? [`GRANT SELECT ON ALL TABLES IN SCHEMA ${named(schema)} TO ${role};`] : []),
    ...(of.some(row => row.sequence) ? [`GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${named(schema)} TO ${role};`] : []),
  ])
  return [blocker('source', 'read-right', `The role ${role} may not read ${count(rows.length, 'table or sequence', 'tables and sequences')} of the source.`, { remedy: statements(grants), about: rows.map(row => labelOf(row.schema, row.name)) })]
}

/** Row-level security would hide rows from the copy; our sessions ask the server to refuse instead. */
export const rowSecurity: Check = async ({ source, target, wish }) => (await Promise.all([source, ...(wish.schema === 'existing' ? [target] : [])].map(async at => {
  const rows = await at.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${userTables} AND c.relrowsecurity AND ${moved} AND pg_catalog.row_security_active(c.oid) ORDER BY 1, 2`)
  return rows.length === 0 ? [] : [blocker(at.side, 'row-security', `Row-level security hides rows of ${count(rows.length, 'table')} of the ${at.side} from the role ${named(at.role)}.`, { remedy: `ALTER ROLE ${named(at.role)} BYPASSRLS;`, about: rows.map(row => labelOf(row.schema, row.name)) })]
}))).flat()

/**
 * What the stream brings has fired its triggers, cascades and rules already, on the other side. Where they cannot be kept asleep they would act twice: on the target while it is
 * followed, and on the source when the move is turned back.
 */
export const replicationRole: Check = async ({ source, target, wish }) => {
  const acting = await actingTables(source)
  if (acting.length === 0 || !wish.follow) return []
  return (await Promise.all([source, target].map(async at => {
    if (await maySetReplicationRole(at)) return []
    const role = named(at.role)
    const remedy = at.version >= 150000 ? `GRANT SET ON PARAMETER session_replication_role TO ${role};` : `Use a superuser (ALTER ROLE ${role} SUPERUSER;), or the provider's role that may set session_replication_role.`
    if (at.side === 'target' && wish.schema === 'dump') {
      return [concern('target', 'replication-role', `The role ${role} may not set session_replication_role on the target: foreign keys and triggers of ${count(acting.length, 'table')} are made only in the freeze, which grows by that; and once turned back, the move cannot go out a second time.`, { remedy, about: acting })]
    }
    return [blocker(at.side, 'replication-role', `The role ${role} may not set session_replication_role on the ${at.side}: triggers, foreign keys and rules of ${count(acting.length, 'table')} would act a second time on rows that ${at.side === 'target' ? 'are followed' : 'come back'}.`, { remedy, about: acting })]
  }))).flat()
}

const actingTables = async (at: Side): Promise<string[]> =>
  (await at.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${userTables} AND (EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgname <> 'rehome_fence')
       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f') OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_enabled IN ('O', 'A')))
     ORDER BY 1, 2`)).map(row => labelOf(row.schema, row.name))

/** Tried for real and taken back: providers let their own roles do it in ways that no catalog shows. */
const maySetReplicationRole = async (at: Side): Promise<boolean> => {
  const session = await at.context.connect('examine')
  try {
    await session.query('SET session_replication_role = replica')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42501') return false
    throw error
  } finally {
    await session.end()
  }
}

/** A large object is read by its owner, or whom it was granted to. */
export const mayReadLargeObjects: Check = async ({ source }) => {
  const [row] = await source.query<{ all: number; closed: number; owners: string[] | null }>(
    `SELECT pg_catalog.count(*)::integer AS all, pg_catalog.count(*) FILTER (WHERE closed)::integer AS closed, pg_catalog.array_agg(DISTINCT owner) FILTER (WHERE closed) AS owners FROM (
       SELECT pg_catalog.pg_get_userbyid(lomowner)::text AS owner, NOT (pg_catalog.current_setting('is_superuser') = 'on' OR pg_catalog.current_setting('lo_compat_privileges') = 'on' OR pg_catalog.pg_has_role(lomowner, 'USAGE')
         OR EXISTS (SELECT FROM pg_catalog.aclexplode(lomacl) a WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))) AS closed
       FROM pg_catalog.pg_largeobject_metadata) AS objects`)
  const owners = row?.owners ?? []
  return owners.length === 0 ? [] : [blocker('source', 'large-object-right', `The role ${named(source.role)} may not read ${row?.closed} of ${count(row?.all ?? 0, 'large object')} of the source.`, {
    remedy: statements(owners.map(owner => `GRANT ${named(owner)} TO ${named(source.role)};`)), about: owners.map(owner => `large objects of ${visible(owner)}`),
  })]
}
