import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Holders, useHolders } from '#test/journeys/licences/holders.ts'
import { type Estate, sheetOf, useEstate, type Wanted } from '#test/journeys/licences/servers.ts'
import type { Scope } from '#test/services/postgres.ts'
import { type Agent, startAgent } from './shop.ts'

/** What a customer has: licences of three kinds with the names by which its applications ask. */
const wanted: readonly Wanted[] = [
  { kind: 'server', name: 'House of tides', seats: 'unlimited', profile: 'house at the harbour' },
  { kind: 'session', name: 'Solver sessions', seats: 4, profile: 'solver (night run)' },
  { kind: 'user', name: 'Named desks', seats: 5, profile: '潮見 desk' },
]

/** Two real licence servers and their issuer, people at the customer's who sit on seats, and the vendor's agent that reaches both machines. */
export type LicenceHomes = {
  readonly estate: Estate
  /** People sit down; there are more of them than seats. */
  work(): Promise<Holders>
  /** An agent as a process. The next one is on the same disk. */
  agent(site: string, token: string): Agent
  /** Kills it once it has written so many lines into a book of its own. */
  killed(agent: Agent, lines: number): Promise<void>
  /** Of each licence on which of the two it gives out seats. */
  places(): Promise<string[]>
}

export const useLicenceHomes = async (scope: Scope, { tenant, origin, destination, later }: { readonly tenant: string; readonly origin: string; readonly destination: string; readonly later: string }): Promise<LicenceHomes> => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-licence-homes-'))
  scope.after(async () => { rmSync(folder, { recursive: true, force: true }) })
  const estate = await useEstate(scope, wanted, 40)
  const books = join(folder, 'agent/licence-moves')
  const lines = (): number => (existsSync(books) ? readdirSync(books) : []).map(one => join(books, one, 'book.jsonl')).filter(existsSync).reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0)
  return {
    estate,
    work: () => useHolders(scope, estate.old.url, estate.issuerKey, [
      { profile: 'house at the harbour', people: 2, seats: null, sitting: 1 }, { profile: 'solver (night run)', people: 6, seats: 4, sitting: 2, laterName: later }, { profile: '潮見 desk', people: 6, seats: 5, sitting: 3 },
    ]),
    agent: (site, token) => startAgent(scope, folder, {
      site, token, name: 'agent', secrets: { OLD: estate.old.token, NEW: estate.new.token },
      settings: { licences: [{ home: origin, tenant: '*', url: estate.old.url, token: 'env:OLD' }, { home: destination, tenant, url: estate.new.url, token: 'env:NEW' }] },
    }),
    async killed({ child }, most) {
      const gone = once(child, 'close')
      while (lines() < most && child.exitCode === null) await sleep(2)
      child.kill('SIGKILL')
      await gone
    },
    async places() {
      const [was, is] = [await sheetOf(estate.old), await sheetOf(estate.new)]
      return was.licences.map(({ kind, state, id }) => `${kind} ${state} ${is.licences.find(one => one.id === id)?.state ?? 'absent'}`).sort()
    },
  }
}
