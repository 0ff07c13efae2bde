import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchControl } from './control/control.ts'
import { benchLicence } from './licence/licence.ts'
import { benchCopy } from './postgres/copy.ts'
import { benchFollow } from './postgres/follow.ts'
import { benchFreeze } from './postgres/freeze.ts'
import { benchWeb } from './web/web.ts'

const usage = `npm run bench -- postgres [--set tenant|big] [--scale 1] [--rounds 3] [--jobs 2] [--only rehome,pg_restore]
npm run bench -- freeze [--runs 10] [--rate 1000] [--scale 5] [--lag 5]
npm run bench -- follow [--rounds 3] [--transactions 100000] [--scale 5] [--profile DIRECTORY]
npm run bench -- control [--customers 10000] [--tasks 60] [--seconds 60] [--pause] [--ledger DIRECTORY [--part fill|rest|work|reminders|waves]]
npm run bench -- web [--customers 10000] [--tasks 60] [--trace FILE]
npm run bench -- licence [--seconds 20] [--together 10|1] [--profile DIRECTORY]

  postgres   copies the data set with Rehome, pg_dump | psql, pg_dump -Fd | pg_restore and pgcopydb in turn, both sets unless one is named
  freeze     moves a database that is written to at --rate transactions a second, from PostgreSQL 15 to 18, and measures the write freeze, and for
             --lag seconds in each run the lag while following
  follow     lets Rehome and a native subscription work off the same backlog in turn, from PostgreSQL 15 to 18
  licence    asks a licence server of 50,000 seats for 2,000 check-outs and 20,000 heartbeats a second
  control    asks a control with a full ledger for its pages and lists, at rest and while its worker is busy, works off 100,000 due reminders, plans 500
             customers in waves. Filling the ledger takes longest: with --ledger it stays, and each part is measured by itself; with
             --pause it waits for a line on its standard input before each measurement begins, for a machine that is quiet only now and then
  web        loads both faces of a full ledger in Chromium, scrolls its table of moves in every way, goes through their common acts, searches

Scale 1 of postgres is about 2.7 GB and needs some 15 GB of disk; of the others it is pgbench's, 100,000 accounts. Results go to bench/results/.
`

const { positionals: [what], values } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string' }, scale: { type: 'string' }, rounds: { type: 'string', default: '3' }, jobs: { type: 'string', default: '2' }, only: { type: 'string' },
    runs: { type: 'string', default: '10' }, rate: { type: 'string', default: '1000' }, lag: { type: 'string', default: '5' }, transactions: { type: 'string', default: '100000' }, profile: { type: 'string' }, part: { type: 'string' }, pause: { type: 'boolean', default: false }, ledger: { type: 'string' }, trace: { type: 'string' }, customers: { type: 'string', default: '10000' }, tasks: { type: 'string', default: '60' }, seconds: { type: 'string' }, together: { type: 'string' },
    help: { type: 'boolean' },
  },
})
const results = join(import.meta.dirname, 'results')
const sets = (['tenant', 'big'] as const).filter(set => values.set === undefined || values.set === set)
const ready = async (): Promise<void> => {
  if (!values.pause) return
  process.stdout.write('Ready to measure; a line on the standard input begins.\n')
  await once(process.stdin, 'data')
  process.stdin.pause()
}
const benches: Record<string, (directory: string) => Promise<void>> = {
  async postgres(directory) {
    for (const set of sets) {
      await benchCopy({ set, scale: Number(values.scale ?? 1), rounds: Number(values.rounds), jobs: Number(values.jobs), directory, results, ...(values.only === undefined ? {} : { only: values.only }) })
    }
  },
  freeze: directory => benchFreeze({ runs: Number(values.runs), perSecond: Number(values.rate), scale: Number(values.scale ?? 5), lagSeconds: Number(values.lag), directory, results }),
  control: directory => benchControl({ customers: Number(values.customers), tasks: Number(values.tasks), seconds: Number(values.seconds ?? 60), directory: values.ledger ?? directory, results, ...(values.part === undefined ? {} : { part: values.part }), ready }),
  web: directory => benchWeb({ customers: Number(values.customers), tasks: Number(values.tasks), directory, results, ...(values.trace === undefined ? {} : { trace: values.trace }) }),
  licence: directory => benchLicence({ seats: 50_000, checkOuts: 2_000, heartbeats: 20_000, seconds: Number(values.seconds ?? 20), directory, results, ...(values.together === undefined ? {} : { together: Number(values.together) }), ...(values.profile === undefined ? {} : { profile: values.profile }) }),
  follow: directory => benchFollow({ rounds: Number(values.rounds), transactions: Number(values.transactions), scale: Number(values.scale ?? 5), directory, results, ...(values.profile === undefined ? {} : { profile: values.profile }) }),
}
const bench = Object.hasOwn(benches, what ?? '') ? benches[what ?? ''] : undefined
if (values.help === true || bench === undefined || sets.length === 0 || (values.part !== undefined && values.ledger === undefined)) {
  process.stdout.write(usage)
  process.exit(values.help === true ? 0 : 2)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
const directory = mkdtempSync(join(tmpdir(), 'rehome-bench-servers-'))
chmodSync(directory, 0o711) // the servers may run as another user
try {
  await bench(directory)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
