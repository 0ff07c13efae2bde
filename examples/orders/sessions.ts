import pg from 'pg'

/** One session, closed at the end of its block. */
export const openSession = async (url: string): Promise<pg.Client & AsyncDisposable> => {
  const session = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'tidemark-orders tools' })
  session.on('error', () => { /* the statement under way rejects with it */ })
  await session.connect()
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() })
}

/** The same server as another URL, with another database, user or password. */
export const urlWith = (url: string, { database, user, password }: { readonly database?: string; readonly user?: string; readonly password?: string }): string => {
  const other = new URL(url)
  if (database !== undefined) other.pathname = `/${encodeURIComponent(database)}`
  if (user !== undefined) other.username = encodeURIComponent(user)
  if (password !== undefined) other.password = encodeURIComponent(password)
  return other.href
}
