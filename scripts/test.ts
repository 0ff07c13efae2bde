import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { waitGone } from '#adapters/embedded-postgres/process.ts'
import { ask, leave } from '#test/services/keeper-client.ts'
import { keeperSocket } from '#test/services/keeper-protocol.ts'

/**
 * `npm test -- [part of a path …] [option of node --test …]`: every test file whose path contains one of the parts, or
 * all of them. Where a few files failed they are run once more, one by one and by themselves: what then passes was held up by its neighbours, and is named; what fails again is wrong.
 * Ends in a line that counts, when the servers it used are gone.
 */
const main = async (): Promise<void> => {
  const words = process.argv.slice(2)
  const parts = words.filter(word => !word.startsWith('-'))
  const options = words.filter(word => word.startsWith('-'))
  const all = globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'], { cwd: checkout }).toSorted()
  const files = all.filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
  if (files.length === 0) {
    console.error(`no test file has ${parts.join(' or ')} in its path; there are\n${all.map(file => `  ${file}`).join('\n')}`)
    process.exitCode = 1
    return
  }
  const first = await runTests(options, files, concurrency)
  const again = first.isWhole && first.failed.length > 0 && first.failed.length <= mostAgain && !stopped ? first.failed : []
  const second = again.length > 0 ? (say(`\nonce more, by themselves: ${again.join(', ')}\n`), await runTests(options, again, 1)) : undefined
  await endServers()
  const failures = (second ?? first).failures
  if (second !== undefined) say(`passed only by themselves: ${again.filter(file => !second.failed.includes(file)).join(', ') || 'none'}`)
  say(`${first.tests - failures} passed, ${failures} failed`)
  process.exitCode = (second ?? first).status
}

const checkout = join(import.meta.dirname, '..')

/** Tests wait for servers more than they compute, so that even one core has use for two. A test that takes this long hangs. */
const concurrency = Math.max(2, availableParallelism())
const limitMs = 300_000
/** More than this are not held up by each other. */
const mostAgain = 6
let stopped = false

const say = (text: string): void => { process.stdout.write(`${text}\n`) }

type Ran = { readonly status: number; /** It came to its end and told its figures. */ readonly isWhole: boolean; readonly tests: number; readonly failures: number; /** Files. */ readonly failed: readonly string[] }

const runTests = async (options: readonly string[], files: readonly string[], atOnce: number): Promise<Ran> => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-tests-'))
  const record = join(folder, 'record')
  // Told to exit, since Node may never come to an end closing what broken connections left open (nodejs/node#47748).
  const child = spawn(process.execPath, ['--test', '--test-force-exit', '--test-reporter=spec', '--test-reporter-destination=stdout', `--test-reporter=${join(import.meta.dirname, 'test-record.ts')}`, '--test-reporter-destination=stderr', `--test-concurrency=${atOnce}`, `--test-timeout=${limitMs}`, ...options, ...files], {
    cwd: checkout, stdio: 'inherit', env: { ...bareEnv(), REHOME_TEST_RECORD: record },
  })
  const pass = (signal: NodeJS.Signals): void => { stopped = true; child.kill(signal) }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  const [status] = (await once(child, 'exit')) as [number | null]
  const lines = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as { readonly failed: string | number; readonly passed?: number }) : []
  rmSync(folder, { recursive: true, force: true })
  const counts = lines.findLast(line => line.passed !== undefined)
  const failures = typeof counts?.failed === 'number' ? counts.failed : 0
  const failed = [...new Set(lines.flatMap(line => (typeof line.failed === 'string' ? [relative(checkout, line.failed)] : [])))]
  // A run that ended badly without a test that failed failed as a whole.
  return { status: status ?? 1, isWhole: counts !== undefined, tests: (counts?.passed ?? 0) + failures + (status !== 0 && failures === 0 ? 1 : 0), failures: status !== 0 && failures === 0 ? 1 : failures, failed }
}

/** Nothing that the driver or the client programs would read connection settings from. */
const bareEnv = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && name !== 'DATABASE_URL' && !name.startsWith('NODE_TEST')))

/** Unless another run of this checkout still uses them. */
const endServers = async (): Promise<void> => {
  if (!existsSync(keeperSocket)) return
  const { others, pid } = await ask({ ask: 'hurry' })
  await leave()
  if (others === 0 && pid !== undefined && !(await waitGone(pid, 30_000))) throw new Error(`the servers of the tests do not end; process ${pid} keeps them`)
}

await main()
