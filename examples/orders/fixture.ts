import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { useDatabase, type Scope } from '#test/services/postgres.ts'
import { provision, type Provisioned } from './provision.ts'
import { seed } from './seed.ts'
import { startProduct, type Product } from './server.ts'
import { openSession, urlWith } from './sessions.ts'

export type Shop = Provisioned & {
  readonly product: Product
  readonly tenant: string
  readonly secret: string
  /** As a superuser of the shop's database. */
  query<Row extends pg.QueryResultRow = Record<string, unknown>>(sql: string): Promise<Row[]>
}

/** A small seeded shop with its product, in a home of its own on a server that tests share. Gone when `scope` ends. */
export const useShop = async (scope: Scope, { home = 'here', orders = 100, inMaintenance = false }: { readonly home?: string; readonly orders?: number; readonly inMaintenance?: boolean } = {}): Promise<Shop> => {
  const server = await useDatabase(scope, { major: 15 })
  const name = `shop_${randomBytes(6).toString('hex')}`
  const provisioned = await provision(server.url, name)
  await seed(provisioned.url, { orders })
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  const product = await startProduct({ databaseUrl: provisioned.url, port: 0, home, tenant: name, secret, inMaintenance })
  scope.after(async () => {
    await product[Symbol.asyncDispose]()
    // The scope may have ended the session of `server` before.
    await using session = await openSession(urlWith(server.url, { database: 'postgres' }))
    await session.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await session.query(`DROP ROLE ${name}`)
  })
  return {
    ...provisioned, product, tenant: name, secret,
    async query<Row extends pg.QueryResultRow>(sql: string) {
      await using session = await openSession(provisioned.superuserUrl)
      const result: unknown = await session.query(sql)
      return ((Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult<Row>).rows
    },
  }
}
