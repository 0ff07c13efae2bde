import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { childrenOf, isAlive, runsIn, signal as send, waitGone } from './process.ts'

export type Running = { readonly pid: number; readonly port: number }

/**
 * The postmaster that runs on this data, if one does. A pid file whose process is gone, or belongs to somebody else by now, is
 * removed: the server itself would refuse to start for ever if that number is in use again.
 */
export const postmasterOf = async (data: string): Promise<Running | undefined> => {
  const file = join(data, 'postmaster.pid')
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (isAlive(pid) && runsIn(pid, data)) return { pid, port }
  await rm(file, { force: true })
  return undefined
}

/** Fast, then immediate, then SIGKILL: SIGTERM would wait for sessions to end by themselves. */
export const stopPostmaster = async (data: string, pid: number, mode: 'fast' | 'immediate'): Promise<void> => {
  if (!isAlive(pid) || !runsIn(pid, data)) return
  if (mode === 'fast') {
    send(pid, 'SIGINT')
    if (await waitGone(pid, 15_000)) return
  }
  send(pid, 'SIGQUIT')
  if (await waitGone(pid, 6_000)) return
  await killPostmaster(data, pid)
}

/** Stopped first, so that it cannot start another process between our list of them and its death. */
export const killPostmaster = async (data: string, pid: number): Promise<void> => {
  if (!isAlive(pid) || !runsIn(pid, data)) return
  send(pid, 'SIGSTOP')
  const backends = childrenOf(pid).filter(child => runsIn(child, data))
  send(pid, 'SIGKILL')
  await waitGone(pid, 5_000)
  for (const backend of backends) {
    // They notice the postmaster's death by themselves, unless they are busy or stopped.
    if (!(await waitGone(backend, 1_000)) && runsIn(backend, data)) send(backend, 'SIGKILL')
    if (!(await waitGone(backend, 5_000))) throw new Error(`process ${backend} of a killed server does not end`)
  }
}
