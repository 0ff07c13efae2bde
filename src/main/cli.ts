import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Beside the packages, where whoever can write can change the code as well; where we cannot write there is none. Processes that we start use it too.
const compiled = join(import.meta.dirname, '../../node_modules/.cache/rehome')
enableCompileCache(compiled)
process.env['NODE_COMPILE_CACHE'] ??= compiled

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
// Who stood between us and the terminal, and passed signals on, is gone (bin/rehome.cjs under an older Node).
if (process.connected === true) process.once('disconnect', () => { stop.abort(new Error('stopped')) })
// A URL in the command line may hold a password: what `ps` can still be kept from showing, it is.
process.title = 'rehome'
// A reader that went away (`| head`) is no failure of ours; what is under way stops in good order, as after Ctrl-C.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (!stop.signal.aborted) stop.abort(new Error('nobody reads any more'))
})

const [{ runProgram }, { readConfig }, { servicesOf }] = await Promise.all([import('#entrances/cli/program.ts'), import('./config.ts'), import('./services.ts')])
const status = await runProgram(process.argv.slice(2), { services: servicesOf(readConfig(process.env)), environment: process.env, out: process.stdout, error: process.stderr, signal: stop.signal })
// What was written has left before we do. Ended here and not by itself: Node may never come to an end closing what a broken connection left open (nodejs/node#47748).
await Promise.all([process.stdout, process.stderr].map(stream => new Promise<void>(left => { stream.write('', () => left()) })))
process.exit(status)
