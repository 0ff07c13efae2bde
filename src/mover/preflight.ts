import type { Finding } from '#domain/finding.ts'
import type { Order } from '#domain/order.ts'
import type { World } from './run.ts'

/** Everything that stands in the way, or that somebody should know. Changes nothing. */
export const preflight = async (world: World, order: Order, resuming = false): Promise<Finding[]> =>
  world.origin.store.examine(world.destination.store, { follow: order.follow, schema: order.schema, tenant: order.tenant, resuming })

/** Preflight as a session makes it: every finding is told as it goes. */
export const tellFindings = async (world: World, order: Order, resuming: boolean): Promise<Finding[]> => {
  world.emit({ type: 'phase', phase: 'preflight', state: 'begins' })
  const began = world.clock.elapsed()
  const findings = await preflight(world, order, resuming)
  for (const finding of findings) world.emit({ type: 'finding', finding })
  world.emit({ type: 'phase', phase: 'preflight', state: 'ends', ms: world.clock.elapsed() - began })
  return findings
}
