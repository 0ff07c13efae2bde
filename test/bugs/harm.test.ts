import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPublication } from '#adapters/store/postgres/record.ts'
import { holdSnapshot, subjectsOf } from '#adapters/store/postgres/snapshot.ts'
import { contextOf, useSession } from '#test/postgres/contexts.ts'
import { describeTables } from '#test/postgres/tables.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { until } from '#test/services/until.ts'

for (const [what, takesLocks] of [
  ['a picture', async (context, tables) => { const held = await holdSnapshot(context, 'picture', 'now', subjectsOf(tables)); await held.session.end() }],
  ['a publication', (context, tables) => createPublication(context, 'rehome_example_out', tables)],
] as const satisfies readonly (readonly [string, (context: ReturnType<typeof contextOf>, tables: Awaited<ReturnType<typeof describeTables>>) => Promise<void>])[]) {
  test(`a transaction of the product that crosses ${what} that is being made is never a deadlock’s victim`, { timeout: 60_000 }, async t => {
    const database = await useDatabase(t, { major: 15, template: 'CREATE TABLE first (id integer PRIMARY KEY); CREATE TABLE second (id integer PRIMARY KEY)' })
    await using context = contextOf(database.url)
    const tables = await describeTables(context, ['first', 'second'])
    const product = await useSession(t, database.url)
    await product.query('BEGIN; LOCK TABLE second IN ACCESS EXCLUSIVE MODE')
    const taken = takesLocks(context, tables)
    // Ours holds the first and wants the second.
    await until('we wait for the product', async () => (await database.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'second'::regclass`)).length === 1)
    // Later than the server looks whether our wait is a deadlock: if it were one, it would be found by the product's.
    await sleep(1_300)
    await product.query('LOCK TABLE first IN ACCESS EXCLUSIVE MODE; COMMIT')
    await taken
  })
}
