import type { SchemaObject } from '#domain/catalog.ts'
import type { Context } from './context.ts'
import { columnsOf, sorted } from './objects-relations.ts'
import { notOfExtension, ofUsers } from './tables.ts'
import { viewText } from './view-text.ts'

/*
 * Statements that answer kind, name and definition. Run with every identifier quoted and an empty search_path.
 */

const functions = `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind, pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name, pg_catalog.pg_get_functiondef(p.oid) AS definition
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND ${ofUsers} AND ${notOfExtension('pg_proc', 'p.oid')}`

const aggregates = `SELECT 'aggregate' AS kind, pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name, pg_catalog.concat_ws(E'\\n',
    pg_catalog.format('returns %s parallel %s kind %s direct %s', pg_catalog.format_type(p.prorettype, NULL), p.proparallel, a.aggkind, a.aggnumdirectargs),
    pg_catalog.format('steps %s %s %s %s %s', a.aggtransfn::pg_catalog.regprocedure, pg_catalog.format_type(a.aggtranstype, NULL), a.aggtransspace, a.aggfinalfn::pg_catalog.regprocedure, a.agginitval),
    pg_catalog.format('final %s %s combine %s %s %s', a.aggfinalextra, a.aggfinalmodify, a.aggcombinefn::pg_catalog.regprocedure, a.aggserialfn::pg_catalog.regprocedure, a.aggdeserialfn::pg_catalog.regprocedure),
    pg_catalog.format('moving %s %s %s %s', a.aggmtransfn::pg_catalog.regprocedure, a.aggminvtransfn::pg_catalog.regprocedure, a.aggmfinalfn::pg_catalog.regprocedure, a.aggminitval), pg_catalog.format('sort %s', a.aggsortop::pg_catalog.regoperator)) AS definition
  FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${ofUsers} AND ${notOfExtension('pg_proc', 'p.oid')}`

const operators = `SELECT 'operator' AS kind, o.oid::pg_catalog.regoperator::text AS name, pg_catalog.format('%s %s %s commutator %s negator %s hashes %s merges %s', o.oprcode::pg_catalog.regprocedure, o.oprrest::pg_catalog.regprocedure, o.oprjoin::pg_catalog.regprocedure, o.oprcom::pg_catalog.regoperator, o.oprnegate::pg_catalog.regoperator, o.oprcanhash, o.oprcanmerge) AS definition
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE ${ofUsers} AND ${notOfExtension('pg_operator', 'o.oid')}`

const operatorClasses = `SELECT 'operator class' AS kind, pg_catalog.format('%I.%I using %I', n.nspname, c.opcname, m.amname) AS name, pg_catalog.format('for %s default %s stores %s family %I.%I', pg_catalog.format_type(c.opcintype, NULL), c.opcdefault, pg_catalog.format_type(c.opckeytype, NULL), fn.nspname, f.opfname) AS definition
  FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace WHERE ${ofUsers} AND ${notOfExtension('pg_opclass', 'c.oid')}`

const operatorFamilies = `SELECT 'operator family' AS kind, pg_catalog.format('%I.%I using %I', n.nspname, f.opfname, m.amname) AS name, pg_catalog.concat_ws(E'\\n',
    (SELECT pg_catalog.string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM (SELECT pg_catalog.format('operator %s %s for %s', o.amopstrategy, o.amopopr::pg_catalog.regoperator, o.amoppurpose) AS line FROM pg_catalog.pg_amop o WHERE o.amopfamily = f.oid) AS operators),
    (SELECT pg_catalog.string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM (SELECT pg_catalog.format('function %s (%s, %s) %s', a.amprocnum, pg_catalog.format_type(a.amproclefttype, NULL), pg_catalog.format_type(a.amprocrighttype, NULL), a.amproc::pg_catalog.regprocedure) AS line FROM pg_catalog.pg_amproc a WHERE a.amprocfamily = f.oid) AS functions)) AS definition
  FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod WHERE ${ofUsers} AND ${notOfExtension('pg_opfamily', 'f.oid')}`

