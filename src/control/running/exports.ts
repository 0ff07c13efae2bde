import type { NoAccess } from '#domain/access.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Where } from '#ports/ledger.ts'
import { barred, type Caller, look, sight, vendorOf } from '../ground/desk.ts'
import type { World } from '../ground/world.ts'

/** What is given out whole. Nothing by which anybody could sign in, and no sealed secret, is among it. */
export const exportKinds = [
  'partner', 'customer', 'contact', 'home', 'tenant', 'programme', 'wave', 'move', 'fact', 'task', 'gate', 'window', 'blackout', 'call', 'message', 'quote', 'paper', 'charge', 'contract', 'sign_off', 'question', 'risk', 'integration', 'sighting', 'visit', 'proof',
] as const satisfies readonly Kind[]
export type ExportKind = (typeof exportKinds)[number]

const recordsAtOnce = 1_000

/** Everything of a kind that the caller's vendor has, in the order it was made, page by page: each page as it is when it is read. */
export const exportAll = async <K extends ExportKind>(world: World, caller: Caller, kind: K): Promise<AsyncGenerator<readonly Records[K][]> | NoAccess> => {
  const vendor = vendorOf(caller)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await look(world, caller, glance => barred(glance, 'export', { vendor }))
  return why ?? pages(world, caller, kind)
}

async function* pages<K extends ExportKind>(world: World, caller: Caller, kind: K): AsyncGenerator<readonly Records[K][]> {
  for (let after: string | undefined; ;) {
    // Asked anew for each page: who is removed meanwhile gets no more.
    const within = sight(caller, 'export')
    if ('refused' in within) return
    const records = await look(world, caller, ({ view }) => view.list(kind, { within } as Where<K>, { limit: recordsAtOnce, ...(after === undefined ? {} : { after }) }))
    yield records
    after = records.at(-1)?.id
    if (records.length < recordsAtOnce) return
  }
}
