import { randomBytes } from 'node:crypto'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newBundleKey } from '#adapters/bundle/seal.ts'
import type { Scope } from '#test/services/postgres.ts'

/** A folder tree that stands for a machine: the application with its version, configuration and data; and its agent's settings. */
export type Machine = { readonly root: string; readonly etc: string; readonly data: string; readonly scratch: string; readonly setting: Readonly<Record<string, unknown>> }
export type Machines = {
  readonly origin: Machine
  readonly destination: Machine
  /** What came up and went down, in the order it did. */
  witness(): readonly string[]
  /** An agent beside one machine, as a process of its own. */
  agent(site: string, token: string, machine: Machine, more?: { readonly commands?: object; readonly secrets?: Readonly<Record<string, string>> }): AgentProcess
}
export type AgentProcess = { readonly child: ChildProcess; said(): string; readonly ended: Promise<unknown>; kill(): Promise<void> }

const tiny = join(import.meta.dirname, 'tiny.ts')
export const tinySecret = 'tiny-secret-7Qh2'

export const useMachines = async (t: Scope, { origin: from, destination: to, tenant, partBytes = 65_536 }: { readonly origin: string; readonly destination: string; readonly tenant: string; readonly partBytes?: number }): Promise<Machines> => {
  const folder = mkdtempSync(join(tmpdir(), 'machines-'))
  const { identity, recipient } = await newBundleKey()
  const running = new Map<ChildProcess, Promise<unknown>>()
  const machineOf = (name: string, home: string): Machine => {
    const root = join(folder, name)
    for (const part of ['', 'etc', 'var', 'run']) mkdirSync(join(root, part))
    writeFileSync(join(root, 'VERSION'), '24.1.3\n')
    writeFileSync(join(root, 'etc', 'tiny.json'), JSON.stringify({ greeting: `from ${name}` }))
    const command = (word: string, more: object = {}): object => ({ run: [process.execPath, tiny, word, root], folder: root, seconds: 60, environment: ['PATH', 'TINY_SECRET', 'TINY_DATABASE'], ...more })
    const [etc, data, scratch] = [join(root, 'etc'), join(root, 'var'), join(root, 'scratch')]
    return { root, etc, data, scratch, setting: {
      home, tenant, scratch, folders: { configuration: etc, data }, recipient, identity: 'env:BACKUP_IDENTITY', partBytes,
      commands: { start: command('start'), stop: command('stop'), test: command('test'), version: command('version'), ...(name === 'new' ? { upgrade: command('upgrade') } : {}) },
    } }
  }
  const [origin, destination] = [machineOf('old', from), machineOf('new', to)]
  writeFileSync(join(folder, 'witness'), '')
  t.after(async () => {
    for (const child of running.keys()) child.kill('SIGKILL')
    await Promise.all(running.values())
    for (const { root } of [origin, destination]) {
      const file = join(root, 'run', 'pid')
      if (!existsSync(file)) continue
      try { process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL') } catch { /* it has ended */ }
    }
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    origin, destination,
    witness: () => readFileSync(join(folder, 'witness'), 'utf8').split('\n').filter(line => line !== ''),
    agent(site, token, machine, { commands = {}, secrets = {} } = {}) {
      const own = join(folder, `agent-${randomBytes(4).toString('hex')}`)
      mkdirSync(own)
      const { commands: usual, ...setting } = machine.setting
      writeFileSync(join(own, 'agent.json'), JSON.stringify({ applications: [{ ...setting, commands: { ...usual as object, ...commands } }] }), { mode: 0o600 })
      const isNew = machine === destination
      const child = spawn(process.execPath, [join(import.meta.dirname, '../control/agent.ts'), site, join(own, 'agent.json')], {
        cwd: own, stdio: ['ignore', 'ignore', 'pipe'],
        // The old machine cannot open what it packs.
        env: { PATH: process.env['PATH'], HOME: own, REHOME_HOME: own, REHOME_AGENT_TOKEN: token, TINY_SECRET: tinySecret, ...(isNew ? { BACKUP_IDENTITY: identity } : {}), ...secrets },
      })
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text })
      const ended = once(child, 'close').then(() => running.delete(child))
      running.set(child, ended)
      return { child, said: () => said, ended, async kill() { child.kill('SIGKILL'); await ended } }
    },
  }
}

/** Whether both ran at once at any time, by what they wrote themselves. */
export const everBoth = (witness: readonly string[]): boolean => {
  const up = new Set(['old'])
  return witness.some(line => {
    const [what = '', who = ''] = line.split(' ')
    if (what === 'up') up.add(who)
    else up.delete(who)
    return up.size > 1
  })
}
