import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cliFile, cliText } from '../../scripts/cli-docs.ts'

test('docs/cli.md is what the commands say: node scripts/cli-docs.ts', () => {
  assert.equal(readFileSync(cliFile, 'utf8'), cliText())
})
