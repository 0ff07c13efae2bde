import type { z } from 'zod'
import { customersApi } from './api/customers.ts'
import { programmesApi } from './api/programmes.ts'
import { plansApi } from './api/plans.ts'
import { movesApi } from './api/moves.ts'
import { sampleApi } from './api/sample.ts'
import { transferApi } from './api/transfer.ts'

/** Everything that control can be asked, by name. */
export const api = { ...customersApi, ...movesApi, ...plansApi, ...programmesApi, ...sampleApi, ...transferApi }

export type Api = typeof api
export type EndpointName = keyof Api
export type InputOf<Name extends EndpointName> = z.output<Api[Name]['input']>
export type AnswerOf<Name extends EndpointName> = z.output<Api[Name]['answer']>
