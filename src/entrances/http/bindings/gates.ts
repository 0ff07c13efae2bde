import { assign } from '#control/running/assigning.ts'
import { listAttention } from '#control/running/attention.ts'
import { isRefused } from '#control/ground/desk.ts'
import { decide, listGates, readGate, reopen } from '#control/plans/gates.ts'
import { giveSignOff, listSignOffs } from '#control/plans/sign-offs.ts'
import type { Json } from '#domain/records.ts'
import type { gatesApi } from '#wire/api/gates.ts'
import { type Bindings, deciding, looking } from '../call.ts'

/** What was filled in came through the schema of a request, as JSON. */
const asJson = (answers: { readonly [name: string]: unknown }): { readonly [name: string]: Json } => answers as { readonly [name: string]: Json }

export const gatesBindings: Bindings<typeof gatesApi> = {
  'gates.list': looking(listGates),
  'gates.read': looking(readGate),
  'gates.decide': deciding(decide),
  'gates.reopen': deciding(reopen),
  'sign-offs.list': looking(async (at, input) => {
    const found = await listSignOffs(at, input)
    return isRefused(found) ? found : { items: found.items.map(one => ({ ...one, given: one.given.map(row => ({ ...row, answers: asJson(row.answers) })) })) }
  }),
  'sign-offs.give': deciding(async (desk, input) => {
    const said = await giveSignOff(desk, input)
    if (isRefused(said)) return said
    const { id, key, environment, move, by, accepted, answers, note, at } = said.signOff
    return { ...said, signOff: { id, key, environment, move, by, accepted, answers: asJson(answers), note, at } }
  }),
  'attention.list': looking(listAttention),
  'attention.assign': deciding(assign),
}
