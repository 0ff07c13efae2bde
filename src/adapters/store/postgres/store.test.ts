import { after, before } from 'node:test'
import type { EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { storeContract } from '#ports/store.contract.ts'
import { makePostgresStores } from '#test/postgres/stores.ts'
import { useServer } from '#test/services/postgres.ts'

/** Servers of this file alone: the contract kills them. */
const servers: EmbeddedPostgres[] = []
const ends: (() => Promise<void>)[] = []
const server = (at: number) => (): EmbeddedPostgres => {
  const found = servers[at]
  if (found === undefined) throw new Error('the servers are started before the tests')
  return found
}

before(async () => {
  const scope = { after: (end: () => Promise<void>) => { ends.push(end) } }
  servers.push(...(await Promise.all([useServer(scope, { major: 15 }), useServer(scope, { major: 18 })])))
})
after(async () => { for (const end of ends) await end() })

storeContract('PostgreSQL 15 to 18', makePostgresStores({ source: server(0), target: server(1) }))
