import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/**
 * A small application of its own, as a vendor would have it: `tiny.ts COMMAND MACHINE`. It has a configuration, a data folder, a service in the background and, where TINY_DATABASE says
 * so, a database. What comes up and goes down is written to the witness beside the machines.
 */
const [command = '', machine = ''] = process.argv.slice(2)
const [processFile, witness] = [join(machine, 'run', 'pid'), join(machine, '..', 'witness')]

const running = (): number | undefined => {
  try {
    const id = Number(readFileSync(processFile, 'utf8'))
    process.kill(id, 0)
    return id
  } catch {
    return undefined
  }
}
const say = (what: string): void => { appendFileSync(witness, `${what} ${machine.split('/').at(-1)}\n`) }

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async version() { process.stdout.write(readFileSync(join(machine, 'VERSION'), 'utf8')) },
  async start() {
    if (running() !== undefined) return
    mkdirSync(join(machine, 'run'), { recursive: true })
    const child = spawn(process.execPath, [import.meta.filename, 'serve', machine], { detached: true, stdio: 'ignore' })
    child.unref()
    writeFileSync(processFile, String(child.pid))
    for (let tries = 0; tries < 200 && !readFileSync(witness, 'utf8').trimEnd().endsWith(`up ${machine.split('/').at(-1)}`); tries++) await sleep(20)
    console.log('the services answer')
  },
  async serve() {
    say('up')
    process.on('SIGTERM', () => { say('down'); process.exit(0) })
    setInterval(() => { /* it serves */ }, 1_000)
    await sleep(120_000)
    process.exit(0)
  },
  async stop() {
    const id = running()
    if (id !== undefined) process.kill(id, 'SIGTERM')
    while (running() !== undefined) await sleep(20)
    rmSync(processFile, { force: true })
    console.log('stopped')
  },
  async test() {
    const { greeting } = JSON.parse(readFileSync(join(machine, 'etc', 'tiny.json'), 'utf8')) as { greeting: string }
    const files = readdirSync(join(machine, 'var'), { recursive: true }).length
    const url = process.env['TINY_DATABASE']
    let rows = 'no database'
    if (url !== undefined) {
      const session = new pg.Client({ connectionString: url })
      await session.connect()
      rows = `${((await session.query<{ n: string }>('SELECT count(*) AS n FROM orders')).rows[0])?.n} orders`
      await session.end()
    }
    console.log(`${greeting}; ${files} files; ${rows}; signed in with ${process.env['TINY_SECRET']}; ${running() === undefined ? 'down' : 'up'}`)
    if (running() === undefined) process.exit(1)
  },
  async upgrade() {
    writeFileSync(join(machine, 'VERSION'), '24.2.0\n')
  },
  async hang() {
    spawn(process.execPath, ['-e', `setTimeout(() => {}, 60000) // hung in ${machine}`], { stdio: 'ignore' })
    process.on('SIGTERM', () => { /* it does not hear */ })
    // Longer than any test waits for it.
    await sleep(60_000)
  },
}
await commands[command]?.()
