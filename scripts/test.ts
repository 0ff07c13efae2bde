import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { waitGone } from '#adapters/embedded-postgres/process.ts'
import { ask, leave } from '#test/services/keeper-client.ts'
import { keeperSocket } from '#test/services/keeper-protocol.ts'

/**
 * `npm test -- [part of a path …] [option of node --test …]`: every test file whose path contains one of the parts, or
 * all of them. Ends in node's own summary, when the servers it used are gone.
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
  process.exitCode = await runTests(options, files)
  await endServers()
}

const checkout = join(import.meta.dirname, '..')

/** Tests wait for servers more than they compute, so that even one core has use for two. A test that takes this long hangs. */
const concurrency = Math.max(2, availableParallelism())
const limitMs = 300_000

const runTests = async (options: readonly string[], files: readonly string[]): Promise<number> => {
  // Told to exit, since Node may never come to an end closing what broken connections left open (nodejs/node#47748).
  const child = spawn(process.execPath, ['--test', '--test-force-exit', '--test-reporter=spec', `--test-concurrency=${concurrency}`, `--test-timeout=${limitMs}`, ...options, ...files], {
    cwd: checkout, stdio: 'inherit', env: bareEnv(),
  })
  const pass = (signal: NodeJS.Signals): void => { child.kill(signal) }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  const [status] = (await once(child, 'exit')) as [number | null]
  return status ?? 1
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
