import { orderStep } from '#control/orders/application.ts'
import { listEvidence, readEvidence } from '#control/orders/evidence.ts'
import { listAllEvidence } from '#control/orders/evidence-pages.ts'
import { giveOrder, listOrders, readOrder, withdrawOrder } from '#control/orders/orders.ts'
import { sayToMove } from '#control/orders/wishes.ts'
import type { ordersApi } from '#wire/api/orders.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const ordersBindings: Bindings<typeof ordersApi> = {
  'moves.order': deciding((desk, { kind, step, at, ...rest }) => (kind === 'application' ? orderStep(desk, { move: rest.move, step: step ?? null, at: at ?? null }) : giveOrder(desk, { kind, ...rest }))),
  'orders.list': looking(listOrders),
  'orders.read': looking(readOrder),
  'orders.withdraw': deciding(withdrawOrder),
  'moves.approve': deciding((desk, said) => sayToMove(desk, { verb: 'approve', ...said })),
  'moves.pause': deciding((desk, said) => sayToMove(desk, { verb: 'pause', ...said })),
  'moves.resume': deciding((desk, said) => sayToMove(desk, { verb: 'resume', ...said })),
  'moves.throttle': deciding((desk, said) => sayToMove(desk, { verb: 'throttle', ...said })),
  'moves.abort': deciding((desk, said) => sayToMove(desk, { verb: 'abort', ...said })),
  'moves.turn-back': deciding((desk, said) => sayToMove(desk, { verb: 'turn-back', ...said })),
  'moves.settle': deciding((desk, said) => sayToMove(desk, { verb: 'settle', ...said })),
  'moves.found': deciding((desk, { found, ...said }) => sayToMove(desk, { verb: 'found', what: found, ...said })),
  'evidence.list': looking(listEvidence),
  'evidence.list-all': looking(listAllEvidence),
  'evidence.read': looking(readEvidence),
}
