import { moments, show, whats } from './blows.ts'
import type { Trial } from './trial.ts'

/** What a campaign came to, as a page. */
export const reportOf = (trials: readonly Trial[]): string => {
  const struck = trials.flatMap(trial => trial.struck)
  const failed = trials.filter(trial => trial.wrong.length > 0)
  const row = (what: (typeof whats)[number]): string => `| ${what} | ${moments.map(moment => struck.filter(blow => blow.what === what && blow.when.phase === moment).length).join(' | ')} | ${struck.filter(blow => blow.what === what).length} |`
  return `${[
    `${trials.length} seeds, ${trials[0]?.seed ?? 0} to ${trials.at(-1)?.seed ?? 0}; ${struck.length} blows fell; ${sum(trials.map(t => t.written))} transactions were acknowledged to the product; the mover was started ${sum(trials.map(t => t.lives))} times. **${failed.length} seeds failed.**`,
    '', `| blow | ${moments.join(' | ')} | all |`, `|---|${moments.map(() => '---:').join('|')}|---:|`, ...whats.map(row),
    ...(failed.length === 0 ? [] : ['', '| failed seed | what was wrong | its script |', '|---|---|---|', ...failed.map(trial => `| ${trial.seed} | ${trial.wrong.join('; ').replaceAll('|', '/').slice(0, 500)} | ${trial.script.map(show).join('; ')} |`)]),
  ].join('\n')}\n`
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
