import { boardWeeks, type BoardCell, type CalendarCell, calendarWeeks, type FreezeTotals, type LiveMove, type MoveTotals, type OverviewCounts, type OverviewWish, type ProofTotals } from '#domain/overview.ts'
import type { Row } from './database.ts'
import { type Ask, type Put, statement } from './statement.ts'

/** So many moves are named one by one; of more only numbers are told. */
const mostNamed = 600
const mostLive = 30
/** An agent's last word on lag and freeze is among its last reports. */
const lastReports = 400
const hourMs = 3_600_000

/** Counts where the rows are: none of 10,000 moves leaves the database by itself. */
export const countOverview = async (ask: Ask, wish: OverviewWish): Promise<OverviewCounts> => {
  const [totals, freeze, proofs, board, calendar, live] = await Promise.all([totalsOf(ask, wish), freezeOf(ask, wish), proofsOf(ask, wish), boardOf(ask, wish), calendarOf(ask, wish), liveOf(ask, wish)])
  return { totals, freeze, proofs, board, calendar, live }
}

const ofProgramme = (move: string, { programme }: OverviewWish, put: Put): string => (programme === undefined ? '' : ` AND ${move}.programme = ${put(programme)}`)

/** One walk over the vendor's moves. */
const totalsOf = async (ask: Ask, wish: OverviewWish): Promise<MoveTotals> => {
  const [row] = await ask(statement(put => {
    const today = `${put(wish.today)}::date`
    const isMoved = `m.leg = 'out' AND m.stage IN ('switched', 'settled')`
    const isOpen = `m.stage NOT IN ('switched', 'settled')`
    return `SELECT count(*) AS "all", count(*) FILTER (WHERE ${isMoved}) AS moved, count(*) FILTER (WHERE m.t0 < ${today}) AS due, count(*) FILTER (WHERE ${isOpen} AND m.t0 BETWEEN ${today} AND ${today} + 30) AS "next30",
        count(DISTINCT m.t0) FILTER (WHERE ${isOpen} AND m.t0 BETWEEN ${today} AND ${today} + 30) AS "next30Days", count(*) FILTER (WHERE m.leg = 'back') AS back,
        count(*) FILTER (WHERE m.leg = 'back' AND EXISTS (SELECT FROM move n WHERE n.customer = m.customer AND n.tenant = m.tenant AND n.id > m.id AND n.leg = 'out' AND n.stage IN ('switched', 'settled'))) AS again,
        count(*) FILTER (WHERE ${isOpen} AND m.t0 IS NULL) AS undated
      FROM move m WHERE m.vendor = ${put(wish.vendor)} AND m.stage <> 'cancelled'${ofProgramme('m', wish, put)}`
  }))
  return row as MoveTotals
}

/** By the index of reports that end a freeze. */
const freezeOf = async (ask: Ask, wish: OverviewWish): Promise<FreezeTotals | null> => {
  const [row] = await ask(statement(put => `SELECT count(*) AS count, percentile_cont(0.5) WITHIN GROUP (ORDER BY (r.event ->> 'ms')::float8) AS "medianMs", percentile_cont(0.95) WITHIN GROUP (ORDER BY (r.event ->> 'ms')::float8) AS "p95Ms",
      min((o.facts -> 'how' ->> 'freezeBudgetMs')::float8) AS least, max((o.facts -> 'how' ->> 'freezeBudgetMs')::float8) AS most
    FROM report r JOIN move_order o ON o.id = r."order" JOIN move m ON m.id = r.move
    WHERE r.vendor = ${put(wish.vendor)} AND r.event ->> 'type' = 'freeze' AND r.event ->> 'state' = 'ended'${ofProgramme('m', wish, put)}`))
  const { count, medianMs, p95Ms, least, most } = row as { count: number; medianMs: number; p95Ms: number; least: number | null; most: number | null }
  return count === 0 ? null : { count, medianMs, p95Ms, limits: [least ?? 0, most ?? 0] }
}

