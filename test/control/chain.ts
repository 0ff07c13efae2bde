import type { ContactId, CustomerId, Duty } from '#domain/parties.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Gate, Task } from '#domain/records.ts'
import type { AnswerOf } from '#wire/api.ts'
import type { Ask } from '#wire/ask.ts'
import type { Scope } from '#test/services/postgres.ts'
import { type Estate, useEstate } from './estate.ts'

/** One move with a playbook that has every kind of task, gate and sign-off, and a person for each duty. */
export type Chain = Estate & {
  readonly move: MoveId; readonly customer: CustomerId
  /** Asks as the person of that duty. */
  as(duty: Duty): Promise<Ask>
  readonly people: ReadonlyMap<Duty, ContactId>
  readonly engineer: Ask
  /** The task of that key, as the lead reads it. */
  task(key: string): Promise<AnswerOf<'tasks.read'>>
  idOf(key: string): Promise<Task['id']>
  gate(key: string): Promise<Gate['id']>
}

export const chainDuties = ['point-of-contact', 'it', 'developer', 'networking', 'end-user', 'approver'] as const satisfies readonly Duty[]

/** T-0 is 1 March 2027; the clock stands at 2 November 2026. */
export const useChain = async (t: Scope, { t0 = '2027-03-01' }: { readonly t0?: string } = {}): Promise<Chain> => {
  const estate = await useEstate(t, { playbook: 'chain' })
  const { control, lead, destination, programme } = estate
  const { customer, tenant, contact } = await estate.tenant('Nordlicht', { duties: ['point-of-contact'] })
  const people = new Map<Duty, ContactId>([['point-of-contact', contact]])
  for (const duty of chainDuties) if (!people.has(duty)) people.set(duty, (await lead('contacts.add', { customer, name: `The ${duty}`, email: `${duty}@nordlicht.example`, duties: [duty] })).id)
  await control.verify(...people.values())
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0 })
  const idOf = async (key: string): Promise<Task['id']> => {
    const row = await control.world.ledger.read(view => view.find('task', { move, key }))
    if (row === undefined) throw new Error(`there is no task ${key}`)
    return row.id
  }
  return {
    ...estate, move, customer, people, engineer: await control.as('engineer'), idOf,
    async as(duty) {
      const person = people.get(duty)
      if (person === undefined) throw new Error(`nobody has the duty ${duty}`)
      return await control.asContact(person)
    },
    async task(key) { return await lead('tasks.read', { task: await idOf(key) }) },
    async gate(key) {
      const row = await control.world.ledger.read(view => view.find('gate', { move, key }))
      if (row === undefined) throw new Error(`there is no gate ${key}`)
      return row.id
    },
  }
}
