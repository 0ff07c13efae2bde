import { listCredentials, makeCredentials, offerCredential, revealCredential } from '#control/orders/credentials.ts'
import { closeSighting, listSightings } from '#control/homes/sightings.ts'
import type { credentialsApi } from '#wire/api/credentials.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const credentialsBindings: Bindings<typeof credentialsApi> = {
  'credentials.list': looking(listCredentials),
  'credentials.make': deciding(makeCredentials),
  'credentials.offer': deciding(offerCredential),
  'credentials.reveal': ({ world, caller, session }, { credential }) => revealCredential(world, caller, session, credential),
  'sightings.list': looking(listSightings),
  'sightings.close': deciding(closeSighting),
}
