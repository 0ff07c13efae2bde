import { runProgram } from '#entrances/cli/program.ts'
import { readConfig } from './config.ts'
import { servicesOf } from './services.ts'

const stop = new AbortController()
/** A signal to the whole group reaches us twice, by itself and through bin/rehome.cjs: that is one wish, not two. */
const sameWishMs = 500
let interruptedAt = -Infinity
const interrupt = (): void => {
  const now = performance.now()
  if (now - interruptedAt < sameWishMs) return
  interruptedAt = now
  if (stop.signal.aborted) process.exit(130)
  process.stderr.write('\nStopping in good order; once more to stop at once.\n')
  stop.abort(new Error('stopped'))
}
process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
// A URL in the command line may hold a password: what `ps` can still be kept from showing, it is.
process.title = 'rehome'
// A reader that went away (`| head`) is no failure of ours; what is under way stops in good order, as after Ctrl-C.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (!stop.signal.aborted) stop.abort(new Error('nobody reads any more'))
})

process.exitCode = await runProgram(process.argv.slice(2), { services: servicesOf(readConfig(process.env)), environment: process.env, out: process.stdout, error: process.stderr, signal: stop.signal })
