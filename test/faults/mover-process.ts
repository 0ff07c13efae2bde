import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Told } from '#entrances/cli/services.ts'

export type Heard = Told | { readonly type: 'fault'; readonly at: string; readonly code: string; readonly message: string }

export type MoverProcess = {
  readonly pid: number
  /** The exit status, or the signal's name; and what it wrote on standard error. */
  readonly ended: Promise<{ readonly status: number | NodeJS.Signals; readonly error: string }>
  signal(signal: NodeJS.Signals): void
}

const cli = join(import.meta.dirname, '../../src/main/cli.ts')

/** `rehome move …` as people run it, its state in `home`. */
export const startMover = (home: string, from: string, to: string, options: readonly string[], hear: (event: Heard) => void): MoverProcess => {
  const child = spawn(process.execPath, [cli, 'move', '--from', 'env:FROM', '--to', 'env:TO', '--json', '--approved-by', 'the test', '--evidence', join(home, 'evidence.json'), ...options], {
    cwd: home, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], REHOME_PG_DUMP: process.env['REHOME_PG_DUMP'], REHOME_HOME: home, FROM: from, TO: to },
  })
  const pid = child.pid
  if (pid === undefined) throw new Error('the mover did not start')
  const error: string[] = []
  createInterface({ input: child.stdout }).on('line', line => hear(JSON.parse(line) as Heard))
  child.stderr.setEncoding('utf8').on('data', (text: string) => { error.push(text) })
  const ended = (async () => {
    const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return { status: status ?? signal ?? 1, error: error.join('') }
  })()
  return { pid, ended, signal: signal => { child.kill(signal) } }
}

/** The processes beside the mover that bear its state's place in their environment: holders and watchdogs, whoever their parent is by now. Linux tells; elsewhere there is none to be found. */
export const besides = (home: string, program: 'holder' | 'watchdog'): number[] => {
  const numbers = process.platform === 'linux' ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : []
  return numbers.filter(pid => read(pid, 'cmdline').includes(`${program}.ts`) && read(pid, 'environ').split('\0').includes(`REHOME_HOME=${home}`)).map(Number)
}

const read = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

export const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
