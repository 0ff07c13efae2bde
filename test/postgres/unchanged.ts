import type { TestDatabase } from '#test/services/postgres.ts'

/**
 * A hash for each part of a database that a visitor could have changed: every row of the catalog with the transaction that wrote it, slots, the
 * server's settings. Left out: what the server changes by itself (statistics, sizes, the ages of rows).
 */
export const printOfCatalog = async (database: TestDatabase): Promise<Record<string, string>> => {
  const catalogs = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_class', 'pg_largeobject', 'pg_database', 'pg_index', 'pg_authid') ORDER BY 1`)
  const parts = catalogs.map(({ name }) => `SELECT '${name}' AS what, md5(COALESCE(string_agg(t.xmin::text || t::text, ',' ORDER BY t::text), '')) AS is FROM pg_catalog.${name} t`)
  const rows = await database.query<{ what: string; is: string }>(`${parts.join(' UNION ALL ')}
    UNION ALL SELECT 'classes', md5(string_agg(concat_ws(' ', oid, relname, relnamespace, relkind, relowner, relacl, reloptions, relfilenode, relrowsecurity, relreplident), ',' ORDER BY oid)) FROM pg_class WHERE relpersistence <> 't' AND NOT relisshared
    UNION ALL SELECT 'slots', COALESCE(string_agg(concat_ws(' ', slot_name, active), ',' ORDER BY slot_name), '') FROM pg_replication_slots
    UNION ALL SELECT 'settings', md5(string_agg(concat_ws(' ', sourcefile, name, setting), ',' ORDER BY sourcefile, seqno)) FROM pg_file_settings`)
  return Object.fromEntries(rows.map(row => [row.what, row.is]))
}
