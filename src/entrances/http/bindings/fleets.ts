import { hearFleets, wantedFleets } from '#control/homes/fleets.ts'
import type { fleetsApi } from '#wire/api/fleets.ts'
import { type Bindings, deciding } from '../call.ts'

export const fleetsBindings: Bindings<typeof fleetsApi> = {
  'fleets.wanted': deciding(wantedFleets),
  'fleets.tell': deciding(hearFleets),
}
