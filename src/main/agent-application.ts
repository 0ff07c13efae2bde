import { cp, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { ApplicationStep, BackUp, Stepped } from '#domain/application.ts'
import { endGroup, type Ran, runCommand, type Running } from '#adapters/application/command.ts'
import { layBackup, readBackup } from '#adapters/bundle/backup-lay.ts'
import { packBackup } from '#adapters/bundle/backup-pack.ts'
import { holdLock } from '#adapters/bundle/lock.ts'
import { type Notes, openNotes } from '#adapters/bundle/notes.ts'
import type { BackupParts } from '#ports/backup-parts.ts'
import type { Work } from './agent-move.ts'
import type { Application, CommandName } from './application-settings.ts'

/** So much goes at a time: control takes twice that in one request, as text. */
const pieceBytes = 6 * 2 ** 20
const slowestRetryMs = 10_000

/** What is done on this machine, before it is done and after. */
type Note =
  | { readonly note: 'begun'; readonly step: ApplicationStep; readonly at: number; readonly version?: string }
  | { readonly note: 'running'; readonly command: CommandName; readonly running: Running; readonly at: number }
  | { readonly note: 'ran'; readonly command: CommandName; readonly code: number | null; readonly at: number }
  | { readonly note: 'kept'; readonly folder: string; readonly to: string }
  | { readonly note: 'ended'; readonly step: ApplicationStep; readonly held: boolean; readonly at: number }

type Step = { readonly work: Work; readonly application: Application; readonly scratch: string; readonly notes: Notes<Note>; readonly signal: AbortSignal }

/**
 * Takes one step with the application beside this agent: only by commands and in folders that its own settings have. It is on this machine's disk before and after; after a crash it is
 * taken again, for every one can be, but an upgrade, which a person looks at.
 */
export const takeStep = async (work: Work): Promise<'done' | 'failed'> => {
  const { claimed: { facts, order }, settings, clock, reporter } = work
  const { application: wanted } = facts
  if (wanted === undefined) throw new Fault('APPLICATION_COMMAND', { command: 'none', reason: 'the order names no step' })
  const application = settings.application(facts[wanted.at], facts.tenant)
  const scratch = join(application.scratch, order)
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  await using _held = holdLock(join(scratch, 'held'))
  const notes = await openNotes<Note>(join(scratch, 'steps.jsonl'))
  const step: Step = { work, application, scratch, notes, signal: AbortSignal.any([work.signal, reporter.lost]) }
  await endLeftOver(notes)
  const isAgain = notes.all.some(one => one.note === 'begun')
  if (!isAgain) await notes.add({ note: 'begun', step: wanted.step, at: clock.now() })
  const stepped = await stepFor[wanted.step](step, isAgain)
  await notes.add({ note: 'ended', step: wanted.step, held: stepped.held, at: clock.now() })
  reporter.tell({ type: 'stepped', ...stepped })
  return stepped.held ? 'done' : 'failed'
}

/** A command that an earlier process of ours began, and did not see the end of, ends before it is asked anew. */
const endLeftOver = async ({ all }: Notes<Note>): Promise<void> => {
  const last = all.findLast(one => one.note === 'running' || one.note === 'ran')
  if (last?.note === 'running') await endGroup(last.running)
}

const run = async ({ work: { clock }, application, scratch, notes, signal }: Step, name: CommandName): Promise<Ran> => {
  const command = application.command(name)
  if (command === undefined) throw new Fault('APPLICATION_COMMAND', { command: name, reason: 'the settings of this machine have no such command' })
  const ran = await runCommand(command, { folder: scratch, secrets: application.secrets, began: running => notes.add({ note: 'running', command: name, running, at: clock.now() }), signal })
  await notes.add({ note: 'ran', command: name, code: ran.code, at: clock.now() })
  return ran
}

const why = { ended: '', time: '\nIt was ended: its time was over.', output: '\nIt was ended: it wrote too much.' } as const satisfies Record<Ran['why'], string>
const said = ({ code, output, why: how }: Ran, more: Partial<Stepped> = {}): Stepped => ({ held: code === 0, version: null, backUp: null, output: `${output}${why[how]}`, ...more })

const byCommand = (name: CommandName) => async (step: Step): Promise<Stepped> => said(await run(step, name))

const compareVersions = async (step: Step): Promise<Stepped> => {
  const ran = await run(step, 'version')
  const version = versionIn(ran)
  return said(ran, { held: version !== null, version })
}

/** One line, and nothing cut off of it. */
const versionIn = ({ code, said: text }: Ran): string | null => {
  const version = text.replace(/\r?\n$/, '')
  return code === 0 && version !== '' && version.length <= 200 && !/[\r\n\0]/.test(version) ? version : null
}

const backUp = async (step: Step): Promise<Stepped> => {
  const { application, scratch, signal } = step
  if (application.recipient === undefined) throw new Fault('APPLICATION_COMMAND', { command: 'back-up', reason: 'the settings of this machine have no recipient: nobody could open it' })
  const ran = await run(step, 'version')
  const version = versionIn(ran)
  if (version === null) return said(ran, { held: false })
  const { claim, part, bytes, sha256, files, parts, totalBytes } = await packBackup({ folders: application.folders, recipient: application.recipient, version, scratch, parts: partsOn(step), partBytes: application.partBytes, signal })
  return { held: true, version, backUp: { claim, part, bytes, sha256, files, parts, totalBytes }, output: '' }
}

const restore = async (step: Step): Promise<Stepped> => {
  const { application, scratch, signal, work: { claimed: { facts, order }, clock } } = step
  const identity = application.identity()
  const from: BackUp | null = facts.application?.backUp ?? null
  if (identity === undefined || from === null) throw new Fault('BACKUP_BROKEN', { reason: identity === undefined ? 'the settings of this machine have no identity that opens it' : 'the order names none' })
  const parts = partsOn(step)
  const manifest = await readBackup({ identity, parts, signal }, { claim: from.claim, part: from.part, bytes: from.bytes, sha256: from.sha256 })
  const ran = await run(step, 'version')
  const version = versionIn(ran)
  if (version === null) return said(ran, { held: false })
  if (version !== manifest.version) throw new Fault('APPLICATION_VERSION', { found: version, wanted: manifest.version })
  const places = await layBackup({
    folders: application.folders, identity, name: order, scratch, parts, stamp: stampOf(clock.now()), signal,
    // An application that was just installed may run already: nothing is put under its feet.
    async beforePlacing() {
      const stopped = await run(step, 'stop')
      if (stopped.code !== 0) throw new Fault('APPLICATION_COMMAND', { command: 'stop', reason: `it must end well before anything is put in place, and ended with ${stopped.code ?? 'no code in its time'}` })
    },
  }, manifest)
  const kept = places.flatMap(one => (one.keptAside === null ? [] : [`${one.tree}: what was there is kept in ${one.keptAside}`]))
  return { held: true, version, backUp: null, output: [`${manifest.hashes.length} files put in place.`, ...kept].join('\n') }
}

/** What is there now is copied beside it first; then stop, upgrade, start, test, and the version that it is now. */
const upgrade = async (step: Step, isAgain: boolean): Promise<Stepped> => {
  const { application, notes, work: { clock } } = step
  if (application.command('upgrade') === undefined) throw new Fault('APPLICATION_COMMAND', { command: 'upgrade', reason: 'the settings of this machine have no such command' })
  if (isAgain && notes.all.some(one => one.note === 'running' && one.command === 'upgrade')) throw new Fault('APPLICATION_IN_DOUBT', { reason: 'its command had begun' })
  const outputs: string[] = []
  for (const name of ['stop', 'upgrade', 'start', 'test'] as const) {
    if (name === 'upgrade') await keepBeside(step, stampOf(clock.now()))
    const ran = await run(step, name)
    outputs.push(`${name}: ${said(ran).output.slice(-1_500)}`)
    if (ran.code !== 0) return { held: false, version: null, backUp: null, output: outputs.join('\n') }
  }
  return { held: true, version: versionIn(await run(step, 'version')), backUp: null, output: outputs.join('\n') }
}

const keepBeside = async ({ application: { folders }, notes, signal }: Step, stamp: string): Promise<void> => {
  for (const folder of Object.values(folders)) {
    signal.throwIfAborted()
    const to = `${folder}.before-upgrade-${stamp}`
    if (await lstat(to).then(() => true, () => false)) throw new Fault('TREE_REFUSED', { path: to, reason: 'something is there already' })
    await cp(folder, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, errorOnExist: true, force: false })
    await notes.add({ note: 'kept', folder, to })
  }
}

