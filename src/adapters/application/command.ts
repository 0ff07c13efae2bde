import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#domain/faults.ts'
import { masked } from '#lib/masked.ts'

/** A command as this machine's settings have it: a program by its whole path, and its words; no shell reads them. `environment`: what it gets, and nothing else. */
export type Command = { readonly name: string; readonly run: readonly [string, ...string[]]; readonly user?: string; readonly folder: string; readonly seconds: number; readonly environment: Readonly<Record<string, string>> }

/** `code`: null, if it was ended because its time was over, or it wrote too much. `output`: the end of what it said, without secrets; `said`: all of its standard output, if that is short. */
export type Ran = { readonly code: number | null; readonly why: 'ended' | 'time' | 'output'; readonly output: string; readonly said: string }

/** Processes are told apart by number and start: numbers come round. */
export type Running = { readonly process: number; readonly start: string }

type Around = { /** For what it writes. */ readonly folder: string; readonly secrets: readonly string[]; /** Before it is waited for: who goes on after us must know of it. */ readonly began: (running: Running) => Promise<void>; readonly signal: AbortSignal }

const mostOutputBytes = 64 * 2 ** 20
const shownBytes = 8_192
const readBytes = 65_536
const lookMs = 100
const politeMs = 2_000

/**
 * Runs one command to its end, in a group of processes of its own, which ends with it when its time is over or the signal comes. What it starts in the background and leaves behind
 * lives on: that is what a start command is for. Fault APPLICATION_COMMAND: it could not be begun.
 */
export const runCommand = async ({ name, run, user, folder: cwd, seconds, environment }: Command, { folder, secrets, began, signal }: Around): Promise<Ran> => {
  signal.throwIfAborted()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const [outFile, errorFile] = [join(folder, `${name}.out`), join(folder, `${name}.err`)]
  await using out = await open(outFile, 'w', 0o600)
  await using error = await open(errorFile, 'w', 0o600)
  const [program, ...words] = run
  const child = spawn(program, words, { cwd, env: { ...environment }, detached: true, stdio: ['ignore', out.fd, error.fd], ...(user === undefined ? {} : await idsOf(name, user)) })
  const gone = once(child, 'exit') as Promise<[number | null]>
  try {
    await once(child, 'spawn')
  } catch (cause) {
    gone.catch(() => { /* it never began */ })
    throw new Fault('APPLICATION_COMMAND', { command: name, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  // Proof: it was spawned.
  const running = { process: child.pid as number, start: await startOf(child.pid as number) }
  await began(running)
  const [code, why] = await ended(gone, running, seconds, [outFile, errorFile], signal)
  return { code, why, output: masked(`${await endOf(outFile)}${await endOf(errorFile)}`, secrets).slice(-shownBytes), said: masked(await endOf(outFile), secrets) }
}

const ended = async (gone: Promise<[number | null]>, running: Running, seconds: number, files: readonly string[], signal: AbortSignal): Promise<[code: number | null, why: Ran['why']]> => {
  const until = performance.now() + seconds * 1_000
  for (;;) {
    const pause = new AbortController()
    const end = await Promise.race([gone, sleep(lookMs, undefined, { signal: pause.signal }).catch(() => undefined)])
    pause.abort()
    if (end !== undefined) return [end[0], 'ended']
    const sizes = await Promise.all(files.map(file => stat(file).then(about => about.size)))
    const why = signal.aborted || performance.now() > until ? 'time' : sizes.some(size => size > mostOutputBytes) ? 'output' : undefined
    if (why === undefined) continue
    await endGroup(running)
    await gone
    signal.throwIfAborted()
    return [null, why]
  }
}

/** Ends a command and all that it began, politely and then not. Of one that is over already there is nothing to end. */
export const endGroup = async ({ process: group, start }: Running): Promise<void> => {
  const now = await startOf(group)
  // Another process has the number by now, and is none of ours.
  if (now !== '' && now !== start) return
  const send = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-group, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
      throw error
    }
  }
  if (!send('SIGTERM')) return
  for (const until = performance.now() + politeMs; performance.now() < until;) {
    await sleep(lookMs)
    if ((await startOf(group)) === '' && !send(0)) return
  }
  send('SIGKILL')
}

/** When a process was started, in ticks since the machine was; empty: there is none. Fields of /proc/PID/stat come after the name, which may hold anything. */
const startOf = async (id: number): Promise<string> => {
  const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? '' : fields[19] ?? ''
}

const endOf = async (file: string): Promise<string> => {
  await using handle = await open(file, 'r')
  const { size } = await handle.stat()
  const piece = Buffer.alloc(Math.min(size, readBytes))
  const { bytesRead } = await handle.read(piece, 0, piece.length, size - piece.length)
  return piece.subarray(0, bytesRead).toString('utf8')
}

const idsOf = async (command: string, user: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> => {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').map(one => one.split(':')).find(([name]) => name === user)
  if (line === undefined) throw new Fault('APPLICATION_COMMAND', { command, reason: `this machine has no user ${user}` })
  const [uid, gid] = [Number(line[2]), Number(line[3])]
  if (process.getuid?.() === uid) return undefined
  if (process.getuid?.() !== 0) throw new Fault('APPLICATION_COMMAND', { command, reason: `this agent may not run anything as ${user}: it does not run as root` })
  return { uid, gid }
}
