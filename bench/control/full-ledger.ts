import type pg from 'pg'
import type { World } from '#control/ground/world.ts'
import type { Caller } from '#control/ground/desk.ts'
import { decide } from '#control/ground/desk.ts'
import { addHome } from '#control/homes/homes.ts'
import { addMoves } from '#control/plans/moves.ts'
import { addProgramme } from '#control/plans/programmes.ts'
import { addWave } from '#control/waves/waves.ts'
import { saturdayAfter } from '#control/sample/sample-companies.ts'

const playbook = 'ninety-days-in-waves'
const perProgramme = 500

/** Fills a ledger: one move per programme is planned as any other, and multiplied with everything that belongs to it until there are `customers`, each with `tasks` tasks. */
export const fillLedger = async (world: World, lead: Caller, session: pg.Client, customers: number, tasks: number, say: (text: string) => void): Promise<void> => {
  const granted = <T extends object>(answer: T): Exclude<T, { refused: string }> => {
    if ('refused' in answer) throw new Error(JSON.stringify(answer))
    return answer as Exclude<T, { refused: string }>
  }
  const vendor = lead.actor.kind === 'operator' ? lead.actor.vendor : (() => { throw new Error('an operator fills it') })()
  const [origin, destination] = await decide(world, lead, async desk => [
    granted(await addHome(desk, { name: 'old', kind: 'shared', addressPattern: 'https://{name}.old.example', capacity: 100, licensedUsers: null })), granted(await addHome(desk, { name: 'new', kind: 'dedicated', addressPattern: 'https://{name}.new.example', capacity: 100, licensedUsers: null })),
  ] as const) as unknown as readonly [{ id: string }, { id: string }]
  await session.query(`INSERT INTO customer (id, vendor, partner, name, country, zone, locale) SELECT uuidv7(), $1, NULL, 'Customer ' || n, 'DE', 'Europe/Berlin', 'en' FROM generate_series(1, $2::int) n`, [vendor, customers])
  await session.query(`INSERT INTO contact (id, customer, name, company, email, duties, locale, verified_at) SELECT uuidv7(), c.id, d || ' of ' || c.name, c.name, d || '@' || replace(lower(c.name), ' ', '-') || '.example', ARRAY[d], 'en', now() FROM customer c, unnest(ARRAY['point-of-contact', 'it', 'developer', 'billing']) d`)
  await session.query(`INSERT INTO tenant (id, vendor, customer, home, name, address, environment, users, stores, measured_at) SELECT uuidv7(), $1, c.id, $2, replace(lower(c.name), ' ', '-'), 'https://' || replace(lower(c.name), ' ', '-') || '.old.example', 'prod', 50, '[]', now() FROM customer c`, [vendor, origin.id])
  const { rows: tenants } = await session.query<{ id: string }>('SELECT id FROM tenant ORDER BY id')
  const today = Temporal.Instant.fromEpochMilliseconds(world.clock.now()).toZonedDateTimeISO('UTC').toPlainDate().toString()
  for (let at = 0; at * perProgramme < customers; at++) {
    const mine = tenants.slice(at * perProgramme, (at + 1) * perProgramme).map(one => one.id)
    await decide(world, lead, async desk => {
      const programme = granted(await addProgramme(desk, { name: `Programme ${at + 1}`, playbook, dueOn: saturdayAfter(today, 30), people: [] }))
      const wave = granted(await addWave(desk, { programme: programme.id, name: 'Wave 1', t0: saturdayAfter(today, 2 + at) }))
      return granted(await addMoves(desk, { programme: programme.id, destination: destination.id as never, wave: wave.id, tenants: mine.slice(0, 1) as never }))
    })
    // As in a ledger that is in use: people were told of their plan and of what is due.
    await session.query('UPDATE task SET reminded_at = now() WHERE move = (SELECT id FROM move WHERE tenant = $1)', [mine[0]])
    await multiply(session, mine)
  }
  // To so many a customer: those there are once more, under other keys.
  for (let round = 1; ; round++) {
    const { rows: [{ each } = { each: 0 }] } = await session.query<{ each: number }>('SELECT count(*)::int / (SELECT count(*)::int FROM move) AS each FROM task')
    if (each >= tasks) break
    await session.query(`INSERT INTO task SELECT (jsonb_populate_record(t, jsonb_build_object('id', uuidv7(), 'key', t.key || '-' || $1::text))).* FROM (SELECT t.*, row_number() OVER (PARTITION BY move ORDER BY key) AS n FROM task t WHERE key !~ '-[0-9]+$') AS n JOIN task t USING (id) WHERE n.n <= $2`, [round, tasks - each])
  }
  await session.query(`INSERT INTO message (id, vendor, customer, move, name, address, event, locale, key, state, facts, created_at, sent_at) SELECT uuidv7(), vendor, customer, id, 'A person', 'p@c.example', 'plan-ready', 'en', 'plan-ready ' || id, 'sent', '{}', now(), now() FROM move`)
  await session.query('VACUUM ANALYZE')
  const { rows: [told] } = await session.query<{ customers: number; tasks: number; size: string }>('SELECT (SELECT count(*)::int FROM customer) AS customers, (SELECT count(*)::int FROM task) AS tasks, pg_size_pretty(pg_database_size(current_database())) AS size')
  say(`${told?.customers} customers, ${told?.tasks} tasks, ${told?.size}`)
}

/** The first tenant's move, and all that belongs to it, for the others too. Their jobs are not made: reconcile would. */
const multiply = async (session: pg.Client, tenants: readonly string[]): Promise<void> => {
  await session.query('BEGIN')
  await session.query('CREATE TEMP TABLE made ON COMMIT DROP AS SELECT uuidv7() AS move, t.id AS tenant, t.customer FROM tenant t WHERE t.id = ANY ($1::uuid[])', [tenants.slice(1)])
  const [first] = tenants
  await session.query(`INSERT INTO move SELECT (jsonb_populate_record(o, jsonb_build_object('id', m.move, 'tenant', m.tenant, 'customer', m.customer))).* FROM move o, made m WHERE o.tenant = $1`, [first])
  for (const table of ['plan', 'fact', 'task', 'gate']) {
    await session.query(`INSERT INTO ${table} SELECT (jsonb_populate_record(x, jsonb_build_object('id', ${table === 'plan' ? 'm.move' : 'uuidv7()'}, 'move', m.move, 'customer', m.customer))).* FROM ${table} x, made m WHERE x.move = (SELECT id FROM move WHERE tenant = $1)`, [first])
  }
  await session.query('COMMIT')
}
