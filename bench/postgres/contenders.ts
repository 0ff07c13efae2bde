import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashtextCompare } from './hashtext-compare.ts'
import { measure, type Measured } from './measure.ts'
import { bin } from './servers.ts'

/** What a contender did: the copy alone, and the proof after it where it has one. */
export type Result = Measured & { readonly copyS: number; readonly proofS?: number }
export type Contender = { readonly name: string; readonly isOurs: boolean; run(source: string, target: string, jobs: number): Promise<Result> }

/** Settings that Rehome gives its own sessions, given to everybody: without them a lead would not be honest. */
const equalSettings = { PGOPTIONS: '-c synchronous_commit=off -c maintenance_work_mem=512MB' }
const shell = (script: string): Promise<Measured> => measure('bash', ['-o', 'pipefail', '-c', script], equalSettings)

const rehome: Contender = {
  name: 'Rehome', isOurs: true,
  async run(source, target, jobs) {
    const home = mkdtempSync(join(tmpdir(), 'rehome-bench-'))
    try {
      const done = await measure(process.execPath, ['--max-semi-space-size=16', 'src/main/cli.ts', 'move', '--from', source, '--to', target, '--no-follow', '--jobs', String(jobs), '--json', '--evidence', join(home, 'evidence.json')],
        { REHOME_HOME: home, XDG_STATE_HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}` })
      const events = done.stdout.trim().split('\n').map(line => JSON.parse(line) as { type: string; phase?: string; state?: string; ms?: number })
      const proofS = sum(events.filter(e => e.type === 'phase' && e.phase === 'verify' && e.state === 'ends').map(e => (e.ms ?? 0) / 1000))
      return { ...done, copyS: done.wallS - proofS, proofS }
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
}

const pipe: Contender = {
  name: 'pg_dump to psql', isOurs: false,
  async run(source, target) {
    const done = await shell(`${bin}/pg_dump -d '${source}' | ${bin}/psql -Xq -v ON_ERROR_STOP=1 -d '${target}' > /dev/null`)
    return { ...done, copyS: done.wallS }
  },
}

const directory: Contender = {
  name: 'pg_dump -Fd, pg_restore', isOurs: false,
  async run(source, target, jobs) {
    const dump = mkdtempSync(join(tmpdir(), 'rehome-bench-dump-'))
    try {
      const done = await shell(`${bin}/pg_dump -Fd -Z0 -j ${jobs} -f '${dump}/d' -d '${source}' && ${bin}/pg_restore -j ${jobs} -d '${target}' '${dump}/d'`)
      return { ...done, copyS: done.wallS }
    } finally {
      rmSync(dump, { recursive: true, force: true })
    }
  },
}

const pgcopydb: Contender = {
  name: 'pgcopydb clone', isOurs: false,
  async run(source, target, jobs) {
    const work = mkdtempSync(join(tmpdir(), 'rehome-bench-pgcopydb-'))
    const common = `--source '${source}' --target '${target}' --dir '${work}/d'`
    try {
      const clone = await shell(`pgcopydb clone ${common} --table-jobs ${jobs} --index-jobs ${jobs} > /dev/null 2>&1`)
      return { ...clone, copyS: clone.wallS, proofS: await hashtextCompare(source, target, jobs) }
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  },
}

export const contenders: readonly Contender[] = [rehome, pipe, directory, pgcopydb]

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
