import { text } from 'node:stream/consumers'
import { systemClock } from '#adapters/clock/system.ts'
import { openPostgres } from '#adapters/store/postgres/store.ts'
import { Follower } from '#mover/follower.ts'
import { Pace } from '#mover/pace.ts'

/** What the bench tells its child, on standard input: the addresses with their passwords. */
export type FollowErrand = { readonly source: { url: string; password: string }; readonly target: { url: string; password: string }; readonly stream: string; readonly marker: string }
/** What the child answers when everything up to the marker is durable. CPU: its own, from its start to its end. */
export type FollowAnswer = { readonly changes: number; readonly cpuMs: number; readonly peakMb: number }

// A mover that does nothing but follow, in a process of its own as the mover is one.
if (import.meta.main) {
  const errand = JSON.parse(await text(process.stdin)) as FollowErrand
  await using source = openPostgres({ ...errand.source, name: 'source' })
  await using target = openPostgres({ ...errand.target, name: 'target' })
  const { tables } = await source.catalog()
  const fails = new AbortController()
  await using follower = new Follower({
    source: source.source(errand.stream), target: target.target(errand.stream), tables: new Map(tables.map(t => [t.id, t])), clock: systemClock,
    pace: new Pace(systemClock, { paused: false, jobs: 1, bytesPerSecond: 0 }, () => { /* nobody changes it */ }),
    positionOf: () => '' as never, // nothing was copied: every change counts
    onRetry: fault => { throw fault },
  }, fails.signal)
  await Promise.race([follower.reached(errand.marker), follower.ended])
  const { user, system } = process.cpuUsage()
  const answer: FollowAnswer = { changes: follower.progress.changes, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
