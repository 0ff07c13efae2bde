import { addAgent, joinAgent, listAgents, revokeAgent } from '#control/orders/agents.ts'
import { orderDueSteps } from '#control/orders/application.ts'
import { decide, isRefused, look } from '#control/ground/desk.ts'
import { orderDueLicences } from '#control/orders/licence-orders.ts'
import { claimOrder, renewLease, wishIn } from '#control/orders/orders.ts'
import { hearReports } from '#control/orders/reports.ts'
import type { agentsApi } from '#wire/api/agents.ts'
import type { Told } from '#domain/report.ts'
import { type Bindings, deciding, looking } from '../call.ts'
import { waitFor } from '../waiting.ts'

/** For five tenants at most; who has more is looked after more seldom. */
const dueEveryMs = 2_000

export const agentsBindings: Bindings<typeof agentsApi> = {
  'agents.list': looking(listAgents),
  // Its answer holds a secret and is kept nowhere: asked again with the same key, the name is taken.
  'agents.add': (call, input) => decide(call.world, call.caller, desk => addAgent(desk, input)),
  'agents.revoke': deciding(revokeAgent),
  'agents.join': deciding(joinAgent),
  'orders.claim': async ({ world, caller, signal }, { serves, waitSeconds }) => {
    let lookedAt = -Infinity
    const looksAfter = serves.filter(one => one.what !== undefined).length
    const found = await waitFor(waitSeconds, signal, async () => {
      // What has become due since is ordered when somebody is there who can do it.
      if (looksAfter > 0 && performance.now() - lookedAt > dueEveryMs * Math.ceil(looksAfter / 5)) {
        const gone = await decide(world, caller, async desk => serves.some(one => one.what === 'application') ? await orderDueSteps(desk, { serves }) : {})
        if (isRefused(gone)) return gone
        const left = await decide(world, caller, async desk => serves.some(one => one.what === 'licences') ? await orderDueLicences(desk, { serves }) : {})
        if (isRefused(left)) return left
        lookedAt = performance.now()
      }
      const answer = await decide(world, caller, desk => claimOrder(desk, { serves }))
      return 'claimed' in answer && answer.claimed === null ? undefined : answer
    })
    return found ?? { claimed: null }
  },
  // Their numbers see to it that reports are heard once. The wire knows the shapes that are acted upon; the rest is kept as it came.
  'orders.report': ({ world, caller }, { told, ...input }) => decide(world, caller, desk => hearReports(desk, { ...input, told: told as unknown as readonly Told[] })),
  'orders.wish': async ({ world, caller, signal }, { order, claim, after, waitSeconds }) => {
    const now = await decide(world, caller, desk => renewLease(desk, { order, claim }))
    if (isRefused(now) || !('wish' in now) || now.wish.revision > after) return now
    const changed = await waitFor(waitSeconds, signal, async () => {
      const wish = await look(world, caller, glance => wishIn(glance, { order, claim }))
      return wish === undefined || wish.revision > after ? { wish } : undefined
    })
    if (changed === undefined) return now
    return changed.wish === undefined ? { refused: 'order-lost', order } : { wish: changed.wish }
  },
}
