import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { startPostgres } from '#adapters/embedded-postgres/launcher.ts'
import type { Figure, LoadOrder, LoadReport } from './load.ts'

export type LicenceBench = { readonly seats: number; readonly checkOuts: number; readonly heartbeats: number; readonly seconds: number; readonly directory: string; readonly results: string; /** Leases a request; both ways unless one is named, and only both are written down. */ readonly together?: number; readonly profile?: string }

/** What is promised; above it the bench fails. */
const mostP99Ms = 20
const port = 27_098
const togethers = [10, 1]
const ticksPerSecond = 100

type Measured = { readonly together: number; readonly report: LoadReport; readonly server: number; readonly database: number }

/** Check-outs, releases and heartbeats at a given rate against the real server, its database on the same machine with everything as it is set by default. */
export const benchLicence = async ({ seats, checkOuts, heartbeats, seconds, directory, results, together: only, profile }: LicenceBench): Promise<void> => {
  const say = (line: string): void => { process.stdout.write(`${line}\n`) }
  const measured: Measured[] = []
  for (const together of only === undefined ? togethers : [only]) {
    say(`${together} ${together === 1 ? 'lease' : 'leases'} a request: ${seats} seats are taken first …`)
    measured.push(await measure({ seats, checkOuts, heartbeats, seconds, together, directory: join(directory, `licence-${together}`), ...(profile === undefined ? {} : { profile }) }))
  }
  const report = reportOf({ seats, checkOuts, heartbeats, seconds }, measured)
  if (only === undefined) writeFileSync(join(results, 'licence.md'), report)
  say(report)
  const late = measured.flatMap(({ together, report: { checkOut, heartbeat } }) => ([['check-outs', checkOut], ['heartbeats', heartbeat]] as const).filter(([, { p99, refused }]) => p99 >= mostP99Ms || refused > 0).map(([name, { p99, refused }]) => `${name}, ${together} a request: 99th percentile ${p99.toFixed(1)} ms, ${refused} refused`))
  if (late.length > 0) throw new Error(`not as promised (99th percentile below ${mostP99Ms} ms): ${late.join('; ')}`)
}

const measure = async ({ seats, checkOuts, heartbeats, seconds, together, directory, profile }: Omit<LicenceBench, 'results' | 'together'> & { readonly together: number }): Promise<Measured> => {
  await using postgres = await startPostgres({ major: 18, directory: join(directory, 'postgres') })
  const home = join(directory, 'home')
  const server = spawn(process.execPath, [...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]), join(import.meta.dirname, '../../src/main/cli.ts'), 'licence', 'server', '--listen', `127.0.0.1:${port}`], { env: { PATH: process.env['PATH'], HOME: directory, REHOME_HOME: home, REHOME_LICENCE_DATABASE: postgres.superuserUrl() }, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(server, 'close')
  try {
    await begun(server)
    await prepare(join(home, 'licence/admin-token'), seats)
    const order: LoadOrder = { port, profile: 'solver', fill: seats - checkOuts, checkOuts, heartbeats, together, warmUpSeconds: 3, seconds, lines: 4 }
    const load = spawn(process.execPath, [join(import.meta.dirname, 'load.ts')], { stdio: ['pipe', 'pipe', 'pipe'] })
    load.stdin.end(JSON.stringify(order))
    const used: { server: number; database: number }[] = []
    createInterface({ input: load.stderr }).on('line', line => {
      if (line === 'measure' || line === 'measured') used.push({ server: cpuOf(server.pid ?? 0), database: endedOf(postgres.pid) + familyOf(postgres.pid).reduce((sum, pid) => sum + cpuOf(pid), 0) })
      else process.stderr.write(`${line}\n`)
    })
    const [said, [status]] = await Promise.all([text(load.stdout), once(load, 'close') as Promise<[number | null]>])
    if (status !== 0) throw new Error('the load was broken off')
    const [from, to] = used
    if (from === undefined || to === undefined) throw new Error('nothing was measured')
    return { together, report: JSON.parse(said) as LoadReport, server: to.server - from.server, database: to.database - from.database }
  } finally {
    server.kill('SIGTERM')
    await closed
  }
}

