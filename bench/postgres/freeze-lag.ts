import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** The table that the probe writes, made before the move begins. */
export const probeTable = 'CREATE TABLE heartbeat (id bigint PRIMARY KEY, at timestamptz NOT NULL)'

const everyMs = 50
const lookMs = 4

/**
 * How long a row takes from the clock of the statement that writes it on the source to being seen on the target, ms, for rows written every 50 ms whether or not the ones
 * before have arrived. Looks every 4 ms, so figures are up to that much too high, and by the commit on the source. One machine, one clock.
 */
export const probeLag = async (source: string, target: string, seconds: number): Promise<number[]> => {
  const [here, there] = [new pg.Client({ connectionString: source }), new pg.Client({ connectionString: target })]
  await Promise.all([here.connect(), there.connect()])
  try {
    const written: number[] = []
    const lags: number[] = []
    const beats = Math.round((seconds * 1000) / everyMs)
    const began = performance.now()
    const beating = (async () => {
      for (let beat = 1; beat <= beats; beat++) {
        await sleep(Math.max(0, began + beat * everyMs - performance.now()))
        const { rows } = await here.query<{ at: number }>('INSERT INTO heartbeat VALUES ($1, clock_timestamp()) RETURNING extract(epoch FROM at)::float8 * 1000 AS at', [beat])
        written.push(rows[0]?.at ?? NaN)
      }
    })()
    for (const giveUp = began + seconds * 1000 + 30_000; lags.length < beats; await sleep(lookMs)) {
      if (performance.now() > giveUp) throw new Error(`of ${beats} rows ${lags.length} have arrived 30 seconds after the last one`)
      const arrived = Number((await there.query<{ last: string | null }>('SELECT max(id) AS last FROM heartbeat')).rows[0]?.last ?? 0)
      const now = performance.timeOrigin + performance.now()
      // A row may be seen before the answer to its own INSERT was heard.
      while (lags.length < Math.min(arrived, written.length)) lags.push(now - (written[lags.length] ?? NaN))
    }
    await beating
    return lags
  } finally {
    await Promise.all([here.end(), there.end()])
  }
}
