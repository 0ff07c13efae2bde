import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { percentile } from '../statistics.ts'
import { Line } from './lines.ts'

export type LoadOrder = { readonly port: number; readonly profile: string; readonly fill: number; readonly checkOuts: number; readonly heartbeats: number; /** Leases in one request, of heartbeats and releases. */ readonly together: number; readonly warmUpSeconds: number; readonly seconds: number; readonly lines: number }
export type Figure = { readonly asked: number; readonly seats: number; readonly refused: number; readonly p50: number; readonly p99: number; readonly max: number }
export type LoadReport = { readonly checkOut: Figure; readonly heartbeat: Figure; readonly release: Figure; readonly cpuSeconds: number; readonly seconds: number; readonly out: number; readonly latestMs: number }

/** A process of its own: what it is to do comes in, what came of it goes out; `measure` on its errors says when the measured time begins. */
const order = JSON.parse(await text(process.stdin)) as LoadOrder

const headOf = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: `
const heads = { checkOut: headOf('/api/seats/check-out'), heartbeat: headOf('/api/seats/heartbeat'), release: headOf('/api/seats/release') }
type Kind = keyof typeof heads

const openLines = (): Promise<Line[]> => Promise.all(Array.from({ length: order.lines }, () => Line.open(order.port)))
// Who asks for seats does not stand in one line with who is only heard of.
const seating = await openLines()
let lines: Line[] = []
let next = 0
const lineOf = (kind: Kind): Line => {
  const among = kind === 'heartbeat' ? lines : seating
  return among[next++ % among.length] as Line
}

const goAll = (): void => {
  for (const line of seating) line.go()
  for (const line of lines) line.go()
}

/** Takes in what has come by now. */
const listenOnce = async (): Promise<void> => {
  for (const line of seating) line.listen()
  for (const line of lines) line.listen()
  // Reading comes before what is immediate.
  await new Promise(resolve => { setImmediate(resolve) })
  await new Promise(resolve => { setImmediate(resolve) })
  for (const line of seating) line.rest()
  for (const line of lines) line.rest()
}

/** Leases that are out: from `first` on, the oldest first. */
const leases: string[] = []
let [first, beat, measuring] = [0, 0, false]
const told: Record<Kind, { ms: number[]; asked: number; seats: number; refused: number }> = { checkOut: fresh(), heartbeat: fresh(), release: fresh() }
function fresh() { return { ms: [] as number[], asked: 0, seats: 0, refused: 0 } }

const sent = (kind: Kind, body: string, seats: number, due: number, then?: (bytes: Buffer, from: number) => void): void => {
  const counts = measuring
  lineOf(kind).put(heads[kind], body, due, (status, bytes, from, to, ms) => {
    const figure = told[kind]
    if (counts) {
      figure.ms.push(ms)
      figure.asked++
      figure.seats += seats
      if (status !== 200) figure.refused++
    }
    if (status === 200) then?.(bytes, from)
    else if (!counts) throw new Error(`${kind} while filling: ${status} ${bytes.toString('utf8', from, to)}`)
  })
}

const prefix = randomUUID().slice(0, 8)
let taken = 0
const checkOut = (due: number, then?: () => void): void => {
  const n = taken++
  sent('checkOut', `{"profile":"${order.profile}","holder":{"user":"user-${n % 9_000}","host":"host-${n % 5_000}","program":"solver 9.2"},"key":"${prefix}-${n}"}`, 1, due, (bytes, from) => {
    // {"lease":"…36…
    leases.push(bytes.toString('latin1', from + 10, from + 46))
    then?.()
  })
}
const listOf = (from: number, many: number): string => `{"leases":["${leases.slice(from, from + many).join('","')}"]}`
const heartbeat = (due: number): void => {
  if (beat < first || beat + order.together > leases.length) beat = first
  sent('heartbeat', listOf(beat, order.together), order.together, due)
  beat += order.together
}
const release = (due: number): void => {
  const body = listOf(first, order.together)
  first += order.together
  sent('release', body, order.together, due)
}

const fill = (): Promise<void> => new Promise(resolve => {
  let [asked, done] = [0, 0]
  const more = (): void => {
    if (++done === order.fill) resolve()
    else if (asked < order.fill) {
      asked++
      checkOut(performance.now(), more)
      if (asked % 50 === 0 || asked === order.fill) goAll()
    }
  }
  while (asked < Math.min(400, order.fill)) { asked++; checkOut(performance.now(), more) }
  goAll()
})

/** Open loop: each is due at its own instant, whether those before it were answered or not, and its latency counts from then. */
const run = async (): Promise<{ seconds: number; latestMs: number; cpuSeconds: number }> => {
  const streams = [{ every: 1_000 / order.checkOuts, ask: checkOut, n: 0 }, { every: (1_000 * order.together) / order.heartbeats, ask: heartbeat, n: 0 }, { every: (1_000 * order.together) / order.checkOuts, ask: release, n: 0 }]
  const began = performance.now() + 10
  const [from, until] = [began + order.warmUpSeconds * 1_000, began + (order.warmUpSeconds + order.seconds) * 1_000]
  let [latestMs, cpu] = [0, process.cpuUsage()]
  for (;;) {
    const now = performance.now()
    if (!measuring && now >= from) {
      measuring = true
      cpu = process.cpuUsage()
      process.stderr.write('measure\n')
    }
    if (now >= until) break
    for (const stream of streams) {
      for (let due = began + stream.n * stream.every; due <= now; due = began + ++stream.n * stream.every) {
        if (measuring) latestMs = Math.max(latestMs, now - due)
        stream.ask(due)
      }
    }
    goAll()
    await listenOnce()
    await new Promise(resolve => { setTimeout(resolve, 1) })
  }
  for (const line of [...seating, ...lines]) line.listen()
  const used = process.cpuUsage(cpu)
  process.stderr.write('measured\n')
  return { seconds: order.seconds, latestMs, cpuSeconds: (used.user + used.system) / 1e6 }
}

await fill()
// A connection on which nothing is asked for a while is hung up.
lines = await openLines()
const { seconds, latestMs, cpuSeconds } = await run()
const patience = performance.now() + 10_000
while ([...lines, ...seating].some(line => line.waiting > 0) && performance.now() < patience) await new Promise(resolve => { setTimeout(resolve, 20) })
const unanswered = [...lines, ...seating].reduce((sum, line) => sum + line.waiting, 0)
if (unanswered > 0) throw new Error(`${unanswered} requests were not answered`)
const figureOf = ({ ms, asked, seats, refused }: (typeof told)[Kind]): Figure => ({ asked, seats, refused, p50: percentile(ms, 50), p99: percentile(ms, 99), max: percentile(ms, 100) })
const report: LoadReport = { checkOut: figureOf(told.checkOut), heartbeat: figureOf(told.heartbeat), release: figureOf(told.release), cpuSeconds, seconds, out: leases.length - first, latestMs }
process.stdout.write(JSON.stringify(report), () => process.exit(0))