const begun = async (server: ChildProcess): Promise<void> => {
  if (server.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface({ input: server.stdout })) if (line.includes('answers at')) break
  server.stdout.resume()
}

/** One licence with all seats, issued by the server itself. */
const prepare = async (tokenFile: string, seats: number): Promise<void> => {
  const token = readFileSync(tokenFile, 'utf8').trim()
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ ...body, key: `bench ${path}` }) })
    if (!response.ok) throw new Error(await response.text())
    return await response.json() as T
  }
  const { licence, document, code } = await ask<{ licence: string; document: string; code: string }>('/api/issuer/licences', { product: 'Mesh Solver', kind: 'session', name: 'Parallel sessions', seats })
  await ask('/api/licences/install', { document })
  await ask('/api/licences/activate', { licence, code })
  await ask('/api/profiles/link', { name: 'solver', licences: [licence] })
}

/** Seconds of processor time, of all its threads. */
const cpuOf = (pid: number): number => {
  const fields = statOf(pid)
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
/** Of those it started that have ended since: a vacuum comes and goes. */
const endedOf = (pid: number): number => (Number(statOf(pid)[13]) + Number(statOf(pid)[14])) / ticksPerSecond
/** What stands behind the name in /proc/PID/stat; of a process that has just ended, nothing. */
const statOf = (pid: number): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return Array.from({ length: 20 }, () => '0')
  }
}
const familyOf = (parent: number): number[] => [parent, ...readdirSync('/proc').map(Number).filter(pid => pid > 0 && Number(statOf(pid)[1]) === parent)]

const reportOf = ({ seats, checkOuts, heartbeats, seconds }: Pick<LicenceBench, 'seats' | 'checkOuts' | 'heartbeats' | 'seconds'>, measured: readonly Measured[]): string => `# The licence server, ${seats.toLocaleString('en')} seats, ${cpus().length} cores

\`npm run bench -- licence\`

${checkOuts.toLocaleString('en')} check-outs a second, one a request, each in the database before it is answered and signed; as many releases; ${heartbeats.toLocaleString('en')} heartbeats a second; for ${seconds} s after 3 s of warming up, with ${(seats - checkOuts).toLocaleString('en')} seats out. Open loop: latency counts from the instant at which a request was due. Heartbeats and releases
come ten leases a request, as from a host with ten programs, and then one a request. PostgreSQL 18 as it is set by default, and the process that asks, share the cores with the server. The requests come over 8 connections, one behind the other without waiting; answers are looked for once a millisecond,
and count from when they are found.

| leases a request | what | requests/s | p50 ms | p99 ms | max ms | refused |
|---|---|---|---|---|---|---|
${measured.flatMap(({ together, report }) => rowsOf(together, report)).join('\n')}

| leases a request | server, cores | PostgreSQL, cores | asking, cores | asked late by at most |
|---|---|---|---|---|
${measured.map(({ together, report, server, database }) => `| ${together} | ${(server / seconds).toFixed(2)} | ${(database / seconds).toFixed(2)} | ${(report.cpuSeconds / seconds).toFixed(2)} | ${report.latestMs.toFixed(1)} ms |`).join('\n')}
`

const rowsOf = (together: number, { checkOut, heartbeat, release, seconds }: LoadReport): string[] =>
  ([['check-outs', checkOut], ['heartbeats', heartbeat], ['releases', release]] as const).map(([name, figure]: readonly [string, Figure]) => `| ${together} | ${name} (${Math.round(figure.seats / seconds).toLocaleString('en')} seats/s) | ${Math.round(figure.asked / seconds).toLocaleString('en')} | ${figure.p50.toFixed(1)} | ${figure.p99.toFixed(1)} | ${figure.max.toFixed(1)} | ${figure.refused} |`)