/** Of each move and way the last proof that held. */
const proofsOf = async (ask: Ask, wish: OverviewWish): Promise<ProofTotals> => {
  const [row] = await ask(statement(put => `SELECT count(DISTINCT p.move) AS moves, coalesce(sum(p.rows), 0)::int8 AS rows FROM (
      SELECT DISTINCT ON (r.move, r.event ->> 'leg') r.move, (r.event ->> 'rows')::int8 AS rows FROM report r JOIN move m ON m.id = r.move
      WHERE r.vendor = ${put(wish.vendor)} AND r.event ->> 'type' = 'proof' AND r.event ? 'rows'${ofProgramme('m', wish, put)} ORDER BY r.move, r.event ->> 'leg', r.id DESC) p`))
  return row as ProofTotals
}

const boardOf = async (ask: Ask, wish: OverviewWish): Promise<BoardCell[]> => {
  const few = await ask(statement(put => `${stood(wish, put)} SELECT s.week, s.state, s.id, c.name AS customer, s.t0 FROM stood s JOIN customer c ON c.id = s.customer ORDER BY s.week, s.t0, s.id LIMIT ${mostNamed + 1}`))
  if (few.length <= mostNamed) return namedCells(few)
  const many = await ask(statement(put => `${stood(wish, put)} SELECT week, state, count(*) AS count FROM stood GROUP BY week, state ORDER BY week, state`))
  return many.map(row => ({ ...row, moves: [] }) as unknown as BoardCell)
}

const namedCells = (rows: readonly Row[]): BoardCell[] =>
  [...Map.groupBy(rows, row => `${row['week'] as number} ${row['state'] as string}`).values()].map(some => ({
    week: some[0]?.['week'], state: some[0]?.['state'], count: some.length, moves: some.map(({ id, customer, t0 }) => ({ id, customer, t0 })),
  }) as unknown as BoardCell)

/**
 * Each move near its day, with its week and how it stands. What is asked of one move alone goes by that move's index; what is rare is looked up once for all. A day is a
 * whole one, so that the night of T-0 has a week of its own.
 */
const stood = (wish: OverviewWish, put: Put): string => {
  const [today, vendor] = [`${put(wish.today)}::date`, put(wish.vendor)]
  return `WITH stood AS (SELECT m.id, m.customer, m.t0, least(${boardWeeks.last}, sign(${today} - m.t0) * ceil(abs(${today} - m.t0) / 7.0))::int AS week, CASE
      WHEN m.stage = 'in-doubt' OR m.id IN (SELECT g.move FROM gate g WHERE g.vendor = ${vendor} AND g.state = 'no-go')
        OR (m.stage NOT IN ('switched', 'settled') AND m.id IN (SELECT o.move FROM move_order o WHERE o.vendor = ${vendor} AND o.state = 'failed' AND o.kind = 'move' AND NOT EXISTS (SELECT FROM move_order n WHERE n.move = o.move AND n.id > o.id AND n.kind = 'move'))) THEN 'blocked'
      WHEN m.stage IN ('switched', 'settled') THEN CASE m.leg WHEN 'out' THEN 'done' ELSE 'at-risk' END
      WHEN m.stage <> 'planned' THEN 'active'
      WHEN m.t0 < ${today} OR (SELECT t.due_on FROM task t WHERE t.move = m.id AND t.state = 'open' ORDER BY t.due_on LIMIT 1) < ${today} OR m.id IN (SELECT g.move FROM gate g WHERE g.vendor = ${vendor} AND g.state = 'open' AND g.due_on < ${today}) THEN 'at-risk'
      WHEN (SELECT t.due_on FROM task t WHERE t.move = m.id AND t.state = 'open' AND t.due_on <= ${today} + 7 AND t.party <> 'vendor' LIMIT 1) IS NOT NULL THEN 'waiting'
      ELSE 'idle' END AS state
    FROM move m WHERE m.vendor = ${vendor} AND m.stage <> 'cancelled' AND NOT (m.leg = 'back' AND m.ended_at IS NOT NULL) AND m.t0 <= ${today} + ${-boardWeeks.first * 7}
      AND (m.t0 >= ${today} - ${boardWeeks.last * 7} OR m.stage NOT IN ('switched', 'settled'))${ofProgramme('m', wish, put)})`
}

