import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { handlersOf } from '#control/handlers.ts'
import { addDays } from '#domain/days.ts'
import type { Task } from '#domain/records.ts'
import { openWorld } from '#main/world.ts'

/**
 * `node bench/control/due.ts [--customers 2000] [--tasks 50]`: how long one worker takes to tell people of tasks that are all due on the same day: the whole
 * of it, from the job to a letter that waits in the ledger and the job for the next reminder. No letter is sent. The server is the embedded one, `fsync` on.
 */
const { values } = parseArgs({ options: { customers: { type: 'string', default: '2000' }, tasks: { type: 'string', default: '50' }, url: { type: 'string' } } })

const bench = async (customers: number, each: number): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'rehome-bench-due-'))
  chmodSync(directory, 0o711) // the server may run as another user
  const server = await startPostgres({ major: 18, directory: join(directory, 'server') })
  try {
    const url = server.superuserUrl()
    const count = await fill(url, customers, each)
    const session = new pg.Client({ connectionString: url })
    await session.connect()
    await session.query('VACUUM ANALYZE')
    const started = performance.now()
    const child = spawn(process.execPath, [import.meta.filename, '--url', url], { stdio: ['ignore', 'inherit', 'inherit'] })
    const ended = once(child, 'close')
    const told = async (): Promise<number> => (await session.query<{ n: number }>("SELECT count(*)::int AS n FROM rehome.message WHERE event IN ('task-assigned', 'task-reminder')")).rows[0]?.n ?? 0
    let written = 0
    while (written < count) {
      await pause(1_000)
      written = await told()
      if (child.exitCode !== null) throw new Error('the worker ended')
    }
    const seconds = (performance.now() - started) / 1000
    child.kill('SIGTERM')
    await ended
    const { rows: [doubled] } = await session.query<{ n: number }>('SELECT count(*)::int - count(DISTINCT about)::int AS n FROM rehome.message WHERE about IS NOT NULL')
    await session.end()
    process.stdout.write(`${count} due reminders of ${customers} moves by one worker: ${seconds.toFixed(1)} s, ${Math.round(count / seconds)}/s, the start of the process included; ${doubled?.n} told twice\n`)
  } finally {
    await server.remove()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Moves of the ninety days, each with so many open tasks of one contact that are due in three days. */
const fill = async (url: string, customers: number, each: number): Promise<number> => {
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
  await using ledger = await openLedger({ url, jobs })
  const world = await worldOf(ledger)
  const [vendor, origin, destination, programme] = [world.newId<'vendor'>(), world.newId<'home'>(), world.newId<'home'>(), world.newId<'programme'>()]
  const now = Date.now()
  const due = addDays(new Date(now).toISOString().slice(0, 10), 2)
  await ledger.transaction(async tx => {
    await tx.add('vendor', { id: vendor, name: 'Kestrel Analytics', country: 'JP', zone: 'UTC', locale: 'en' })
    await tx.add('home', ...[{ id: origin, name: 'old' }, { id: destination, name: 'new' }].map(home => ({ ...home, vendor, kind: 'shared' as const, addressPattern: null, capacity: 10, licensedUsers: null })))
    await tx.add('programme', { id: programme, vendor, name: 'All', playbook: 'ninety-days-in-waves', dueOn: null, people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }], createdAt: now })
  })
  const [playbook] = world.playbooks.latest().filter(one => one.key === 'ninety-days-in-waves')
  const templates = (playbook?.tasks ?? []).filter(task => task.owner.party === 'customer' && task.each === null)
  for (let from = 0; from < customers; from += 100) {
    await ledger.transaction(async tx => {
      const many = Array.from({ length: Math.min(100, customers - from) }, (_, n) => ({ n: from + n, customer: world.newId<'customer'>(), contact: world.newId<'contact'>(), tenant: world.newId<'tenant'>(), move: world.newId<'move'>() }))
      await tx.add('customer', ...many.map(({ n, customer }) => ({ id: customer, vendor, partner: null, name: `Customer ${n}`, country: 'DE', zone: 'UTC', locale: 'en' as const })))
      await tx.add('contact', ...many.map(({ n, customer, contact }) => ({ id: contact, customer, partner: null, name: 'A person', company: `Customer ${n}`, email: `p@c${n}.example`, phone: null, extension: null, duties: ['point-of-contact'] as const, locale: 'en' as const, verifiedAt: now, removedAt: null })))
      await tx.add('tenant', ...many.map(({ n, customer, tenant }) => ({ id: tenant, vendor, customer, home: origin, name: `t${n}`, address: null, environment: 'prod' as const, users: null, stores: [], measuredAt: null, dedicatedDueAt: null })))
      await tx.add('move', ...many.map(({ customer, tenant, move }) => ({ id: move, vendor, customer, programme, wave: null, tenant, origin, destination, playbook: 'ninety-days-in-waves', version: playbook?.version ?? 1, t0: null, stage: 'planned' as const, leg: 'out' as const, revision: 1, createdAt: now, endedAt: null, part: null, earlyGo: [] })))
      await tx.add('plan', ...many.map(({ customer, move }) => ({ id: move, vendor, customer, move, t0: addDays(due, 30), datedBy: 'move' as const, leftOut: [], undecided: [], environments: [], madeAt: now })))
      const tasks = many.flatMap(({ customer, move }) => Array.from({ length: each }, (_, k): Task => {
        const template = templates[k % templates.length]
        if (template === undefined) throw new Error('the playbook has no tasks of customers')
        return { id: world.newId<'task'>(), vendor, customer, move, key: `${template.key}-${k}`, party: 'customer', duty: 'point-of-contact', post: null, contact: null, dueOn: due, about: { template: template.key, item: null, owner: { party: 'customer', duty: 'point-of-contact' }, depends: [], gate: null, reason: { en: 'Always.', ja: '常に必要です。' }, grounds: [] }, state: 'open', answers: null, note: null, endedBy: null, endedAt: null, remindedAt: null }
      }))
      await tx.add('task', ...tasks)
      await tx.enqueue(...tasks.map(task => ({ name: 'reminder' as const, key: task.id, at: now - 1_000, facts: { task: task.id } })))
    })
  }
  return customers * each
}

const worldOf = (ledger: Parameters<typeof openWorld>[0]['ledger']) => openWorld({ ledger, clock: systemClock, site: 'https://moves.example', keys: keysOf(newKey(), 'the bench'), playbooks: [] })

const worker = async (url: string): Promise<void> => {
  const stop = new AbortController()
  process.once('SIGTERM', () => { stop.abort() })
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
  await using ledger = await openLedger({ url, jobs })
  const world = await worldOf(ledger)
  const handlers = handlersOf(world, undefined)
  // Sending is another measurement: letters wait.
  await jobs.work({ ...handlers, letter: (_job, { signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('waits')) }) }) }, stop.signal)
}

const onTrouble = (error: unknown): void => { process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(error)}\n`) }

if (values.url === undefined) await bench(Number(values.customers), Number(values.tasks))
else await worker(values.url)