const stampOf = (at: number): string => new Date(at).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')

const stepFor = {
  'compare-versions': compareVersions, 'stop-services': byCommand('stop'), 'back-up': backUp, restore, 'start-services': byCommand('start'), 'test-services': byCommand('test'), upgrade,
} as const satisfies Record<ApplicationStep, (step: Step, isAgain: boolean) => Promise<Stepped>>

/** Parts on control's shelf. A control that is away for a while is waited for. */
const partsOn = ({ work: { control, claimed, clock }, signal }: Step): BackupParts => {
  const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await ask()
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof Fault) || error.code !== 'CONTROL_UNREACHABLE') throw error
        await clock.sleep(Math.min(200 * 2 ** tries, slowestRetryMs), signal)
      }
    }
  }
  return {
    async put(part, bytes) {
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + pieceBytes)
        const next = await patiently(() => control.putPart(claimed, part, at, piece, signal))
        if (next !== at + piece.length) throw new Fault('ORDER_LOST', { control: control.label })
        at = next
      }
      return { claim: claimed.claim, part }
    },
    async *read(at, bytes) {
      for (let from = 0; from < bytes; from += pieceBytes) {
        const to = Math.min(bytes, from + pieceBytes)
        const piece = await patiently(() => control.readPart(claimed, at, from, to, signal))
        if (piece === undefined) throw new Fault('BACKUP_BROKEN', { reason: `part ${at.part} is not on control’s shelf, or shorter than it was` })
        yield piece
      }
    },
  }
}
