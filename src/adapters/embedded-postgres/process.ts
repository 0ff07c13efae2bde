import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether a process of that number runs. A zombie does not: it holds nothing any more, though `kill(pid, 0)` still finds it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return stateOf(pid) !== 'Z'
}

/** Whether the process runs in that directory, as a postmaster does in its data directory. Numbers are used again: a pid alone proves nothing. */
export const runsIn = (pid: number, directory: string): boolean => {
  if (process.platform !== 'linux') return argumentsOf(pid).includes(directory)
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory
  } catch {
    // As root this cannot fail for a living process; as anybody else a process that we may not look into is not ours.
    return false
  }
}

export const childrenOf = (parent: number): number[] => {
  if (process.platform !== 'linux') return numbers(spawnSync('pgrep', ['-P', String(parent)], { encoding: 'utf8' }).stdout ?? '')
  return readdirSync('/proc').map(Number).filter(pid => Number.isInteger(pid) && statOf(pid)?.parent === parent)
}

/** False: `withinMs` passed and it still runs. */
export const waitGone = async (pid: number, withinMs: number): Promise<boolean> => {
  const deadline = performance.now() + withinMs
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false
    await sleep(10)
  }
  return true
}

/** No complaint about a process that is gone. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const stateOf = (pid: number): string | undefined =>
  process.platform === 'linux' ? statOf(pid)?.state : (spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').trim()[0]

/** `pid (name) state parent …`; the name may hold spaces and brackets, so what counts is behind the last bracket. */
const statOf = (pid: number): { state: string; parent: number } | undefined => {
  try {
    const [state = '', parent = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return { state, parent: Number(parent) }
  } catch {
    return undefined
  }
}

const argumentsOf = (pid: number): string => spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
const numbers = (lines: string): number[] => lines.split('\n').filter(line => line !== '').map(Number)
