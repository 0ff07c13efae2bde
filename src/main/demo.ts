import { rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { defaults } from '#domain/order.ts'
import { visible } from '#lib/visible.ts'
import { say as tell } from '#adapters/control-socket/client.ts'
import { socketFile, statusFile } from '#adapters/control-socket/place.ts'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import type { MoveRequest, Told } from '#entrances/cli/services.ts'
import { openView } from '#entrances/cli/view/open.ts'
import { endAtExit, openDirectory, openOutside, type Outside } from '#examples/demo/leftovers.ts'
import { setStage, tenant, type Stage } from '#examples/demo/stage.ts'
import { compareBooks, tellStory } from '#examples/demo/story.ts'
import { followMove, type Followed } from '#examples/demo/follow-move.ts'
import type { Config } from './config.ts'
import { runMove } from './move.ts'

/** A living customer moves, on servers of its own on this machine. Leaves nothing behind but the evidence. */
export const runDemo = async (config: Config, { keep, json }: { keep: boolean; json: boolean }, signal: AbortSignal): Promise<void> => {
  const began = performance.now()
  const view = openView({ out: process.stdout, environment: process.env }, json)
  const say = (text: string): void => {
    if (json) process.stdout.write(`${JSON.stringify({ type: 'said', at: new Date().toISOString(), text })}\n`)
    else view.say(text)
  }
  try {
    await onStage(config, event => view.show(event), say, keep, signal)
    if (!keep) say(`That was the demo, in ${Math.round((performance.now() - began) / 1000)} s. Everything it started has ended and is removed.`)
  } catch (error) {
    if (signal.aborted) say('Stopped. Everything the demo started has ended and is removed.')
    throw signal.aborted ? signal.reason : error
  } finally {
    view.close()
  }
}

/** Everything is gone when it returns, however it ends. */
const onStage = async (config: Config, show: (event: Told) => void, say: (text: string) => void, keep: boolean, signal: AbortSignal): Promise<void> => {
  await using outside = await openOutside(config.moves)
  await using directory = await openDirectory()
  const servers: EmbeddedPostgres[] = []
  using _atExit = endAtExit(servers, directory.path)
  await using stage = await setStage(directory.path, say, server => servers.push(server), signal)
  const evidence = join(config.home, 'demo', 'nordlicht.evidence.json')
  rmSync(dirname(evidence), { recursive: true, force: true })
  await moveStage(config, stage, evidence, remembering(config, outside, show), say, keep, signal)
  const file = visible(shortest(evidence))
  say(`The signed proof of the move: ${file}\nA report to print stands beside it. Whoever has the proof can check it:  npx rehome evidence check ${file}`)
}

/** The files by which a move is found and talked to. */
const remembering = ({ moves }: Config, outside: Outside, show: (event: Told) => void) => (event: Told): void => {
  if (event.type === 'move') outside.add(statusFile(moves, event.move), socketFile(moves, event.move))
  show(event)
}

/** As a person here would type it. */
const shortest = (file: string): string => (relative('', file).startsWith('..') ? file : relative('', file))

const moveStage = async (config: Config, stage: Stage, evidence: string, show: (event: Told) => void, say: (text: string) => void, keep: boolean, signal: AbortSignal): Promise<void> => {
  const stop = new AbortController()
  const move = followMove((emit, inner) => runMove(config, requestOf(config, stage, evidence), emit, inner), (id, verb) => tell(config.moves, id, { verb, approvedBy: config.user }), show, AbortSignal.any([signal, stop.signal]))
  try {
    if (keep) await untilStopped(stage, move, say, signal)
    else await tellStory(stage, move, say, signal)
  } finally {
    stop.abort(new Error('the story has ended'))
    await move.ended
  }
}

const requestOf = (config: Config, { origin, destination, route }: Stage, evidence: string): MoveRequest => {
  const address = (url: string): MoveRequest['from'] => {
    const bare = new URL(url)
    const { password } = bare
    bare.password = ''
    return { url: bare.href, password: decodeURIComponent(password) }
  }
  return {
    from: address(origin.store.superuserUrl), to: address(destination.store.superuserUrl), until: 'settled', evidence,
    order: { ...defaults, tenant, schema: 'existing', approvedBy: config.user },
    hooks: { origin: origin.hook, destination: destination.hook },
    route: { ...route, origin: origin.product, destination: destination.product },
  }
}

/** With `--keep` a person decides, in another terminal, until Ctrl-C, which is no failure here. */
const untilStopped = async (stage: Stage, move: Followed, say: (text: string) => void, signal: AbortSignal): Promise<void> => {
  await move.decisionDue()
  say(`The shop now runs in its new home: ${stage.url}\nThe way back is open. In another terminal: \`npx rehome status\`, \`npx rehome turn-back\`, \`npx rehome settle\`. Ctrl-C ends everything.`)
  await new Promise<void>(resolve => { if (signal.aborted) resolve(); else signal.addEventListener('abort', () => resolve(), { once: true }) })
  await stage.writers.stop(8_000)
  await compareBooks(stage, say)
}
