import type { NoAccess } from '#domain/access.ts'
import type { PlaybookRefused } from '#domain/playbook.ts'
import type { Programme, ProgrammeId } from '#domain/programmes.ts'
import type { Deprecation } from '#domain/playbook.ts'
import type { Text } from '#domain/locale.ts'
import { type OutOfReach, whyOutOfReach } from '../calendar/days.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { latestPlaybook, type NoSuchPlaybook, playbookToTake } from './playbooks.ts'
import { redateAll } from './redate.ts'

export type ProgrammeRefused = NoAccess | NoSuchPlaybook | PlaybookRefused | OutOfReach
type Wanted = Pick<Programme, 'name' | 'playbook' | 'dueOn' | 'people'>

export const listProgrammes = (glance: Glance, paging: Paging): Promise<Page<Programme> | NoAccess> => pageOf(glance, 'programme.read', 'programme', {}, paging)

/** `moves`: how many stand at each stage. `waves`: how many go with each; those without a wave are under ''. */
export type ProgrammePage = {
  readonly programme: Programme; readonly playbook: { readonly key: string; readonly version: number; readonly title: Text; readonly deprecated: Deprecation | null } | null
  readonly moves: Readonly<Record<string, number>>; readonly waves: number
}

export const readProgramme = async (glance: Glance, id: ProgrammeId): Promise<ProgrammePage | NoAccess> => {
  const programme = await glance.view.get('programme', id)
  if (programme === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'programme.read', { vendor: programme.vendor })
  if (why !== undefined) return why
  const playbook = latestPlaybook(glance, programme.playbook)
  return {
    programme, playbook: 'refused' in playbook ? null : { key: playbook.key, version: playbook.version, title: playbook.title, deprecated: playbook.deprecated },
    moves: Object.fromEntries(await glance.view.tally('move', 'stage', { programme: id })), waves: await glance.view.count('wave', { programme: id }),
  }
}

export const addProgramme = async (desk: Desk, wanted: Wanted): Promise<{ id: ProgrammeId } | ProgrammeRefused> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'programme.plan', { vendor }) ?? await whyNotSo(desk, vendor, wanted)
  if (why !== undefined) return why
  const id = desk.world.newId<'programme'>()
  await desk.tx.add('programme', { id, vendor, ...wanted, createdAt: desk.now })
  journal(desk, 'programme.plan', 'programme', id, { added: wanted })
  return { id }
}

/** Moves that are planned already keep their playbook. Those that are dated by the programme's due day follow it. */
export const changeProgramme = async (desk: Desk, id: ProgrammeId, change: Partial<Wanted>): Promise<{ programme: Programme; redated: number } | ProgrammeRefused> => {
  const programme = await desk.tx.lock('programme', id)
  if (programme === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'programme.plan', { vendor: programme.vendor }) ?? await whyNotSo(desk, programme.vendor, { ...change, ...(change.playbook === programme.playbook ? { playbook: undefined } : {}) })
  if (why !== undefined) return why
  const changed = { ...programme, ...change }
  await desk.tx.put('programme', changed)
  journal(desk, 'programme.plan', 'programme', id, { changed: change })
  const isRedated = changed.dueOn !== programme.dueOn
  const moves = isRedated ? await desk.tx.list('move', { programme: id, t0: null, endedAt: null }, { limit: mostMoves }) : []
  return { programme: changed, redated: await redateAll(desk, moves.map(move => move.id), { because: 'programme', programme: changed }) }
}

const mostMoves = 100_000

const whyNotSo = async (desk: Desk, vendor: Programme['vendor'], { playbook, dueOn }: { readonly playbook?: string | undefined; readonly dueOn?: Programme['dueOn'] }): Promise<ProgrammeRefused | undefined> => {
  const taken = playbook === undefined ? undefined : playbookToTake(desk, playbook)
  if (taken !== undefined && 'refused' in taken) return taken
  return whyOutOfReach(desk, dueOn, (await desk.tx.get('vendor', vendor))?.zone ?? 'UTC')
}
