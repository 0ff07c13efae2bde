import type { Api } from '#wire/api.ts'
import { customersBindings } from './bindings/customers.ts'
import { programmesBindings } from './bindings/programmes.ts'
import { plansBindings } from './bindings/plans.ts'
import { movesBindings } from './bindings/moves.ts'
import { sampleBindings } from './bindings/sample.ts'
import { transferBindings } from './bindings/transfer.ts'
import type { Bindings } from './call.ts'

/** The use case behind every endpoint. */
export const bindings: Bindings<Api> = { ...customersBindings, ...movesBindings, ...plansBindings, ...programmesBindings, ...sampleBindings, ...transferBindings }
