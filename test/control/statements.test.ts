import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import type { EndpointName } from '#wire/api.ts'
import { useEstate } from './estate.ts'

/** So many statements a page may cost, the beginning and the end of its transaction and who asks among them. Who needs more needs a reason. */
const budgets = { 'checks.read': 25, 'gates.list': 22, 'tasks.list': 15, 'tasks.read': 21, 'moves.list': 15, 'moves.read': 19, 'plans.read': 13, 'customers.list': 5, 'attention.list': 16, 'programmes.read': 8, 'programmes.overview': 28 } as const satisfies Partial<Record<EndpointName, number>>

/** Every statement that this process sends, by any session, from the last time on that they were taken. */
const hearStatements = (t: TestContext): (() => string[]) => {
  let heard: string[] = []
  const query = Reflect.get(pg.Client.prototype, 'query') as (...asked: readonly unknown[]) => unknown
  const hearing = function (this: pg.Client, ...asked: readonly unknown[]): unknown {
    heard.push(JSON.stringify(asked[0]))
    return Reflect.apply(query, this, asked)
  }
  Reflect.set(pg.Client.prototype, 'query', hearing)
  t.after(() => { Reflect.set(pg.Client.prototype, 'query', query) })
  return () => {
    const taken = heard
    heard = []
    return taken
  }
}

test('a page costs the ledger no more statements than it is allowed, and asks nothing twice', async t => {
  const estate = await useEstate(t, { playbook: 'ninety-days-in-waves' })
  const { tenant } = await estate.tenant('Tsubame')
  const { id: move } = await estate.lead('moves.add', { tenant, programme: estate.programme, destination: estate.destination, t0: '2027-03-06' })
  const { items: [one] } = await estate.lead('tasks.list', { move })
  assert.ok(one !== undefined)
  const { programme, lead } = estate
  const task = one.id
  const asks: { readonly [Name in keyof typeof budgets]: () => Promise<unknown> } = {
    'checks.read': () => lead('checks.read', { move }), 'gates.list': () => lead('gates.list', { move }), 'tasks.list': () => lead('tasks.list', { move }), 'tasks.read': () => lead('tasks.read', { task }), 'moves.list': () => lead('moves.list', {}),
    'moves.read': () => lead('moves.read', { move }), 'plans.read': () => lead('plans.read', { move }), 'customers.list': () => lead('customers.list', {}), 'attention.list': () => lead('attention.list', {}), 'programmes.read': () => lead('programmes.read', { programme }), 'programmes.overview': () => lead('programmes.overview', { programme }),
  }
  const taken = hearStatements(t)
  for (const name of Object.keys(budgets) as (keyof typeof budgets)[]) {
    taken()
    await asks[name]()
    const statements = taken()
    t.diagnostic(`${name}: ${statements.length} of ${budgets[name]}`)
    assert.ok(statements.length >= 4 && statements.length <= budgets[name], `${name} took ${statements.length} statements:\n${statements.join('\n')}`)
    assert.deepEqual(statements.filter((statement, n) => statements.indexOf(statement) !== n), [], `${name} asked something twice`)
  }
})
