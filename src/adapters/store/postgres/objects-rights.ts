import { notOfExtension, ofUsers } from './tables.ts'

/*
 * Statements that answer kind, name and definition; the parameter is the names of the roles that are told, null: all. Run with every identifier quoted and an empty search_path.
 */

const isTold = (role: string): string => `($1::text[] IS NULL OR ${role} = ANY ($1::text[]))`

const policies = `SELECT 'policy' AS kind, pg_catalog.format('%I on %I.%I', p.polname, n.nspname, c.relname) AS name, pg_catalog.concat_ws(E'\\n',
    pg_catalog.format('%s for %s to %s', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, w.roles),
    'using ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'with check ' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) AS definition
  FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT CASE WHEN 0 = ANY (p.polroles) THEN 'PUBLIC' ELSE (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles) AND ${isTold('r.rolname::text')}) END AS roles) AS w
  WHERE ${ofUsers} AND w.roles IS NOT NULL AND ${notOfExtension('pg_policy', 'p.oid')}`

/** Long ones by their hash. Those of extensions come with the extension. Takes no parameter. */
export const comments = `SELECT 'comment' AS kind, i.type || ' ' || i.identity AS name, CASE WHEN pg_catalog.length(d.description) <= 2000 THEN d.description ELSE pg_catalog.format('%s… (%s characters, SHA-256 %s)', pg_catalog.left(d.description, 200), pg_catalog.length(d.description), pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(d.description, 'UTF8')), 'hex')) END AS definition
  FROM pg_catalog.pg_description d, LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
  WHERE (d.objoid >= 16384 OR (d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objoid = 'public'::pg_catalog.regnamespace))
    AND d.classoid NOT IN ('pg_catalog.pg_extension'::pg_catalog.regclass, 'pg_catalog.pg_largeobject'::pg_catalog.regclass, 'pg_catalog.pg_publication'::pg_catalog.regclass, 'pg_catalog.pg_subscription'::pg_catalog.regclass)
    AND i.schema IS DISTINCT FROM 'rehome' AND NOT (d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.name = '"rehome"') AND COALESCE(i.schema !~ '^"?pg_', true)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objoid AND k.contype = 'n')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')`

/** Users that were made for people at the end of a move, and are marked as such: what they may do is no part of what the product's schema is. */
const isOurs = (role: string): string => `COALESCE(pg_catalog.shobj_description(${role}, 'pg_authid') = 'made by Rehome', false)`

/** What roles other than the owner may do, by role; `*`: and may grant. */
const told = (acl: string, owner: string): string => `(SELECT pg_catalog.string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM (
      SELECT pg_catalog.format('%s: %s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END, pg_catalog.string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY a.privilege_type)) AS line
      FROM (SELECT x.grantee, x.privilege_type, pg_catalog.bool_or(x.is_grantable) AS is_grantable FROM pg_catalog.aclexplode(${acl}) AS x WHERE x.grantee <> ${owner} AND x.privilege_type <> 'MAINTAIN' GROUP BY 1, 2) AS a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
      WHERE a.grantee = 0 OR (${isTold('r.rolname::text')} AND NOT ${isOurs('a.grantee')}) GROUP BY a.grantee, r.rolname) AS lines)`

/** Only what is not as it is for everything new. `letter`: as acldefault has it. */
const grants = (kind: string, name: string, from: string, where: string, { acl, owner, letter }: { acl: string; owner: string; letter: string }): string =>
  `SELECT 'grants' AS kind, '${kind} ' || name AS name, COALESCE(rights, 'nobody but the owner') AS definition
   FROM (SELECT ${name} AS name, ${told(acl, owner)} AS rights, ${told(`pg_catalog.acldefault(${letter}, ${owner})`, owner)} AS usual FROM ${from} WHERE ${acl} IS NOT NULL AND ${where}) AS told WHERE rights IS DISTINCT FROM usual`

const relationName = `pg_catalog.format('%I.%I', n.nspname, c.relname)`
const relation = 'pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace'

export const rightObjects: readonly string[] = [
  policies,
  grants('relation', relationName, relation, `c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')}`, { acl: 'c.relacl', owner: 'c.relowner', letter: `CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END` }),
  grants('column', `pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname)`, `${relation} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped`, `c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')}`, { acl: 'a.attacl', owner: 'c.relowner', letter: `'c'` }),
  grants('function', `pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))`, 'pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace', `${ofUsers} AND ${notOfExtension('pg_proc', 'p.oid')}`, { acl: 'p.proacl', owner: 'p.proowner', letter: `'f'` }),
  grants('type', `pg_catalog.format('%I.%I', n.nspname, t.typname)`, 'pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace', `${ofUsers} AND ${notOfExtension('pg_type', 't.oid')}`, { acl: 't.typacl', owner: 't.typowner', letter: `'T'` }),
  grants('schema', 'pg_catalog.quote_ident(n.nspname)', 'pg_catalog.pg_namespace n', `${ofUsers} AND n.nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')}`, { acl: 'n.nspacl', owner: 'n.nspowner', letter: `'n'` }),
  grants('foreign server', 'pg_catalog.quote_ident(s.srvname)', 'pg_catalog.pg_foreign_server s', notOfExtension('pg_foreign_server', 's.oid'), { acl: 's.srvacl', owner: 's.srvowner', letter: `'S'` }),
  // Everybody may use what is in it, unless told otherwise: that is how a database begins.
  `SELECT 'grants' AS kind, 'schema "public"' AS name, COALESCE(${told('n.nspacl', 'n.nspowner')}, 'nobody but the owner') AS definition FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`,
  `SELECT 'default privileges' AS kind, pg_catalog.format('of %I on %s%s', r.rolname, CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END, ' in schema ' || pg_catalog.quote_ident(n.nspname)) AS name,
     COALESCE(${told('d.defaclacl', 'd.defaclrole')}, 'nobody but the owner') AS definition
   FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace WHERE ${isTold('r.rolname::text')}`,
]
