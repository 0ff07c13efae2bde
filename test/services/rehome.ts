import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until, type Patience } from './until.ts'

const cli = join(import.meta.dirname, '../../bin/rehome.cjs')

export type Said = { readonly status: number | null; readonly out: string; readonly err: string }
export type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<Said>
  /** Everything written so far, to either. */
  said(): string
  /** Waits until what was written so far matches. */
  says(pattern: RegExp, patience?: Patience): Promise<void>
}
export type Person = {
  /** Where status files, sockets, the key and evidence go: nobody else's. */
  readonly home: string
  run(...parameters: string[]): Promise<Said>
  start(...parameters: string[]): Running
  /** The same person with other variables in the environment. */
  with(environment: Readonly<Record<string, string>>): Person
}

/** Somebody who uses the real command line, in an empty directory of their own. What is still running when `scope` ends is killed. */
export const usePerson = (scope: { after(end: () => Promise<void>): void }): Person => {
  const home = mkdtempSync(join(tmpdir(), 'rehome-person-'))
  const running = new Set<Running>()
  scope.after(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all([...running].map(one => one.ended))
    rmSync(home, { recursive: true, force: true })
  })
  return personAt(home, running, {})
}

const personAt = (home: string, running: Set<Running>, extra: Readonly<Record<string, string>>): Person => {
  const start = (...parameters: string[]): Running => {
    const child = spawn(process.execPath, [cli, ...parameters], {
      cwd: home, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: home, REHOME_HOME: join(home, '.rehome'), REHOME_USER: 'the tester', ...extra },
    })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
    const ended = once(child, 'close').then(([status]: (number | null)[]): Said => {
      running.delete(one)
      return { status: status ?? null, out, err }
    })
    const said = (): string => out + err
    const one: Running = {
      child, ended, said,
      async says(pattern, patience) {
        await until(`${pattern} in what it says`, () => {
          if (pattern.test(said())) return true
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said().slice(-2_000)}`)
          return false
        }, { withinMs: 30_000, ...patience })
      },
    }
    running.add(one)
    return one
  }
  return { home, start, run: (...parameters) => start(...parameters).ended, with: environment => personAt(home, running, { ...extra, ...environment }) }
}
