import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Fault, type FaultCode } from '#domain/faults.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { contextOf } from '#test/postgres/contexts.ts'
import { toFault } from './context.ts'

suite('contexts', { concurrency: true }, () => {
  test('what a URL cannot reach is told by its cause, and no password with it', async scope => {
    const { url } = await useDatabase(scope, { major: 18 })
    const changed = (change: (url: URL) => void): string => {
      const other = new URL(url)
      change(other)
      return other.href
    }
    const cases: readonly (readonly [string, FaultCode, RegExp])[] = [
      [changed(u => { u.password = 'open-sesame' }), 'STORE_REFUSED_LOGIN', /password authentication failed/],
      [changed(u => { u.username = 'nobody_of_that_name' }), 'STORE_REFUSED_LOGIN', /nobody_of_that_name/],
      [changed(u => { u.pathname = '/there_is_none' }), 'STORE_REFUSED_LOGIN', /"there_is_none" does not exist/],
      [changed(u => { u.port = '1' }), 'STORE_UNREACHABLE', /ECONNREFUSED/],
      [changed(u => { u.searchParams.set('sslmode', 'require') }), 'STORE_NOT_SECURE', /does not support SSL/],
    ]
    for (const [tried, code, reason] of cases) {
      await using context = contextOf(tried)
      await assert.rejects(context.query('SELECT 1'), error => {
        assert(error instanceof Fault)
        assert.equal(error.code, code, error.message)
        assert.match(error.message, reason)
        assert(!`${error.message} ${String(error.stack)} ${JSON.stringify(error.facts)} ${context.label}`.includes(new URL(tried).password))
        return true
      })
    }
  })

  test('a table called passwords that is not there is no refused login', () => {
    const error = Object.assign(new Error('relation "passwords" does not exist'), { code: '42P01' })
    const fault = toFault('source', error)
    assert(fault instanceof Fault && fault.code === 'STORE_REFUSED')
  })

  test('our sessions bear our names and print as we want, whatever the URL and the database say', async scope => {
    const { url } = await useDatabase(scope, { major: 15, config: { DateStyle: 'SQL,DMY', search_path: 'public', bytea_output: 'escape', default_transaction_read_only: 'on', statement_timeout: '1ms' } })
    const own = new URL(url)
    own.searchParams.set('application_name', 'psql')
    await using context = contextOf(own.href)
    const session = await context.connect('look')
    scope.after(() => session.end())
    for (const query of [context.query, async (sql: string) => (await session.query<Record<string, string>>(sql)).rows]) {
      const [row] = await query(`SELECT current_setting('application_name') AS name, '2024-02-29'::date AS day, '\\x00ff'::bytea AS bytes, current_setting('search_path') AS path, current_setting('transaction_read_only') AS readonly FROM pg_sleep(0.01)`)
      assert.match(String(row?.['name']), /^rehome (control|look)$/)
      assert.deepEqual({ ...row, name: '' }, { name: '', day: '2024-02-29', bytes: '\\x00ff', path: '""', readonly: 'off' })
    }
  })
})
