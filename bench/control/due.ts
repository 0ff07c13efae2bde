import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { systemClock } from '#adapters/clock/system.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keysOf, newKey } from '#adapters/vault/keys.ts'
import { handlersOf } from '#control/running/handlers.ts'
import { addDays } from '#domain/days.ts'
import type { Job } from '#domain/job.ts'
import { dayOf } from '#domain/local-time.ts'
import { morningOf } from '#domain/nudges.ts'
import { openWorld } from '#main/world.ts'

export type DueFigures = { readonly seconds: number; readonly doubled: number }

/** That of the full ledger's customers. */
const zone = 'Europe/Berlin'
/** As control makes the jobs of its plans. */
const movesAtOnce = 20

/** So many open tasks, evenly of all moves, become tasks of a person of the customer who was to be reminded of them yesterday morning, as after a night's standstill. `mark`: others than those of another mark. */
export const makeDue = async (url: string, session: pg.Client, count: number, mark: string): Promise<void> => {
  const due = addDays(dayOf(systemClock.now(), zone), 2)
  const { rows } = await session.query<{ id: string; move: string }>(
    `WITH chosen AS (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY move ORDER BY key) AS n, move FROM task WHERE state = 'open' AND party = 'customer' AND coalesce(note, '') <> ALL (ARRAY['work', 'reminders'])) candidate
       ORDER BY n, move LIMIT $2)
     UPDATE task SET note = $3, due_on = $1, reminded_at = now() - interval '12 days', duty = 'point-of-contact', about = about || '{"depends":[],"gate":null,"owner":{"party":"customer","duty":"point-of-contact"}}'
     WHERE id IN (SELECT id FROM chosen) RETURNING id, move`, [due, count, mark])
  if (rows.length !== count) throw new Error(`the ledger has only ${rows.length} tasks that can be due`)
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
  const at = morningOf(addDays(due, -3), zone)
  const moves = [...Map.groupBy(rows, row => row.move).values()]
  for (let from = 0; from < moves.length; from += movesAtOnce) {
    await session.query('BEGIN')
    await jobs.enqueueWithin((sql, parameters) => session.query(sql, [...parameters]), moves.slice(from, from + movesAtOnce).flat().map(({ id }): Job => ({ name: 'reminder', key: id, at, facts: { task: id } })))
    await session.query('COMMIT')
  }
  await session.query('VACUUM ANALYZE')
}

/** Letters that remind of a task. */
export const toldSince = async (session: pg.Client): Promise<number> => (await session.query<{ n: number }>("SELECT count(*)::int AS n FROM message WHERE event = 'task-reminder'")).rows[0]?.n ?? 0

/**
 * How long one worker takes to tell people of tasks that are all due on the same morning: the whole of it, from the start of its process to a letter that waits in the ledger and the job for the
 * next reminder. No letter is sent.
 */
export const benchDue = async (url: string, session: pg.Client, count: number): Promise<DueFigures> => {
  const [before, began] = [await toldSince(session), performance.now()]
  const child = spawn(process.execPath, [import.meta.filename, url], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'close')
  while (await toldSince(session) < before + count) {
    await pause(1_000)
    if (child.exitCode !== null) throw new Error('the worker ended')
  }
  const seconds = (performance.now() - began) / 1000
  child.kill('SIGTERM')
  await ended
  const { rows: [doubled] } = await session.query<{ n: number }>("SELECT count(*)::int - count(DISTINCT about)::int AS n FROM message WHERE event = 'task-reminder' AND about IS NOT NULL")
  return { seconds, doubled: doubled?.n ?? 0 }
}

const worker = async (url: string): Promise<void> => {
  const stop = new AbortController()
  process.once('SIGTERM', () => { stop.abort() })
  await using jobs = await openJobs({ url, clock: systemClock, onTrouble })
  await using ledger = await openLedger({ url, jobs })
  const world = await openWorld({ ledger, clock: systemClock, site: 'https://moves.example', keys: keysOf(newKey(), 'the bench'), playbooks: [] })
  const handlers = handlersOf(world, undefined)
  // Sending is another measurement: letters wait.
  await jobs.work({ ...handlers, letter: (_job, { signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('waits')) }) }) }, stop.signal)
}

const onTrouble = (error: unknown): void => { process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(error)}\n`) }

if (import.meta.main) await worker(process.argv[2] ?? '')
