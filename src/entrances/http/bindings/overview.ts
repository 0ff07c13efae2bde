import { readOverview } from '#control/running/overview.ts'
import type { overviewApi } from '#wire/api/overview.ts'
import { type Bindings, looking } from '../call.ts'

export const overviewBindings: Bindings<typeof overviewApi> = { 'programmes.overview': looking(readOverview) }
