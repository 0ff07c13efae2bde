import { readBounces } from '#adapters/mail/bounces.ts'
import { openMailFolder } from '#adapters/mail/folder.ts'
import { takeDelivered } from '#adapters/mail/maildir.ts'
import { openSmtp } from '#adapters/mail/smtp.ts'
import { readReports } from '#control/letters/bounces.ts'
import { handlersOf } from '#control/running/handlers.ts'
import type { Post } from '#control/letters/letters.ts'
import { reconcileJob } from '#control/running/reconcile.ts'
import type { World } from '#control/ground/world.ts'
import { Fault } from '#domain/faults.ts'
import type { Jobs } from '#ports/jobs.ts'
import type { ControlSettings } from './control-settings.ts'
import { openControl, openLog } from './opened.ts'

/** How often letters that came back are looked for. */
const lookMs = 30_000

/** A process that only does what is due. It needs a database that others reach as well. */
export const runWorker = async (settings: ControlSettings, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  if (settings.database === undefined) throw new Fault('SETTINGS_WRONG', { file: 'DATABASE_URL', reason: 'a worker of its own needs the database that control stands on' })
  const log = openLog()
  const trouble = (error: unknown): void => { log.warn({ error }, 'in the background, and tried again') }
  await using opened = await openControl(settings, trouble, signal)
  say('The worker works.\n')
  await workOn(opened, settings, say, trouble, signal)
}

/** Does what is due, beside any number of other workers on the same ledger, until `signal` is aborted. */
export const workOn = async ({ world, jobs }: { readonly world: World; readonly jobs: Jobs }, { mail }: Pick<ControlSettings, 'mail'>, say: (text: string) => void, trouble: (error: unknown) => void, signal: AbortSignal): Promise<void> => {
  await using stack = new AsyncDisposableStack()
  const post = postOf(mail, stack)
  if (post === undefined) say('Letters wait: there is no mail server in control.yaml (mail).\n')
  else if (mail?.folder !== undefined) say(`Letters go nowhere; they can be read in ${mail.folder}.\n`)
  await world.ledger.transaction(tx => tx.enqueue(reconcileJob(world.clock.now())))
  const working = jobs.work(handlersOf(world, post), signal)
  const looking = mail?.returned === undefined ? undefined : lookForReturned(world, mail.returned, trouble, signal)
  await Promise.all([working, looking])
}

const postOf = (mail: ControlSettings['mail'], stack: AsyncDisposableStack): Post | undefined => {
  if (mail === undefined) return undefined
  if (mail.folder !== undefined) return { mail: openMailFolder(mail.folder), from: mail.from }
  return mail.server === undefined ? undefined : { mail: stack.use(openSmtp(mail.server)), from: mail.from }
}

/** A folder or a ledger that is away for a while is looked at again. */
const lookForReturned = async (world: World, folder: string, trouble: (error: unknown) => void, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      await takeDelivered(folder, async raw => { await readReports(world, await readBounces(raw)) })
    } catch (error) {
      if (!(error instanceof Fault) && (error as NodeJS.ErrnoException).code === undefined) throw error
      trouble(error)
    }
    await world.clock.sleep(lookMs, signal).catch((error: unknown) => { if (!signal.aborted) throw error })
  }
}
