import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchCopy } from './postgres/copy.ts'

const usage = `npm run bench -- postgres [--set tenant|big] [--scale 1] [--rounds 3] [--jobs 2] [--only rehome,pg_restore]

  postgres   copies the data set with Rehome, pg_dump | psql, pg_dump -Fd | pg_restore and pgcopydb in turn, both sets unless one is named

Scale 1 is about 2.7 GB and needs some 15 GB of disk. Results go to bench/results/.
`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { set: { type: 'string' }, scale: { type: 'string', default: '1' }, rounds: { type: 'string', default: '3' }, jobs: { type: 'string', default: '2' }, only: { type: 'string' }, help: { type: 'boolean' } },
})
const sets = (['tenant', 'big'] as const).filter(set => values.set === undefined || values.set === set)
if (values.help === true || positionals[0] !== 'postgres' || sets.length === 0) {
  process.stdout.write(usage)
  process.exit(values.help === true ? 0 : 2)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
const directory = mkdtempSync(join(tmpdir(), 'rehome-bench-servers-'))
chmodSync(directory, 0o711) // the servers may run as another user
try {
  for (const set of sets) {
    await benchCopy({
      set, scale: Number(values.scale), rounds: Number(values.rounds), jobs: Number(values.jobs), directory,
      results: join(import.meta.dirname, 'results'), ...(values.only === undefined ? {} : { only: values.only }),
    })
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
