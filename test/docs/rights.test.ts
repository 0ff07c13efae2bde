import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { verbs } from '#domain/access.ts'
import { rightsFile, rightsText } from '../../scripts/rights.ts'

test('docs/rights.md is what the table of rights says: node scripts/rights.ts', () => {
  assert.equal(readFileSync(rightsFile, 'utf8'), rightsText())
})

test('every verb has a line with an answer for each kind of actor', () => {
  const lines = rightsText().split('\n').filter(line => line.startsWith('| `'))
  assert.deepEqual(lines.map(line => line.split('`')[1]), verbs)
  for (const line of lines) assert.equal(line.split(' | ').filter(cell => cell.trim() !== '').length, 6, line)
})
