/** Statements that make a data set, in order; each is timed by nobody. Sizes are those of the servers' files, without indexes. */
export type DataSet = { readonly name: 'tenant' | 'big'; readonly statements: readonly string[] }

/** Rows at scale 1 make about 2.7 GB: what a shop with a few years of history has. */
export const dataSet = (name: DataSet['name'], scale: number): DataSet => ({
  name,
  statements: [...pgbench(Math.max(1, Math.round(100 * scale))), ...wide(Math.round(1_000_000 * scale)), ...blobs(Math.round(5_000 * scale)), ...(name === 'tenant' ? small(Math.max(1, Math.round(2_000 * scale))) : []), 'VACUUM ANALYZE', 'CHECKPOINT'],
})

/** pgbench's own layout at its scale, made in SQL, with foreign keys. */
const pgbench = (scale: number): string[] => [
  `CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88)) WITH (fillfactor = 100)`,
  `CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int REFERENCES pgbench_branches, tbalance int, filler char(84)) WITH (fillfactor = 100)`,
  `CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor = 100)`,
  `CREATE TABLE pgbench_history (hid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))`,
  `INSERT INTO pgbench_branches SELECT i, 0, '' FROM generate_series(1, ${scale}) i`,
  `INSERT INTO pgbench_tellers SELECT i, (i - 1) / 10 + 1, 0, '' FROM generate_series(1, ${scale * 10}) i`,
  `INSERT INTO pgbench_accounts SELECT i, (i - 1) / 100000 + 1, 0, '' FROM generate_series(1, ${scale * 100_000}) i`,
  `ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)`,
  `ALTER TABLE pgbench_accounts ADD FOREIGN KEY (bid) REFERENCES pgbench_branches`,
]

const wide = (rows: number): string[] => [
  `CREATE TABLE event (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, body jsonb NOT NULL, note text)`,
  `INSERT INTO event SELECT i, timestamptz '2025-01-01' + i * interval '7 seconds', 'kind-' || i % 40,
     jsonb_build_object('order', i, 'shop', md5((i % 997)::text), 'lines', jsonb_build_array(md5(i::text), md5((i + 1)::text), md5((i + 2)::text)), 'total', (i * 37 % 100000)::numeric / 100),
     repeat(md5((i * 7)::text), 6) FROM generate_series(1, ${rows}) i`,
  `ALTER TABLE event ADD PRIMARY KEY (id)`,
  `CREATE INDEX event_at ON event (at)`,
  `CREATE INDEX event_kind ON event (kind, at)`,
]

/** Bytes that do not compress, 64 KiB each. */
const blobs = (rows: number): string[] => [
  `CREATE TABLE blob (id int PRIMARY KEY, name text NOT NULL UNIQUE, body bytea NOT NULL)`,
  `ALTER TABLE blob ALTER body SET STORAGE EXTERNAL`,
  `INSERT INTO blob SELECT i, 'file-' || i, (SELECT string_agg(sha256((i::text || ':' || j::text)::bytea), ''::bytea) FROM generate_series(1, 2048) j) FROM generate_series(1, ${rows}) i`,
]

/** Tables of a few rows each, as a product with many features has them; every other one refers to the one before it. */
const small = (tables: number): string[] =>
  Array.from({ length: Math.ceil(tables / 100) }, (_, group) =>
    Array.from({ length: Math.min(100, tables - group * 100) }, (_, i) => {
      const n = group * 100 + i
      const parent = n % 2 === 1 ? ` REFERENCES small_${n - 1}` : ''
      return `CREATE TABLE small_${n} (id int PRIMARY KEY, parent int${parent}, name text NOT NULL, at timestamptz NOT NULL DEFAULT now());
        INSERT INTO small_${n} SELECT i, ${parent === '' ? 'NULL' : 'i'}, 'row ' || i, timestamptz '2026-01-01' + i * interval '1 hour' FROM generate_series(1, 40) i;
        CREATE INDEX small_${n}_name ON small_${n} (name);`
    }).join('\n'))
