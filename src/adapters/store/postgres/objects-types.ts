import { columnsOf, sorted } from './objects-relations.ts'
import { notOfExtension, ofUsers } from './tables.ts'

/*
 * Statements that answer kind, name and definition. Run with every identifier quoted and an empty search_path.
 */

/** Schema `public` is everywhere, unless somebody dropped it; an empty one too many does no harm. */
const schemas = `SELECT 'schema' AS kind, pg_catalog.quote_ident(n.nspname) AS name, '' AS definition FROM pg_catalog.pg_namespace n WHERE ${ofUsers} AND n.nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')}`

const extensions = `SELECT 'extension' AS kind, pg_catalog.quote_ident(e.extname) AS name, 'in schema ' || pg_catalog.quote_ident(n.nspname) AS definition FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`

const own = `${ofUsers} AND ${notOfExtension('pg_type', 't.oid')}`
const named = `pg_catalog.format('%I.%I', n.nspname, t.typname) AS name`
const collation = (oid: string): string => `(SELECT pg_catalog.format('COLLATE %I.%I', ln.nspname, l.collname) FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace WHERE l.oid = ${oid})`

const enums = `SELECT 'enum' AS kind, ${named}, COALESCE((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), E'\\n' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') AS definition
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND ${own}`

const composites = `SELECT 'composite type' AS kind, ${named}, COALESCE(${columnsOf}, '') AS definition
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE t.typtype = 'c' AND ${own}`

const domains = `SELECT 'domain' AS kind, ${named}, pg_catalog.concat_ws(E'\\n', pg_catalog.format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> b.typcollation THEN ${collation('t.typcollation')} END, CASE WHEN t.typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0),
    (SELECT pg_catalog.string_agg(pg_catalog.format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), E'\\n' ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')) AS definition
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND ${own}`

const ranges = `SELECT 'range' AS kind, ${named}, pg_catalog.concat_ws(E'\\n', 'of ' || pg_catalog.format_type(r.rngsubtype, NULL), ${collation('NULLIF(r.rngcollation, b.typcollation)')},
    (SELECT pg_catalog.format('operator class %I.%I', n2.nspname, o.opcname) FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n2 ON n2.oid = o.opcnamespace WHERE o.oid = r.rngsubopc),
    'multirange ' || pg_catalog.format_type(r.rngmultitypid, NULL), CASE WHEN r.rngcanonical <> 0 THEN 'canonical ' || r.rngcanonical::pg_catalog.regproc::text END, CASE WHEN r.rngsubdiff <> 0 THEN 'difference ' || r.rngsubdiff::pg_catalog.regproc::text END) AS definition
  FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_type b ON b.oid = r.rngsubtype WHERE ${own}`

/** Written in C; their array types follow from them. */
const bases = `SELECT 'base type' AS kind, ${named}, pg_catalog.format('length %s align %s input %s output %s', t.typlen, t.typalign, t.typinput::pg_catalog.regproc, t.typoutput::pg_catalog.regproc) AS definition
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid) AND ${own}`

/** The columns were renamed in 17; the version of the library that sorts is a concern of preflight, not a part of the definition. */
const collations = `SELECT 'collation' AS kind, pg_catalog.format('%I.%I', n.nspname, l.collname) AS name, pg_catalog.concat_ws(E'\\n', 'provider ' || l.collprovider::text, CASE WHEN NOT l.collisdeterministic THEN 'not deterministic' END,
    'collate ' || l.collcollate, 'ctype ' || l.collctype, 'locale ' || COALESCE(j ->> 'colllocale', j ->> 'colliculocale'), 'rules ' || (j ->> 'collicurules')) AS definition
  FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace, LATERAL (SELECT pg_catalog.to_jsonb(l) AS j) AS as_json WHERE ${ofUsers} AND ${notOfExtension('pg_collation', 'l.oid')}`

const searches = `SELECT 'text search configuration' AS kind, pg_catalog.format('%I.%I', n.nspname, f.cfgname) AS name, pg_catalog.concat_ws(E'\\n', (SELECT pg_catalog.format('parser %I.%I', pn.nspname, p.prsname) FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = f.cfgparser),
    (SELECT pg_catalog.string_agg(pg_catalog.format('%s: %s', m.maptokentype, m.mapdict::pg_catalog.regdictionary), E'\\n' ORDER BY m.maptokentype, m.mapseqno) FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = f.oid)) AS definition
  FROM pg_catalog.pg_ts_config f JOIN pg_catalog.pg_namespace n ON n.oid = f.cfgnamespace WHERE ${ofUsers} AND ${notOfExtension('pg_ts_config', 'f.oid')}`

const dictionaries = `SELECT 'text search dictionary' AS kind, pg_catalog.format('%I.%I', n.nspname, s.dictname) AS name, pg_catalog.format('template %I.%I %s', tn.nspname, t.tmplname, s.dictinitoption) AS definition
  FROM pg_catalog.pg_ts_dict s JOIN pg_catalog.pg_namespace n ON n.oid = s.dictnamespace JOIN pg_catalog.pg_ts_template t ON t.oid = s.dicttemplate JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace WHERE ${ofUsers} AND ${notOfExtension('pg_ts_dict', 's.oid')}`

const wrappers = `SELECT 'foreign data wrapper' AS kind, pg_catalog.quote_ident(w.fdwname) AS name, pg_catalog.format('handler %s validator %s %s', w.fdwhandler::pg_catalog.regproc, w.fdwvalidator::pg_catalog.regproc, ${sorted('w.fdwoptions')}) AS definition
  FROM pg_catalog.pg_foreign_data_wrapper w WHERE ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}`

const servers = `SELECT 'foreign server' AS kind, pg_catalog.quote_ident(s.srvname) AS name, pg_catalog.concat_ws(E'\\n', 'wrapper ' || pg_catalog.quote_ident(w.fdwname), 'type ' || s.srvtype, 'version ' || s.srvversion, 'options ' || ${sorted('s.srvoptions')}) AS definition
  FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`

export const typeObjects: readonly string[] = [schemas, extensions, enums, composites, domains, ranges, bases, collations, searches, dictionaries, wrappers, servers]
