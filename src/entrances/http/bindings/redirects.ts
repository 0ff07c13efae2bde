import { hearVisits, listVisits, serveRedirects } from '#control/homes/redirects.ts'
import type { redirectsApi } from '#wire/api/redirects.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const redirectsBindings: Bindings<typeof redirectsApi> = {
  'redirects.serve': deciding(serveRedirects),
  'redirects.tell': deciding(hearVisits),
  'visits.list': looking(listVisits),
}
