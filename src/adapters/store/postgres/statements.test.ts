import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lex } from './lexer.ts'
import { splitStatements } from './statements.ts'

const trap = fc.constantFrom(';', "''", '""', '\\', '--', '/*', '*/', '$$', '$a$', '(', ')', '\n', 'BEGIN ATOMIC', 'END', 'CASE', "'", '"', 'é', '👩', ' ', 'E', 'x', '0')
const text = fc.array(trap, { maxLength: 8 }).map(parts => parts.join(''))

/** Pieces of SQL that are closed in themselves, with every trap inside. */
const closed = fc.oneof(
  text.map(t => `'${t.replaceAll("'", "''")}'`),
  text.map(t => `E'${t.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  text.map(t => `e'${t.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
  text.map(t => `"${t.replaceAll('"', '""')}"`),
  text.map(t => `U&"${t.replaceAll('"', '""')}"`),
  text.filter(t => !`${t}$`.includes('$body$')).map(t => `$body$${t}$body$`),
  text.filter(t => !`${t}$`.includes('$$')).map(t => `$$${t}$$`),
  text.map(t => `-- ${t.replaceAll('\n', '')}\n`),
  text.map(t => t.replaceAll('*', '').replaceAll('/', '')).map(t => `/* ${t} /* ${t} */ ${t} */`),
  fc.constantFrom('SELECT', 'a$b$c', 'name', '1e5', '$1', ',', '(a; b)', '((;))', '+', '::', 'CASE', 'END', '\n\t', "1'x;'", 'É'),
  fc.constantFrom('BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END', 'begin /* ; */ atomic END', 'BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END'),
)
const statement = fc.array(closed, { maxLength: 8 }).map(parts => parts.join(' '))

test('what was split is the input again when it is joined, whatever the input', () => {
  fc.assert(fc.property(fc.oneof(text, fc.string(), fc.string({ unit: 'binary' })), sql => {
    assert.equal(splitStatements(sql).join(''), sql)
    let at = 0
    for (const token of lex(sql)) {
      assert.equal(token.from, at)
      assert.ok(token.to > at)
      at = token.to
    }
    assert.equal(at, sql.length)
  }), { numRuns: 2_000 })
})

test('a semicolon cuts only where a statement ends', () => {
  fc.assert(fc.property(fc.array(statement, { maxLength: 6 }), statements => {
    assert.deepEqual(splitStatements(statements.map(s => `${s};`).join('')), statements.map(s => `${s};`))
  }), { numRuns: 2_000 })
})

test('what is never closed does not cut, nor does it hang', () => {
  for (const open of ["'", '"', '$$', '$tag$', "E'", "E'\\", '/*', '/* /* */', '(', 'BEGIN ATOMIC']) assert.deepEqual(splitStatements(`SELECT ${open} ; x;`), [`SELECT ${open} ; x;`], open)
})

test('a comment of a megabyte is one token', () => {
  const big = "a ''; DROP TABLE x; -- \\ $$ ".repeat(40_000)
  assert.deepEqual(splitStatements(`COMMENT ON TABLE t IS '${big}'; SELECT E'${big}';`).length, 2)
})

test('a function called begin and a column called atomic do not open a body', () => {
  assert.equal(splitStatements('CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$; ALTER TABLE t ADD atomic int; SELECT begin(atomic); COMMIT;').length, 4)
})
