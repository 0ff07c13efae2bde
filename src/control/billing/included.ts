import { holds } from '#domain/plan.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { View } from '#ports/ledger.ts'
import { decideOf } from '../calendar/calendars.ts'
import { profileOf } from '../plans/plan-rows.ts'
import type { World } from '../ground/world.ts'

/** The offer on which a move costs nothing. Undefined: none applies, such as that from 100 users on to a tenant that has fewer, or whose users nobody has counted. */
export const includedOffer = async ({ view, world }: { readonly view: View; readonly world: World }, move: MoveId, playbook: Playbook): Promise<string | undefined> => {
  const included = playbook.offers.filter(one => one.price === 'included')
  if (included.length === 0) return undefined
  const profile = profileOf(await view.list('fact', { move }))
  return included.find(one => holds(playbook, profile, decideOf(world, playbook), one.when) === 'yes')?.key
}
