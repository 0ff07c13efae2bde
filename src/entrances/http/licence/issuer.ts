import type { z } from 'zod'
import { activate, deactivated, issue, type IssuerRefused, type IssuerWorld, list, stands, withdraw } from '#licence/issuer.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { issuerApi } from '#wire/licence.ts'

/** `from`: the address that the request came from, whose wrong codes are counted. */
export type IssuerCall = { readonly world: IssuerWorld; readonly from: string }
type Bound<E extends Endpoint> = (call: IssuerCall, input: z.output<E['input']>) => Promise<z.output<E['answer']> | IssuerRefused>

/** A use case for every endpoint of the issuer. Who may ask is the app's to say: those that are not `open` are for its own people. */
export const issuerBindings: { readonly [Name in keyof typeof issuerApi]: Bound<(typeof issuerApi)[Name]> } = {
  'issuer.issue': ({ world }, input) => issue(world, input),
  'issuer.list': ({ world }, { after, limit }) => list(world, { ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) }),
  'issuer.withdraw': ({ world }, input) => withdraw(world, input),
  'issuer.activate': ({ world, from }, input) => activate(world, { ...input, from }),
  'issuer.deactivated': ({ world }, input) => deactivated(world, input),
  'issuer.stands': ({ world }, input) => stands(world, input),
}
