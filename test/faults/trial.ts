import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '#adapters/control-socket/client.ts'
import type { Leg } from '#domain/move.ts'
import { randomOf } from '#test/model/shop.ts'
import { until } from '#test/services/until.ts'
import { type Arena, dropHomes, type Homes, makeHomes, run } from './arena.ts'
import { type Blow, type Moment, scriptOf, show } from './blows.ts'
import { contentsOf, differencesFrom, type HomeName, type Load, startLoad } from './load.ts'
import { besides, type Heard, kill, type MoverProcess, startMover } from './mover-process.ts'

/** `wrong`: sentences; none is what we want. */
export type Trial = {
  readonly seed: number; readonly turns: number; readonly script: readonly Blow[]; readonly struck: readonly Blow[]; readonly lives: number; readonly written: number; readonly ms: number
  readonly wrong: readonly string[]; readonly log: readonly string[]
}

const limitMs = 150_000
/** Longer than a watchdog waits: twice the freeze budget, and its patience with a server that restarts. */
const watchdogsMs = 15_000
/** Ends a session of the mover in good order, and the next goes on. */
const passing = new Set(['STORE_UNREACHABLE', 'SNAPSHOT_LOST', 'STREAM_BUSY', 'FENCE_BUSY', 'DRAIN_LATE', 'DOUBT', 'CLEAN_UP_BUSY', 'SERVER_NOT_STARTED'])

/** One move under load and under blows, from order to settled, turned back `seed % 3` times. */
export const runTrial = async (arena: Arena, seed: number, script: readonly Blow[] = scriptOf(randomOf(seed))): Promise<Trial> => {
  const began = performance.now()
  const name = `seed_${seed}`
  const place = mkdtempSync(join(tmpdir(), 'rehome-trial-'))
  const homes = await makeHomes(arena, name)
  const random = randomOf(seed * 7919)
  const load = startLoad(homes.product, { writers: 4, perSecond: 200, random })
  const trial = new Ring(arena, homes, place, seed, script, load)
  const wrong: string[] = []
  try {
    await trial.toTheEnd(began + limitMs)
    wrong.push(...(await judge(arena, homes, name, place, trial, load)))
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  } finally {
    await load.stop()
    await trial.clear()
  }
  await dropHomes(arena, name)
  rmSync(place, { recursive: true })
  const { accepted } = load.told
  return { seed, turns: seed % 3, script, struck: trial.struck, lives: trial.lives, written: accepted.origin + accepted.destination, ms: performance.now() - began, wrong, log: trial.log }
}

/** The homes, the mover in its lives, and the blows that fall. */
class Ring {
  readonly struck: Blow[] = []
  readonly log: string[] = []
  lives = 0
  /** The leg that was switched last: who serves. */
  leg: Leg = 'out'
  readonly #arena: Arena
  readonly #homes: Homes
  readonly #place: string
  readonly #seed: number
  readonly #script: readonly Blow[]
  readonly #load: Load
  readonly #entered = new Map<Moment, number>()
  readonly #falling = new Set<Promise<void>>()
  readonly #failures: string[] = []
  readonly #began = performance.now()
  #mover: MoverProcess | undefined
  #restMs = 0
  #move = ''
  #switches = 0
  #isSettled = false
  #deciding: Promise<void> | undefined
  #fault: { code: string; message: string } | undefined

  constructor(arena: Arena, homes: Homes, place: string, seed: number, script: readonly Blow[], load: Load) {
    this.#arena = arena
    this.#homes = homes
    this.#place = place
    this.#seed = seed
    this.#script = script
    this.#load = load
  }

  get serving(): HomeName {
    return this.leg === 'out' ? 'destination' : 'origin'
  }

