import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { requirements, requirementsFile, requirementsText } from '../../scripts/requirements.ts'

test('docs/requirements.md names for each requirement the tests that prove it: node scripts/requirements.ts', () => {
  assert.equal(Object.keys(requirements).length, 9 + 15 + 10 + 5)
  assert.equal(readFileSync(requirementsFile, 'utf8'), requirementsText())
})
