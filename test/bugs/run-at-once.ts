import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestDatabase } from '#test/services/postgres.ts'

/** Runs a statement while this process stands still, so that nothing of its mover happens meanwhile. */
export const runAtOnce = ({ url }: TestDatabase, statement: string): void => {
  const code = `import pg from 'pg'; const c = new pg.Client(process.argv[1]); await c.connect(); await c.query(process.argv[2]); await c.end()`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code, url, statement], { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8', timeout: 10_000 })
  assert.equal(status, 0, stderr)
}
