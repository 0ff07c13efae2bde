import { search } from '#control/running/search.ts'
import type { searchApi } from '#wire/api/search.ts'
import { type Bindings, looking } from '../call.ts'

export const searchBindings: Bindings<typeof searchApi> = { 'search.all': looking(search) }
