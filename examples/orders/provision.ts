import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSession, urlWith } from './sessions.ts'

export type Provisioned = { /** For the product: its own role, with the password. */ readonly url: string; /** The same database for a superuser, with what was given. */ readonly superuserUrl: string }

/**
 * A new, empty home for a customer on any server from PostgreSQL 15 on: a database and a role of this name with a password of its own, and the product's schema,
 * owned by that role. Nobody else but superusers may connect. `name`: lower-case letters, digits and `_`.
 */
export const provision = async (serverUrl: string, name: string): Promise<Provisioned> => {
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(name)) throw new Error(`"${name}" is no name for a database and a role: use lower-case letters, digits and _`)
  const password = randomBytes(24).toString('base64url')
  await using server = await openSession(serverUrl)
  await server.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`)
  await server.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  await server.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC`)
  const url = urlWith(serverUrl, { database: name, user: name, password })
  await using owner = await openSession(url)
  await owner.query(await readFile(join(import.meta.dirname, 'schema.sql'), 'utf8'))
  return { url, superuserUrl: urlWith(serverUrl, { database: name }) }
}

/** `SUPERUSER_URL=postgres://… node examples/orders/provision.ts nordlicht` prints the URL for the product. */
if (import.meta.main) {
  const [, , name = ''] = process.argv
  const serverUrl = process.env['SUPERUSER_URL']
  if (serverUrl === undefined) throw new Error('SUPERUSER_URL is not set')
  console.log((await provision(serverUrl, name)).url)
}
