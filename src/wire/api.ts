import type { z } from 'zod'
import { customersApi } from './api/customers.ts'

/** Everything that control can be asked, by name. */
export const api = { ...customersApi }

export type Api = typeof api
export type EndpointName = keyof Api
export type InputOf<Name extends EndpointName> = z.output<Api[Name]['input']>
export type AnswerOf<Name extends EndpointName> = z.output<Api[Name]['answer']>
