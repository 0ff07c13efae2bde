import { sha256 } from '#lib/hash.ts'
import { asSystem } from '../ground/as-system.ts'
import { journal } from '../ground/desk.ts'
import type { World } from '../ground/world.ts'

const name = 'the agent of this machine'

/** Adds the agent that runs beside control, of the only vendor, and answers its token. Undefined: there is no vendor yet, or there are several, whose people add their own. An earlier one, whose token is lost, is replaced. */
export const ownAgent = (world: World): Promise<string | undefined> => asSystem(world, async desk => {
  const [vendor, other] = await desk.tx.list('vendor', {}, { limit: 2 })
  if (vendor === undefined || other !== undefined) return undefined
  const [token, before] = [world.secret(), await desk.tx.find('agent', { vendor: vendor.id, name })]
  const id = before?.id ?? world.newId<'agent'>()
  await desk.tx.put('agent', { id, vendor: vendor.id, customer: null, name, tokenHash: sha256(token), joinedAt: null, seenAt: null, revokedAt: null })
  journal(desk, 'agent.change', 'agent', id, { added: name })
  return token
})
