import type { z } from 'zod'
import { type Caller, decide, type Desk, type Glance, look, type Refused, type Request } from '#control/desk.ts'
import type { World } from '#control/world.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { Browser } from './browser.ts'

/** One request on its way to a use case. `request`: its idempotency key, if it came with one. `session`: by which the caller is signed in, and `token` is theirs. */
export type Call = { readonly world: World; readonly caller: Caller; readonly session?: string; readonly token?: string; readonly browser: Browser; readonly request?: Request; readonly from: string; /** Aborted when nobody waits for the answer any more. */ readonly signal: AbortSignal }

/** As the domain gives it: schemas know no readonly lists. */
type Given<T> = T extends string | number | boolean | null | undefined ? T : T extends readonly (infer Item)[] ? readonly Given<Item>[] : { readonly [Field in keyof T]: Given<T[Field]> }

export type Binding<E extends Endpoint> = (call: Call, input: z.output<E['input']>) => Promise<Given<z.output<E['answer']>> | Refused>
/** A use case for every endpoint: none can be forgotten. */
export type Bindings<Table extends Readonly<Record<string, Endpoint>>> = { readonly [Name in keyof Table]: Binding<Table[Name]> }

/** In one transaction, once for one idempotency key. */
export const deciding = <Input, Answer>(work: (desk: Desk, input: Input) => Promise<Answer>) => (call: Call, input: Input): Promise<Answer | Refused> => decide(call.world, call.caller, desk => work(desk, input), call.request)

export const looking = <Input, Answer>(work: (glance: Glance, input: Input) => Promise<Answer>) => (call: Call, input: Input): Promise<Answer | Refused> => look(call.world, call.caller, glance => work(glance, input))