  /** Movers, one after the other, until one ends by itself. */
  async toTheEnd(deadline: number): Promise<void> {
    for (;;) {
      const { mover } = this.#homes
      this.lives++
      this.#fault = undefined
      this.#note(`life ${this.lives} begins`)
      this.#mover = startMover(this.#place, mover.origin, mover.destination, ['--freeze-budget', '3s', '--chunk', '400kB', ...(this.#seed % 2 === 0 ? ['--rate', '3MB'] : [])], event => this.#hear(event))
      this.#enter('start')
      const late = new AbortController()
      const ended = await Promise.race([this.#mover.ended, sleep(Math.max(0, deadline - performance.now()), undefined, { signal: late.signal })])
      late.abort()
      if (ended === undefined) throw new Error(`the move does not end: ${this.log.slice(-8).join(' | ')}`)
      const fault = this.#fault as { code: string; message: string } | undefined
      const said = fault === undefined ? ended.error.slice(0, 1_500) : `${fault.code}: ${fault.message}`
      this.#note(`ended with ${ended.status} ${said}`)
      await this.#deciding
      if (this.#failures.length > 0) throw new Error(this.#failures.join('; '))
      // Killed after its last act: the record is gone, and what is found is a database with rows in it.
      if (ended.status === 0 || (ended.status === 3 && this.#isSettled)) break
      if (ended.status !== 'SIGKILL' && !passing.has(fault?.code ?? '')) throw new Error(`the mover ended with ${ended.status}: ${said}`)
      await sleep(this.#restMs)
      this.#restMs = 0
    }
    await Promise.all(this.#falling)
  }

  /** Nothing of ours runs on, whatever the trial came to. */
  async clear(): Promise<void> {
    this.#mover?.signal('SIGCONT')
    this.#mover?.signal('SIGKILL')
    await this.#mover?.ended
    await Promise.allSettled(this.#falling)
    for (const pid of [...besides(this.#place, 'holder'), ...besides(this.#place, 'watchdog')]) kill(pid)
    for (const home of ['origin', 'destination'] as const) {
      await this.#arena.lines[home].restore()
      await this.#arena.servers[home].restart()
    }
  }

  #note(what: string): void {
    this.log.push(`${Math.round(performance.now() - this.#began)} ms: ${what}`)
  }

  #hear(event: Heard): void {
    if (event.type === 'move') this.#move = event.move
    if (event.type === 'fault') this.#fault = event
    if (event.type === 'phase' && event.state === 'begins') this.#enter(event.phase)
    if (event.type === 'phase' && event.state === 'ends') this.#note(`${event.phase} took ${Math.round(event.ms ?? 0)} ms`)
    if (event.type === 'retry') this.#note(`retry ${event.code} ${event.message}`)
    if (event.type === 'forecast') this.#note(`forecast ${Math.round(event.p95Ms)} ms, most of it ${event.dominant}`)
    if (event.type === 'freeze') this.#note(`freeze ${event.state}`)
    if (event.type === 'stage') {
      this.#note(`${event.stage} ${event.leg} (${event.verb})`)
      this.#isSettled = event.stage === 'settled'
      if (event.stage === 'switched') {
        if (this.#switches === 0 || event.leg !== this.leg) this.#switches++
        this.leg = event.leg
        this.#enter('switched')
      }
    }
    if (event.type === 'waits' && event.for.includes('settle')) {
      this.#deciding ??= this.#decide().catch((error: unknown) => { this.#failures.push(String(error)) }).finally(() => { this.#deciding = undefined })
    }
  }

  /** The person: turns back as often as this seed wants, then lets both homes come to rest and settles. */
  async #decide(): Promise<void> {
    const turns = this.#switches - 1
    const mover = this.#mover
    const isOver = async (): Promise<boolean> => (await Promise.race([mover?.ended, sleep(0)])) !== undefined
    if (turns < this.#seed % 3) {
      await sleep(300 + 500 * (this.#seed % 4))
      const reply = await say(join(this.#place, 'moves'), this.#move, { verb: 'turn-back', approvedBy: 'the test' })
      this.#note(`turn back: ${reply?.says ?? 'nobody hears'}`)
      return
    }
    await this.#load.stop()
    const isEqual = await until('both homes hold the same', async () => (await isOver()) || (await this.#contents('origin')) === (await this.#contents('destination')), { withinMs: 60_000, everyMs: 200 })
    const reply = await say(join(this.#place, 'moves'), this.#move, { verb: 'settle', approvedBy: 'the test' })
    this.#note(`settle (${String(isEqual)}): ${reply?.says ?? 'nobody hears'}`)
  }

  #contents(home: HomeName): Promise<string> {
    return contentsOf(this.#homes.product[home])
  }

  #enter(phase: Moment | 'preflight' | 'clean-up'): void {
    if (phase !== 'start' && phase !== 'switched') this.#note(phase)
    if (phase === 'preflight' || phase === 'clean-up') return
    const nth = (this.#entered.get(phase) ?? 0) + 1
    this.#entered.set(phase, nth)
    for (const blow of this.#script) {
      if (blow.when.phase !== phase || blow.when.nth !== nth) continue
      const falling = this.#fall(blow).catch((error: unknown) => { this.#failures.push(`${show(blow)}: ${String(error)}`) }).finally(() => { this.#falling.delete(falling) })
      this.#falling.add(falling)
    }
  }

  async #fall(blow: Blow): Promise<void> {
    const mover = this.#mover
    await sleep(blow.when.afterMs)
    if (mover !== this.#mover) return
    this.#note(`BLOW ${blow.what}, ${blow.forMs} ms`)
    this.struck.push(blow)
    await this.#strike(blow, mover)
    this.#note(`over: ${blow.what}`)
  }

  async #strike({ what, forMs }: Blow, mover: MoverProcess | undefined): Promise<void> {
    const { servers, lines } = this.#arena
    const down = async (home: HomeName): Promise<void> => {
      await servers[home].kill()
      await sleep(forMs)
      await servers[home].restart()
    }
    const dead = async (home: HomeName, how: 'cut' | 'stall'): Promise<void> => {
      await lines[home][how]()
      await sleep(forMs)
      await lines[home].restore()
    }
    switch (what) {
      case 'kill the mover': case 'kill the mover and its watchdog':
        this.#restMs = forMs
        mover?.signal('SIGKILL')
        if (what === 'kill the mover and its watchdog') for (const pid of besides(this.#place, 'watchdog')) kill(pid)
        return
      case 'kill the holder': return besides(this.#place, 'holder').forEach(kill)
      case 'kill the source': return down('origin')
      case 'kill the target': return down('destination')
      case 'cut the source': return dead('origin', 'cut')
      case 'cut the target': return dead('destination', 'cut')
      case 'stall the source': return dead('origin', 'stall')
      case 'stall the target': return dead('destination', 'stall')
      case 'stop the mover':
        mover?.signal('SIGSTOP')
        await sleep(forMs)
        mover?.signal('SIGCONT')
    }
  }
}

/** What is not as it must be once the move is settled. */
const judge = async (arena: Arena, homes: Homes, name: string, place: string, trial: Ring, load: Load): Promise<string[]> => {
  await load.stop()
  // A watchdog of a mover that died comes at its deadline, long after the move may be settled: what it does then is judged too.
  const { serving } = trial
  for (const until = Date.now() + watchdogsMs; besides(place, 'watchdog').length > 0 && Date.now() < until;) await sleep(100)
  const retired = serving === 'origin' ? 'destination' : 'origin'
  const wrong = await differencesFrom(load.told, homes.product[serving])
  if ((await contentsOf(homes.product.origin)) !== (await contentsOf(homes.product.destination))) wrong.push('the homes do not hold the same')
  if (load.told.accepted[serving] === 0) wrong.push(`the ${serving} serves and was never written to`)
  const refused = await run(homes.product[retired], 'INSERT INTO drafts VALUES (-1)').then(() => false, (error: { code?: string }) => error.code === '25006')
  if (!refused) wrong.push(`the retired ${retired} accepts writes`)
  await run(homes.product[serving], 'INSERT INTO drafts VALUES (-1)').catch((error: unknown) => wrong.push(`the ${serving} that serves refuses writes: ${String(error)}`))
  for (const home of ['origin', 'destination'] as const) wrong.push(...(await leftIn(arena, homes, home, name, home === retired)))
  const processes = [...besides(place, 'holder'), ...besides(place, 'watchdog')]
  if (processes.length > 0) wrong.push(`${processes.length} processes of the move run on`)
  return wrong
}

const leftIn = async (arena: Arena, homes: Homes, home: HomeName, name: string, isRetired: boolean): Promise<string[]> => {
  const slots = await run(arena.servers[home].superuserUrl(), `SELECT slot_name AS name FROM pg_replication_slots WHERE database = '${name}'`)
  const made = await run(homes.product[home], `SELECT 'publication ' || pubname AS name FROM pg_publication
    UNION ALL SELECT 'trigger on ' || tgrelid::regclass FROM pg_trigger WHERE tgname LIKE 'rehome%' AND NOT ${isRetired} UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'rehome' AND NOT ${isRetired}
    UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin WHERE roname LIKE '%' || current_database()`)
  return [...slots.map(({ name: slot }) => `${home}: slot ${String(slot)} is left`), ...made.map(({ name: left }) => `${home}: ${String(left)} is left`)]
}
