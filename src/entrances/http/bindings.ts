import type { Api } from '#wire/api.ts'
import { agentsBindings } from './bindings/agents.ts'
import { calendarBindings } from './bindings/calendar.ts'
import { credentialsBindings } from './bindings/credentials.ts'
import { customersBindings } from './bindings/customers.ts'
import { messagesBindings } from './bindings/messages.ts'
import { movesBindings } from './bindings/moves.ts'
import { ordersBindings } from './bindings/orders.ts'
import { plansBindings } from './bindings/plans.ts'
import { programmesBindings } from './bindings/programmes.ts'
import { sampleBindings } from './bindings/sample.ts'
import { transferBindings } from './bindings/transfer.ts'
import { billingBindings } from './bindings/billing.ts'
import { quotesBindings } from './bindings/quotes.ts'
import { settingsBindings } from './bindings/settings.ts'
import type { Bindings } from './call.ts'

/** The use case behind every endpoint. */
export const bindings: Bindings<Api> = { ...customersBindings, ...programmesBindings, ...movesBindings, ...messagesBindings, ...plansBindings, ...agentsBindings, ...ordersBindings, ...credentialsBindings, ...sampleBindings, ...transferBindings, ...billingBindings, ...quotesBindings, ...settingsBindings, ...calendarBindings }
