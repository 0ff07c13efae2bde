import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { barChart } from '../chart.ts'
import { median, pairedRatios } from '../statistics.ts'
import { contenders, type Contender, type Result } from './contenders.ts'
import { dataSet, type DataSet } from './data-set.ts'
import { startServer, type Server } from './servers.ts'

export type CopyBench = { readonly set: DataSet['name']; readonly scale: number; readonly rounds: number; readonly jobs: number; readonly directory: string; readonly results: string; readonly only?: string }

/** Every contender in turn, round after round, the order turned each time; then medians and the ratios within each round. */
export const benchCopy = async (bench: CopyBench): Promise<void> => {
  await using source = startServer(join(bench.directory, 'source'), 24_150)
  await using target = startServer(join(bench.directory, 'target'), 24_151)
  source.sql('postgres', 'CREATE DATABASE origin')
  say(`making the ${bench.set} set at scale ${bench.scale}`)
  for (const statement of dataSet(bench.set, bench.scale).statements) source.sql('origin', statement)
  const size = source.sql('postgres', `SELECT pg_size_pretty(pg_database_size('origin'))`)
  const chosen = contenders.filter(c => bench.only === undefined || bench.only.split(',').some(name => c.name.toLowerCase().includes(name.toLowerCase())))
  const results = new Map<Contender, Result[]>(chosen.map(c => [c, []]))
  for (let round = 0; round < bench.rounds; round++) {
    for (const contender of turned(chosen, round)) {
      prepare(source, target)
      const result = await contender.run(source.url('origin'), target.url('arrived'), bench.jobs)
      checkArrived(source, target)
      results.get(contender)?.push(result)
      say(`round ${round + 1}: ${contender.name.padEnd(30)} copy ${seconds(result.copyS)}${result.proofS === undefined ? '' : `, proof ${seconds(result.proofS)}`}, own CPU ${seconds(result.cpuS)} of ${seconds(result.machineCpuS)}, peak ${result.peakMb.toFixed(0)} MB`)
    }
  }
  report(bench, size, results)
}

/** The same beginning for everyone: an empty target, nothing of ours on the source, nothing waiting to be written. */
const prepare = (source: Server, target: Server): void => {
  const tables = source.sql('origin', `SELECT 'DROP TRIGGER IF EXISTS rehome_fence ON ' || tgrelid::regclass || ';' FROM pg_trigger WHERE tgname = 'rehome_fence'`)
  if (tables !== '') for (let lines = tables.split('\n'); lines.length > 0; lines = lines.slice(500)) source.sql('origin', lines.slice(0, 500).join('\n'))
  source.sql('origin', 'DROP SCHEMA IF EXISTS rehome CASCADE; DROP SCHEMA IF EXISTS pgcopydb CASCADE; CHECKPOINT')
  target.sql('postgres', 'DROP DATABASE IF EXISTS arrived WITH (FORCE)')
  target.sql('postgres', 'CREATE DATABASE arrived')
  target.sql('postgres', 'CHECKPOINT')
}

/** Nobody is timed for a copy that is not one. */
const checkArrived = (source: Server, target: Server): void => {
  const facts = `SELECT (SELECT count(*) FROM pgbench_accounts), (SELECT count(*) FROM event), (SELECT count(*) FROM blob),
    (SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'f', 'u') AND connamespace = 'public'::regnamespace), (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND indisvalid)`
  const [there, here] = [target.sql('arrived', facts), source.sql('origin', facts)]
  if (there !== here) throw new Error(`What arrived is not what was sent: ${there} instead of ${here} (accounts, events, blobs, constraints, indexes)`)
}

const report = (bench: CopyBench, size: string, results: ReadonlyMap<Contender, readonly Result[]>): void => {
  const ours = [...results].find(([c]) => c.isOurs)?.[1] ?? []
  const proofs = ours.map(r => r.proofS ?? 0)
  const lines = [
    `# Copy, ${bench.set} set, ${size}, ${bench.jobs} jobs each, ${bench.rounds} rounds, ${cpus().length} cores`, '',
    `\`npm run bench -- postgres --set ${bench.set} --scale ${bench.scale} --rounds ${bench.rounds} --jobs ${bench.jobs}\``, '',
    '| | copy, median s | all runs, s | peer / Rehome, paired | median | proof, s | own CPU, share | peak MB |', '|---|---|---|---|---|---|---|---|',
    ...[...results].map(([contender, runs]) => {
      const ratios = contender.isOurs ? [] : pairedRatios(runs.map(r => r.copyS), ours.map(r => r.copyS))
      return `| ${contender.name} | ${median(runs.map(r => r.copyS)).toFixed(1)} | ${runs.map(r => r.copyS.toFixed(1)).join(' ')} | ${ratios.map(r => r.toFixed(2)).join(' ')} | ${ratios.length === 0 ? '' : `**${median(ratios).toFixed(2)}**`} | ${runs.map(r => (r.proofS === undefined ? '–' : r.proofS.toFixed(1))).join(' ')} | ${percent(median(runs.map(r => r.cpuS / r.machineCpuS)))} | ${Math.max(...runs.map(r => r.peakMb)).toFixed(0)} |`
    }), '',
    `Rehome's proof of every row on both sides costs ${percent(median(ours.map((r, i) => (proofs[i] ?? 0) / r.copyS)))} of its copy's time (median).`,
    ...withProof(results, ours), '',
  ]
  mkdirSync(bench.results, { recursive: true })
  const name = join(bench.results, `copy-${bench.set}`)
  writeFileSync(`${name}.md`, `${lines.join('\n')}\n`)
  writeFileSync(`${name}.svg`, barChart(`Copy of ${size}, ${bench.set} set, ${bench.jobs} jobs`, 's', [...results].map(([c, runs]) => ({ label: c.name, isOurs: c.isOurs, values: runs.map(r => r.copyS), median: median(runs.map(r => r.copyS)) }))))
  process.stdout.write(`\n${lines.join('\n')}\nwritten to ${name}.md and ${name}.svg\n`)
}

const withProof = (results: ReadonlyMap<Contender, readonly Result[]>, ours: readonly Result[]): string[] =>
  [...results].flatMap(([contender, runs]) => {
    if (contender.isOurs || runs.some(r => r.proofS === undefined)) return []
    const ratios = pairedRatios(runs.map(r => r.copyS + (r.proofS ?? 0)), ours.map(r => r.copyS + (r.proofS ?? 0)))
    return [`Copy and proof: ${contender.name} and its later versions’ compare data take ${median(ratios).toFixed(2)} × as long as Rehome (paired: ${ratios.map(r => r.toFixed(2)).join(' ')}).`]
  })

const turned = <T>(items: readonly T[], by: number): T[] => items.map((_, i) => items[(i + by) % items.length] as T)
const seconds = (s: number): string => `${s.toFixed(1)} s`
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
const say = (text: string): void => { process.stdout.write(`${text}\n`) }
