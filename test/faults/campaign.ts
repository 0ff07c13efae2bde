import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Scope } from '#test/services/postgres.ts'
import { openArena } from './arena.ts'
import { show } from './blows.ts'
import { reportOf } from './report.ts'
import { runTrial, type Trial } from './trial.ts'

/** `npm run test:faults -- --seeds N [--seed FIRST] [--lanes 2] [--minutes M] [--out FILE]`. No seed begins after M minutes. `--seed` alone replays that one seed, with everything that happened. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' }, lanes: { type: 'string', default: '2' }, minutes: { type: 'string', default: '1440' }, out: { type: 'string' } } })
  const first = Number(values.seed ?? 1)
  const count = Number(values.seeds ?? 1)
  const trials = await runCampaign({ first, count, lanes: Math.min(count, Number(values.lanes)), minutes: Number(values.minutes) }, trial => tell(trial, values.seeds === undefined))
  const failed = trials.filter(trial => trial.wrong.length > 0)
  process.stdout.write(`${trials.length} seeds, ${failed.length} failed${failed.length === 0 ? '' : `: ${failed.map(trial => trial.seed).join(', ')}`}\n`)
  if (values.out !== undefined) writeFileSync(values.out, reportOf(trials))
  process.exitCode = failed.length === 0 ? 0 : 1
}

const tell = (trial: Trial, isAll: boolean): void => {
  const verdict = trial.wrong.length === 0 ? 'ok' : 'FAILED'
  process.stdout.write(`seed ${trial.seed}: ${verdict}, ${trial.struck.length} of ${trial.script.length} blows, ${trial.lives} lives, ${trial.turns} turns, ${trial.written} writes, ${(trial.ms / 1000).toFixed(1)} s\n`)
  if (trial.wrong.length > 0) process.stdout.write(`${[...trial.wrong, 'its script:', ...trial.script.map(show)].map(line => `  ${line}\n`).join('')}`)
  if (isAll || trial.wrong.length > 0) process.stdout.write(trial.log.map(line => `    ${line}\n`).join(''))
}

/** Seeds one after another, as many at a time as there are lanes, each lane with its own servers. */
export const runCampaign = async ({ first, count, lanes, minutes }: { first: number; count: number; lanes: number; minutes: number }, onTrial: (trial: Trial) => void): Promise<Trial[]> => {
  const ends: (() => Promise<void>)[] = []
  const scope: Scope = { after: end => { ends.unshift(end) } }
  const trials: Trial[] = []
  const until = performance.now() + minutes * 60_000
  let next = first
  const lane = async (): Promise<void> => {
    const arena = await openArena(scope)
    while (next < first + count && performance.now() < until) {
      const trial = await runTrial(arena, next++)
      trials.push(trial)
      onTrial(trial)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    for (const end of ends) await end()
  }
  return trials.toSorted((a, b) => a.seed - b.seed)
}

if (import.meta.main) {
  await main()
  // Node may never come to an end closing what broken connections left open (nodejs/node#47748).
  process.exit()
}
