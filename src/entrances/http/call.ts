import type { z } from 'zod'
import { type Caller, decide, type Desk, type Glance, glanceOf, look, type Refused, type Request } from '#control/ground/desk.ts'
import type { World } from '#control/ground/world.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { Browser } from './browser.ts'

/** One request on its way to a use case. `request`: its idempotency key, if it came with one. `session`: by which the caller is signed in, and `token` is theirs. `view`: the instant of the ledger in which it was found out who asks, for those who only look. */
export type Call = { readonly world: World; readonly caller: Caller; readonly session?: string; readonly token?: string; readonly view?: Glance['view']; readonly browser: Browser; readonly request?: Request; readonly from: string; /** Aborted when nobody waits for the answer any more. */ readonly signal: AbortSignal }

/** As the domain gives it: schemas know no readonly lists. */
type Given<T> = T extends string | number | boolean | null | undefined ? T : T extends readonly (infer Item)[] ? readonly Given<Item>[] : { readonly [Field in keyof T]: Given<T[Field]> }

export type Binding<E extends Endpoint> = (call: Call, input: z.output<E['input']>) => Promise<Given<z.output<E['answer']>> | Refused>
/** A use case for every endpoint: none can be forgotten. */
export type Bindings<Table extends Readonly<Record<string, Endpoint>>> = { readonly [Name in keyof Table]: Binding<Table[Name]> }

/** In one transaction, once for one idempotency key. */
export const deciding = <Input, Answer>(work: (desk: Desk, input: Input) => Promise<Answer>) => (call: Call, input: Input): Promise<Answer | Refused> => decide(call.world, call.caller, desk => work(desk, input), call.request)

export const looking = <Input, Answer>(work: (glance: Glance, input: Input) => Promise<Answer>) => {
  const binding = ({ world, caller, view }: Call, input: Input): Promise<Answer | Refused> => (view === undefined ? look(world, caller, glance => work(glance, input)) : work(glanceOf(world, caller, view), input))
  looks.add(binding)
  return binding
}

/** Whether all that it does is to look at the ledger: others must not hold a view while they wait. */
export const isLook = (binding: object): boolean => looks.has(binding)
const looks = new WeakSet<object>()
