import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableId } from '#domain/stream.ts'
import { partLoneTables } from './lone-tables.ts'

const table = (name: string): TableId => `"s"."${name}"` as TableId
const create = (name: string, column = '"id" integer'): string => `CREATE TABLE ${table(name)} (${column});`
/** So many that they are worth it, beside those that a case is about. */
const crowd = Array.from({ length: 300 }, (_, i) => `t${i}`)
const moved = (...others: string[]): ReadonlySet<TableId> => new Set([...crowd, ...others].map(table))
const part = (statements: readonly string[], ...others: string[]) => partLoneTables([...crowd.map(name => create(name)), ...statements], moved(...others))
const isLone = (statements: readonly string[], name = 'x'): boolean => part(statements, name, 'y').lone.has(table(name))

test('a table goes with all that is said of it alone, in order', () => {
  const own = [create('x'), `ALTER TABLE "s"."x" OWNER TO "o";`, `COMMENT ON TABLE "s"."x" IS 'one';`, `COMMENT ON COLUMN "s"."x"."id" IS 'two';`, `ALTER TABLE ONLY "s"."x" ALTER COLUMN "id" SET DEFAULT 1;`, `GRANT SELECT,INSERT ON TABLE "s"."x" TO "r";`, `REVOKE ALL ON TABLE "s"."x" FROM "r";`]
  const { rest, lone } = part([`CREATE TYPE "s"."kind" AS ENUM ('a');`, ...own, `CREATE VIEW "s"."v" AS SELECT 1;`], 'x')
  assert.deepEqual(lone.get(table('x')), own)
  assert.deepEqual(rest, [`CREATE TYPE "s"."kind" AS ENUM ('a');`, `CREATE VIEW "s"."v" AS SELECT 1;`])
  assert.equal(lone.size, 301)
})

test('what something else needs stays where it was', () => {
  const needing = [
    `CREATE VIEW "s"."v" AS SELECT * FROM "s"."x";`, `CREATE TABLE "s"."y" ("of" "s"."x");`, `CREATE TABLE "s"."y" ("more" integer) INHERITS ("s"."x");`, `ALTER TABLE ONLY "s"."p" ATTACH PARTITION "s"."x" FOR VALUES IN (1);`,
    `CREATE FUNCTION "s"."f"() RETURNS SETOF "s"."x" LANGUAGE "sql" AS $$SELECT 1$$;`, `ALTER SEQUENCE "s"."x_id_seq" OWNED BY "s"."x"."id";`, `CREATE DOMAIN "s"."d" AS "s"."x"[];`, `CREATE FOREIGN TABLE "s"."z" ("x" "s"."x");`,
  ]
  for (const sql of needing) assert.equal(isLone([create('x'), sql]), false, sql)
  assert.equal(isLone([create('x'), `CREATE VIEW "s"."v" AS SELECT * FROM "s"."xx";`]), true)
  // What itself needs others goes: they are made before.
  assert.equal(isLone([create('x'), `CREATE TABLE "s"."y" ("of" "s"."x");`], 'y'), true)
})

test('a table whose identity has rights or comments of its own stays', () => {
  const identity = `ALTER TABLE "s"."x" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (\n    SEQUENCE NAME "s"."x_id_seq"\n    START WITH 1\n);`
  assert.equal(isLone([create('x'), identity]), true)
  assert.equal(isLone([create('x'), identity, `GRANT SELECT ON SEQUENCE "s"."x_id_seq" TO "r";`]), false)
})

test('partitioned, unlogged and foreign tables, other access methods and what is not copied stay', () => {
  assert.equal(isLone(['CREATE UNLOGGED TABLE "s"."x" ("id" integer);']), false)
  assert.equal(isLone([`SET default_table_access_method = "columns";`, create('x')]), false)
  assert.equal(isLone([`SET default_table_access_method = "columns";`, `SET default_table_access_method = "heap";`, create('x')]), true)
  assert.equal(part([create('nobody')]).lone.has(table('nobody')), false)
})

test('names with quotes and dots are taken whole', () => {
  const odd = '"a""."".b"."c""d"' as TableId
  const { lone } = partLoneTables([...crowd.map(name => create(name)), `CREATE TABLE ${odd} ("id" integer);`, `CREATE VIEW "s"."v" AS SELECT * FROM ${odd};`], new Set([...moved(), odd]))
  assert.equal(lone.has(odd), false)
})

test('a few tables are made with everything else', () => {
  const few = [create('x'), create('y')]
  assert.deepEqual(partLoneTables(few, new Set([table('x'), table('y')])), { rest: few, lone: new Map() })
})