/** Numbers below 16384 are the server's own. */
const casts = `SELECT 'cast' AS kind, pg_catalog.format('%s as %s', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)) AS name, pg_catalog.format('%s context %s method %s', c.castfunc::pg_catalog.regprocedure, c.castcontext, c.castmethod) AS definition
  FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 AND ${notOfExtension('pg_cast', 'c.oid')}`

const languages = `SELECT 'language' AS kind, pg_catalog.quote_ident(l.lanname) AS name, pg_catalog.format('trusted %s handler %s inline %s validator %s', l.lanpltrusted, l.lanplcallfoid::pg_catalog.regproc, l.laninline::pg_catalog.regproc, l.lanvalidator::pg_catalog.regproc) AS definition
  FROM pg_catalog.pg_language l WHERE l.oid >= 16384 AND ${notOfExtension('pg_language', 'l.oid')}`

const enabled = (state: string): string => `CASE ${state} WHEN 'D' THEN 'disabled' WHEN 'A' THEN 'always' WHEN 'R' THEN 'on a replica' END`
const ofRehome = (oid: string): string => `EXISTS (SELECT FROM pg_catalog.pg_proc f WHERE f.oid = ${oid} AND f.pronamespace = pg_catalog.to_regnamespace('rehome'))`

const triggers = `SELECT 'trigger' AS kind, pg_catalog.format('%I on %I.%I', t.tgname, n.nspname, c.relname) AS name, pg_catalog.concat_ws(E'\\n', pg_catalog.pg_get_triggerdef(t.oid), ${enabled('t.tgenabled')}) AS definition
  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND NOT ${ofRehome('t.tgfoid')} AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_trigger', 't.oid')}`

const rules = `SELECT 'rule' AS kind, pg_catalog.format('%I on %I.%I', r.rulename, n.nspname, c.relname) AS name, pg_catalog.concat_ws(E'\\n', pg_catalog.regexp_replace(pg_catalog.pg_get_ruledef(r.oid), '\\s+', ' ', 'g'), ${enabled('r.ev_enabled')}) AS definition
  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_rewrite', 'r.oid')}`

const eventTriggers = `SELECT 'event trigger' AS kind, pg_catalog.quote_ident(e.evtname) AS name, pg_catalog.concat_ws(E'\\n', pg_catalog.format('on %s execute %s', e.evtevent, e.evtfoid::pg_catalog.regprocedure), 'when ' || pg_catalog.array_to_string(e.evttags, ', '), ${enabled('e.evtenabled')}) AS definition
  FROM pg_catalog.pg_event_trigger e WHERE NOT ${ofRehome('e.evtfoid')} AND ${notOfExtension('pg_event_trigger', 'e.oid')}`

export const codeObjects: readonly string[] = [functions, aggregates, operators, operatorClasses, operatorFamilies, casts, languages, triggers, rules, eventTriggers]

const views = `SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, pg_catalog.pg_get_viewdef(c.oid) AS text,
    pg_catalog.concat_ws(E'\\n', 'with ' || ${sorted('c.reloptions')}, ${columnsOf}, 'uses ' || (SELECT pg_catalog.string_agg(DISTINCT used, ', ') FROM (
      SELECT pg_catalog.format('%I.%I', un.nspname, u.relname) || COALESCE('.' || pg_catalog.quote_ident(a.attname), '') AS used
        FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          JOIN pg_catalog.pg_class u ON u.oid = d.refobjid JOIN pg_catalog.pg_namespace un ON un.oid = u.relnamespace LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = u.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
        WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND u.oid <> c.oid
      UNION SELECT f.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid WHERE r.ev_class = c.oid AND r.rulename = '_RETURN') AS uses)) AS rest
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND ${ofUsers} AND ${notOfExtension('pg_class', 'c.oid')}`

/** A view's text is printed differently by different versions: it is compared without what differs, and with all that it uses. */
export const viewObjects = async (query: Context['query']): Promise<SchemaObject[]> => {
  const rows = await query<{ kind: string; name: string; text: string; rest: string }>(views)
  return rows.map(({ kind, name, text, rest }) => ({ kind, name, definition: `${rest}\n${viewText(text)}` }))
}
