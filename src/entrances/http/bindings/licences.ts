import { licencesOfMove, revealCodes } from '#control/orders/licence-moves.ts'
import { orderLicences } from '#control/orders/licence-orders.ts'
import type { licencesApi } from '#wire/api/licences.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const licencesBindings: Bindings<typeof licencesApi> = {
  'licences.of-move': looking(licencesOfMove),
  'licences.order': deciding(orderLicences),
  'licences.found': deciding((desk, { move, found, note, undo }) => orderLicences(desk, { move, step: 'found', found: { found, undo, note } })),
  // Its answer holds secrets and is kept nowhere.
  'licences.codes': ({ world, caller, session }, { move }) => revealCodes(world, caller, session, move),
}
