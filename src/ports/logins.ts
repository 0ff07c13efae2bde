import type { StoreSize } from '#domain/homes.ts'
import type { WantedUser } from '#domain/orders.ts'
import type { ToldUser } from '#domain/user-limit.ts'
import type { Seen } from '#domain/sighting.ts'

/** How people and programs get into a database: who is connected to it, and users of their own. Beside the store, whose data it never touches. */
export interface Logins extends AsyncDisposable {
  /** `postgres://user@host:port/database`: safe to show. */
  readonly label: string
  /** Who is connected at this moment, each once, without Rehome itself. A host or program that the server does not tell is empty. */
  seen(): Promise<Seen[]>
  size(): Promise<Omit<StoreSize, 'name'>>
  /** The one number that this statement answers; it can only read. */
  count(statement: string): Promise<number>
  /** Everybody whom this statement answers, in its columns key, name, email and last_seen; it can only read. More than `most` is a fault. */
  people(statement: string, most: number): Promise<ToldUser[]>
  /** Everybody whom this statement answers, in its columns user, host and program, such as from a log of who came; it can only read. More than `most` is a fault. */
  connected(statement: string, most: number): Promise<Seen[]>
  /** Makes a user with this password and just these rights, or gives the one that is there this password and these rights anew. Never one that it did not make. Repeatable. The password is sent nowhere in the clear. Faults: USER_NOT_MADE. */
  make(user: Pick<WantedUser, 'kind' | 'user' | 'rights'>, password: string): Promise<void>
  /** Where it is reached, for whoever is given a user of it. */
  readonly address: { readonly host: string; readonly port: number; readonly database: string }
}
