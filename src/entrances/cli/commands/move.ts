import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { defaults, type Order } from '#domain/order.ts'
import { askHidden, readAddress } from '../address.ts'
import type { Exit } from '../exit.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'
import type { Address, Hook, MoveEnd, MoveRequest } from '../services.ts'
import { openView } from '../view/open.ts'

/** What commander hands over. */
export type MoveOptions = {
  from: string; to: string; jobs: number; schema: 'dump' | 'existing'; follow: boolean; cutover: 'auto' | 'wait'; freezeBudget: number; tenant?: string; json?: boolean
  evidence?: string; approvedBy?: string; until: 'switched' | 'settled'; rate?: number; chunk?: number; maxLog?: number; maxSnapshotAge: number; maxLockWait: number
  originHook?: string; destinationHook?: string; route?: string; originUpstream?: string; destinationUpstream?: string
}

export const addMove = (program: Command, desk: Desk): void => {
  described(program.command('move').description('move a database, or go on with a move that was interrupted'), [
    option.from(), option.to(), option.jobs(), option.schema(), option.noFollow(), option.tenant(),
    new Option('--cutover <when>', 'freeze as soon as the forecast fits, or wait for `rehome cutover`').choices(['auto', 'wait']).default('auto'),
    option.duration('--freeze-budget <duration>', 'the longest freeze; what is not done by then is given up, and nothing is lost', defaults.freezeBudgetMs),
    new Option('--evidence <file>', 'where the signed evidence goes, and its report beside it; what is there already is kept'),
    new Option('--until <stage>', 'how far to go: leave the way back recorded, or follow it until `rehome settle` or `rehome turn-back`').choices(['switched', 'settled']).default('settled'),
    option.approvedBy(),
    option.size('--rate <size>', 'copy at most so much a second'),
    option.size('--chunk <size>', 'tables larger than this are copied in parts side by side'),
    option.size('--max-log <size>', 'let go of the source when it must keep more of its log than this for us (20GiB)'),
    option.duration('--max-snapshot-age <duration>', 'let go of the source when our picture of it gets older', defaults.budget.snapshotMs),
    option.duration('--max-lock-wait <duration>', 'let go of the source when anybody waits longer for a lock of ours', defaults.budget.lockWaitMs),
    new Option('--origin-hook <url>', 'maintenance webhook of the product in the old home; its secret in REHOME_ORIGIN_HOOK_SECRET'),
    new Option('--destination-hook <url>', 'the same in the new home; REHOME_DESTINATION_HOOK_SECRET'),
    new Option('--route <url>', 'admin address of the reverse proxy to repoint; its token in REHOME_ROUTE_TOKEN'),
    new Option('--origin-upstream <url>', 'what the proxy sends people to in the old home'),
    new Option('--destination-upstream <url>', 'what it sends them to in the new home'),
    option.json(),
  ], [
    ['rehome move --from postgres://app@old:5432/shop --to postgres://app@new:5432/shop', 'move live; freeze for a moment when everything is proven; keep the way back open until you settle'],
    ['rehome move --from env:OLD --to env:NEW --cutover wait --jobs 4', 'copy and follow now, freeze when somebody says `rehome cutover`'],
    ['rehome move --from env:OLD --to env:NEW --no-follow --schema existing', 'a cold move into a schema that the product made itself'],
  ]).action(async (options: MoveOptions) => {
    const request = await moveRequest(options, desk)
    const view = openView(desk, options.json === true)
    try {
      desk.end(exitOf(await desk.services.move(request, event => view.show(event), desk.signal), view.say))
    } finally {
      view.close()
    }
  })
}

const exitOf = (end: MoveEnd, say: (text: string) => void): Exit => {
  if (end.end === 'blocked') {
    say('Nothing was changed. Mend what is marked with ✗ and run the same command again.')
    return 'blocked'
  }
  if (end.end === 'stopped') {
    say('Stopped. Nothing is lost: the same command goes on where this one stopped; `rehome cleanup` takes everything back instead.')
    return 'interrupted'
  }
  return end.standing.stage === 'cancelled' ? 'negative' : 'ok'
}

/** Everything the command line, the environment and the prompt say about a move. */
export const moveRequest = async (options: MoveOptions, desk: Desk): Promise<MoveRequest> => {
  const [from, to] = [await readAddress('source', options.from, desk.environment, askHidden), await readAddress('target', options.to, desk.environment, askHidden)]
  const hooks = { ...hookOf('origin', options.originHook, desk), ...hookOf('destination', options.destinationHook, desk) }
  const route = routeOf(options, desk)
  return {
    from, to, order: orderOf(options, from, desk), until: options.until, hooks,
    ...(options.evidence === undefined ? {} : { evidence: options.evidence }), ...(route === undefined ? {} : { route }),
  }
}

export const orderOf = (options: Pick<MoveOptions, 'jobs' | 'schema' | 'follow'> & Partial<MoveOptions>, from: Address, desk: Desk): Order => ({
  tenant: options.tenant ?? decodeURIComponent(new URL(from.url).pathname.slice(1)),
  jobs: options.jobs, schema: options.schema, follow: options.follow, cutover: options.cutover ?? 'auto',
  freezeBudgetMs: options.freezeBudget ?? defaults.freezeBudgetMs, chunkBytes: options.chunk ?? defaults.chunkBytes,
  ...(options.rate === undefined ? {} : { bytesPerSecond: options.rate }),
  budget: { retainedBytes: options.maxLog ?? defaults.budget.retainedBytes, snapshotMs: options.maxSnapshotAge ?? defaults.budget.snapshotMs, lockWaitMs: options.maxLockWait ?? defaults.budget.lockWaitMs },
  approvedBy: options.approvedBy ?? desk.services.whoami(),
})

const hookOf = (home: 'origin' | 'destination', url: string | undefined, { environment }: Desk): Partial<Record<'origin' | 'destination', Hook>> => {
  if (url === undefined) return {}
  const name = `REHOME_${home.toUpperCase()}_HOOK_SECRET`
  const secret = environment[name]
  if (secret === undefined) throw new InvalidArgumentError(`--${home}-hook needs the secret that signs its messages in ${name}.`)
  return { [home]: { url, secret } }
}

const routeOf = (options: MoveOptions, { environment }: Desk): MoveRequest['route'] => {
  if (options.route === undefined) return undefined
  const { originUpstream: origin, destinationUpstream: destination } = options
  const token = environment['REHOME_ROUTE_TOKEN']
  if (origin === undefined || destination === undefined || token === undefined) throw new InvalidArgumentError('--route needs --origin-upstream, --destination-upstream, and its token in REHOME_ROUTE_TOKEN.')
  return { url: options.route, token, origin, destination }
}
