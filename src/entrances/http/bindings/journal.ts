import { listJournal } from '#control/running/journal-pages.ts'
import type { journalApi } from '#wire/api/journal.ts'
import { type Bindings, looking } from '../call.ts'

export const journalBindings: Bindings<typeof journalApi> = {
  'journal.list': looking(async (glance, input) => {
    const page = await listJournal(glance, input)
    return 'refused' in page ? page : { ...page, items: page.items.map(({ facts, ...line }) => ({ ...line, facts: facts as Readonly<Record<string, never>> })) }
  }),
}
