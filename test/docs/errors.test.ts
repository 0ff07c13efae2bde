import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faults } from '#domain/faults.ts'
import { errorsFile, errorsText } from '../../scripts/errors.ts'

const checkout = join(import.meta.dirname, '../..')

test('docs/errors.md is what the catalogue of faults says: npm run errors', () => {
  assert.equal(readFileSync(errorsFile, 'utf8'), errorsText())
})

test('every fault that is thrown gives each fact that its sentences need', () => {
  const code = globSync('{src,examples}/**/*.ts', { cwd: checkout }).filter(file => !file.endsWith('faults.ts') && !file.endsWith('.test.ts')).map(file => readFileSync(join(checkout, file), 'utf8')).join('\n')
  for (const [name, { says, remedy }] of Object.entries(faults)) {
    const facts = [...`${says} ${remedy}`.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '')
    for (const [, thrown = ''] of code.matchAll(new RegExp(`new Fault\\('${name}', \\{((?:[^{}]|\\{(?:[^{}]|\\{[^{}]*\\})*\\})*)\\}`, 'g'))) {
      for (const fact of facts) assert.match(thrown, new RegExp(`\\b${fact}\\b|\\.\\.\\.`), `${name} is thrown without ${fact}: ${thrown}`)
    }
  }
})
