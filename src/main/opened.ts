import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { pino } from 'pino'
import { openAddresses } from '#adapters/addresses/http.ts'
import { systemClock } from '#adapters/clock/system.ts'
import { sharePostgres } from '#adapters/embedded-postgres/shared.ts'
import { openOidc } from '#adapters/identity/oidc.ts'
import { openJobs, type PgBossJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { openLedger } from '#adapters/ledger/postgres/ledger.ts'
import { keyFileAt, keysOf } from '#adapters/vault/keys.ts'
import type { World } from '#control/ground/world.ts'
import type { ControlSettings } from './control-settings.ts'
import { openWorld } from './world.ts'

/** The address of the ledger's database; of our own server, until nobody of this machine needs it any more. `borrowed`: a server that was up already without anybody is left so. */
export const openDatabase = async ({ database, ledger }: Pick<ControlSettings, 'database' | 'ledger'>, { signal, borrowed = false }: { readonly signal?: AbortSignal | undefined; readonly borrowed?: boolean } = {}): Promise<AsyncDisposable & { readonly url: string }> => {
  if (database !== undefined) return { url: database, [Symbol.asyncDispose]: () => Promise.resolve() }
  const server = await sharePostgres({ major: 18, directory: ledger, ...(signal === undefined ? {} : { signal }) }, { borrowed })
  return { url: server.superuserUrl(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

export type Opened = AsyncDisposable & { readonly world: World; readonly jobs: PgBossJobs; readonly url: string }

/** Everything that use cases and workers stand on. `sessions`: at most so many with the ledger. */
export const openControl = async (settings: ControlSettings, trouble: (error: unknown) => void, signal?: AbortSignal, sessions?: number): Promise<Opened> => {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openDatabase(settings, { signal }))
  const jobs = stack.use(await openJobs({ url: database.url, clock: systemClock, onTrouble: trouble }))
  const ledger = stack.use(await openLedger({ url: database.url, jobs, sessions }))
  mkdirSync(dirname(settings.keyFile), { recursive: true, mode: 0o700 })
  const keys = settings.key === undefined ? await keyFileAt(settings.keyFile) : keysOf(settings.key, 'REHOME_KEY')
  const world = await openWorld({ ledger, clock: systemClock, site: settings.site, keys, playbooks: settings.playbooks, bundles: settings.bundles })
  const ends = stack.move()
  return { world: { ...world, jobs, addresses: openAddresses(), groupRoles: settings.groupRoles, ...(settings.signIn === undefined ? {} : { signInService: openOidc(settings.signIn) }) }, jobs, url: database.url, [Symbol.asyncDispose]: () => ends.disposeAsync() }
}

/** The log of a process of control: one JSON object a line, without anything secret. */
export const openLog = () => pino({ base: { pid: process.pid, user: userInfo().username }, redact: ['*.password', '*.token', '*.secret', '*.code', 'headers.authorization', 'headers.cookie'] }, pino.destination(2))
