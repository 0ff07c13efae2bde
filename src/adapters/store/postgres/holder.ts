import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Fault, type FaultCode, type Facts } from '#domain/faults.ts'
import { type Context, openContext, type Settings } from './context.ts'
import { oldestTransaction } from './record.ts'
import { holdSnapshot, type Placing, type Subject } from './snapshot.ts'

/**
 * The process that keeps a picture alive while the mover may come and go: started detached, told everything, the password included, by one JSON
 * text on its standard input, so that neither `ps` nor the environment shows it. Says one line when the picture stands, or why it does not.
 * Lives until its session ends: when the server ends it (`release`), when the server goes, or at its age limit.
 */
export type Errand = {
  readonly settings: Settings
  /** As in application_name, without the leading `rehome `: how the session is found again. */
  readonly purpose: string
  readonly placing: Placing
  readonly subjects: readonly Subject[]
  readonly setUpWithinMs: number
  readonly ageLimitMs: number
}

export type Word = { readonly snapshot: string; readonly position: string } | { readonly code: FaultCode; readonly facts: Facts } | { readonly bug: string }

const hold = async (errand: Errand): Promise<void> => {
  await using context = openContext(errand.settings)
  // Nobody waits for us any longer than this either: the session ends with the process.
  const late = setTimeout(() => { void giveUp(context, errand) }, errand.setUpWithinMs)
  const held = await holdSnapshot(context, errand.purpose, errand.placing, errand.subjects).finally(() => clearTimeout(late))
  const ended = new Promise<void>(resolve => { held.session.once('end', resolve) })
  const told = await say({ snapshot: held.snapshot, position: held.position })
  const old = setTimeout(() => { void held.session.end() }, errand.ageLimitMs)
  // A mover that died before it heard will ask anew; what it does not know of must not hold the source back.
  if (!told) await held.session.end()
  await ended
  clearTimeout(old)
}

const giveUp = async (context: Context, { setUpWithinMs }: Errand): Promise<void> => {
  await say({ code: 'STREAM_BUSY', facts: { ms: setUpWithinMs, reason: await oldestTransaction(context).catch(() => 'transactions were open') } })
  process.exit(1)
}

/** False: nobody listens any more. */
const say = (word: Word): Promise<boolean> =>
  new Promise(resolve => {
    const out: Writable = process.stdout
    out.once('error', () => resolve(false))
    out.write(`${JSON.stringify(word)}\n`, error => resolve(!(error instanceof Error)))
  })

/** The terminal closes, its keys are pressed: that is the mover's affair. */
for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => { /* we stay */ })
try {
  await hold(JSON.parse(await text(process.stdin)) as Errand)
} catch (error) {
  await say(error instanceof Fault ? { code: error.code, facts: error.facts } : { bug: String(error) })
  process.exitCode = 1
}
// Not left to Node, which may never come to an end closing what a broken connection left open (nodejs/node#47748).
process.exit()