/** A home's capacity is everybody's, so all that goes there counts. */
const calendarOf = async (ask: Ask, wish: OverviewWish): Promise<CalendarCell[]> =>
  await ask(statement(put => {
    const monday = `${put(wish.monday)}::date`
    return `SELECT m.destination AS home, m.t0, count(*) AS count, count(*) FILTER (WHERE ${wish.programme === undefined ? 'true' : `m.programme = ${put(wish.programme)}`}) AS ours FROM move m
      WHERE m.vendor = ${put(wish.vendor)} AND m.stage <> 'cancelled' AND m.t0 BETWEEN ${monday} AND ${monday} + ${calendarWeeks * 7 - 1}
        ${wish.programme === undefined ? '' : ` AND m.destination IN (SELECT p.destination FROM move p WHERE p.programme = ${put(wish.programme)})`}
      GROUP BY m.destination, m.t0 ORDER BY m.t0, m.destination LIMIT 5000`
  })) as readonly unknown[] as CalendarCell[]

const liveOf = async (ask: Ask, wish: OverviewWish): Promise<LiveMove[]> => {
  const rows = await ask(statement(put => {
    const [vendor, from, to] = [put(wish.vendor), put(new Date(wish.now - 12 * hourMs).toISOString()), put(new Date(wish.now + 18 * hourMs).toISOString())]
    const last = (what: string, state = ''): string => `LEFT JOIN LATERAL (SELECT r.event, r.at FROM report r WHERE r."order" = o.id AND r.number > o.reported - ${lastReports} AND r.event ->> 'type' = '${what}'${state} ORDER BY r.number DESC LIMIT 1)`
    return `SELECT m.id, m.customer, c.name, m.stage, m.leg, w.starts_at AS "startsAt", w.ends_at AS "endsAt", w.zone, greatest(l.at, f.at, v.at, h.at) AS "heardAt", (l.event ->> 'lagMs')::float8 AS "lagMs",
        CASE WHEN f.event ->> 'state' = 'began' THEN f.at END AS "frozenAt", CASE WHEN f.event ->> 'state' = 'ended' THEN (f.event ->> 'ms')::float8 END AS "frozenMs", (o.facts -> 'how' ->> 'freezeBudgetMs')::float8 AS "budgetMs",
        (v.event ->> 'done')::int AS "tablesDone", (v.event ->> 'of')::int AS tables
      FROM move m JOIN customer c ON c.id = m.customer LEFT JOIN "window" w ON w.move = m.id AND w.state <> 'cancelled'
        LEFT JOIN LATERAL (SELECT n.id, n.facts, n.reported FROM move_order n WHERE n.move = m.id AND n.kind = 'move' ORDER BY n.id DESC LIMIT 1) o ON true
        ${last('follow')} l ON true ${last('freeze')} f ON true ${last('verified')} v ON true ${last('stage')} h ON true
      WHERE m.vendor = ${vendor}${ofProgramme('m', wish, put)} AND m.stage <> 'cancelled' AND m.id IN (
        SELECT u.id FROM move u WHERE u.vendor = ${vendor} AND u.stage IN ('ordered', 'copying', 'following', 'frozen', 'verified', 'in-doubt')
        UNION SELECT n.move FROM "window" n WHERE n.vendor = ${vendor} AND n.state = 'confirmed' AND n.starts_at BETWEEN ${from} AND ${to})
      ORDER BY array_position(ARRAY['in-doubt', 'frozen', 'verified', 'following', 'copying', 'ordered', 'planned', 'switched', 'settled'], m.stage), w.starts_at NULLS LAST, m.id LIMIT ${mostLive}`
  }))
  return rows as readonly unknown[] as LiveMove[]
}
