import type { z } from 'zod'
import { agentsApi } from './api/agents.ts'
import { calendarApi } from './api/calendar.ts'
import { credentialsApi } from './api/credentials.ts'
import { customersApi } from './api/customers.ts'
import { gatesApi } from './api/gates.ts'
import { messagesApi } from './api/messages.ts'
import { jobsApi } from './api/jobs.ts'
import { journalApi } from './api/journal.ts'
import { movesApi } from './api/moves.ts'
import { billingApi } from './api/billing.ts'
import { quotesApi } from './api/quotes.ts'
import { backupsApi } from './api/backups.ts'
import { bundlesApi } from './api/bundles.ts'
import { licencesApi } from './api/licences.ts'
import { overviewApi } from './api/overview.ts'
import { ordersApi } from './api/orders.ts'
import { peopleApi } from './api/people.ts'
import { planningApi } from './api/planning.ts'
import { plansApi } from './api/plans.ts'
import { programmesApi } from './api/programmes.ts'
import { tasksApi } from './api/tasks.ts'
import { settingsApi } from './api/settings.ts'
import { fleetsApi } from './api/fleets.ts'
import { redirectsApi } from './api/redirects.ts'
import { sampleApi } from './api/sample.ts'
import { searchApi } from './api/search.ts'
import { signInApi } from './api/sign-in.ts'
import { documentsApi } from './api/documents.ts'
import { usersApi } from './api/users.ts'
import { transferApi } from './api/transfer.ts'

/** Everything that control can be asked, by name. */
export const api = { ...jobsApi, ...journalApi, ...tasksApi, ...gatesApi, ...customersApi, ...programmesApi, ...overviewApi, ...movesApi, ...messagesApi, ...plansApi, ...agentsApi, ...ordersApi, ...bundlesApi, ...licencesApi, ...backupsApi, ...usersApi, ...documentsApi, ...credentialsApi, ...redirectsApi, ...fleetsApi, ...sampleApi, ...searchApi, ...transferApi, ...billingApi, ...quotesApi, ...settingsApi, ...calendarApi, ...planningApi, ...signInApi, ...peopleApi }

export type Api = typeof api
export type EndpointName = keyof Api
export type InputOf<Name extends EndpointName> = z.output<Api[Name]['input']>
export type AnswerOf<Name extends EndpointName> = z.output<Api[Name]['answer']>
