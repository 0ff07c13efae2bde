import type { NoAccess } from '#domain/access.ts'
import type { ProgrammeId, Wave, WaveId } from '#domain/programmes.ts'
import type { Day } from '#domain/time.ts'
import { type OutOfReach, whyOutOfReach } from '../calendar/days.ts'
import { barred, type Desk, type Glance, journal } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import { redateAll } from '../plans/redate.ts'

const mostMoves = 100_000

/** Each with how many moves go with it. */
export const listWaves = async (glance: Glance, { programme, ...paging }: Paging & { readonly programme?: ProgrammeId }): Promise<Page<Wave & { readonly moves: number }> | NoAccess> => {
  const page = await pageOf(glance, 'wave.read', 'wave', programme === undefined ? {} : { programme }, paging)
  if ('refused' in page) return page
  const moves = await glance.view.tally('move', 'wave', { wave: page.items.map(wave => wave.id) })
  return { ...page, items: page.items.map(wave => ({ ...wave, moves: moves.get(wave.id) ?? 0 })) }
}

export const addWave = async (desk: Desk, { programme: id, name, t0 }: { readonly programme: ProgrammeId; readonly name: string; readonly t0: Day | null }): Promise<{ id: WaveId } | NoAccess | OutOfReach> => {
  const programme = await desk.tx.get('programme', id)
  if (programme === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'wave.plan', { vendor: programme.vendor }) ?? await whyNotThen(desk, programme, t0)
  if (why !== undefined) return why
  const wave: Wave = { id: desk.world.newId<'wave'>(), vendor: programme.vendor, programme: id, name, t0 }
  await desk.tx.add('wave', wave)
  journal(desk, 'wave.plan', 'wave', wave.id, { added: { name, t0, programme: programme.name } })
  return { id: wave.id }
}

/** With its day the moves that go with it get new days, but for those that have a day of their own or are being cut over already. */
export const changeWave = async (desk: Desk, id: WaveId, change: { readonly name?: string; readonly t0?: Day | null }): Promise<{ wave: Wave; redated: number } | NoAccess | OutOfReach> => {
  const wave = await desk.tx.lock('wave', id)
  if (wave === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'wave.plan', { vendor: wave.vendor }) ?? await whyNotThen(desk, wave, change.t0 === wave.t0 ? null : change.t0)
  if (why !== undefined) return why
  const changed = { ...wave, ...change }
  await desk.tx.put('wave', changed)
  journal(desk, 'wave.plan', 'wave', id, { changed: change, was: { name: wave.name, t0: wave.t0 } })
  const moves = changed.t0 === wave.t0 ? [] : await desk.tx.list('move', { wave: id, endedAt: null }, { limit: mostMoves })
  return { wave: changed, redated: await redateAll(desk, moves.map(move => move.id), { because: 'wave', wave: changed }) }
}

const whyNotThen = async (desk: Desk, { vendor }: Pick<Wave, 'vendor'>, day: Day | null | undefined): Promise<OutOfReach | undefined> => whyOutOfReach(desk, day, (await desk.tx.get('vendor', vendor))?.zone ?? 'UTC')
