import type { Api } from '#wire/api.ts'
import { customersBindings } from './bindings/customers.ts'
import type { Bindings } from './call.ts'

/** The use case behind every endpoint. */
export const bindings: Bindings<Api> = { ...customersBindings }
