import assert from 'node:assert/strict'
import type { Finding } from '#domain/finding.ts'
import type { Wish } from '#ports/store.ts'
import { examine } from '#adapters/store/postgres/examine.ts'
import { useDatabase, type DatabaseOptions, type Scope, type TestDatabase } from '#test/services/postgres.ts'
import { contextOf } from './contexts.ts'

export const live: Wish = { follow: true, schema: 'dump', tenant: 'acme', resuming: false }

/** Two databases as they usually meet: the target's version is the newer one. `options` are the source's. */
export const usePair = (scope: Scope, options: Partial<DatabaseOptions> = {}): Promise<[TestDatabase, TestDatabase]> => Promise.all([useDatabase(scope, { major: 15, ...options }), useDatabase(scope, { major: 18 })])

/** What is found between two addresses, by whoever logs in there. */
export const look = async (source: string, target: string, wish: Wish = live): Promise<Finding[]> => {
  await using one = contextOf(source)
  await using two = contextOf(target, 'target')
  return await examine(one, two, wish) // before the two are closed
}

export const the = (found: readonly Finding[], id: string, side?: Finding['side']): Finding => {
  const finding = found.find(f => f.id === id && (side === undefined || f.side === side))
  assert.ok(finding !== undefined, `no ${id} among ${found.map(f => `${f.id} (${f.side})`).join(', ')}`)
  return finding
}

/** Side and id of each, in the order of the alphabet. */
export const blockers = (found: readonly Finding[]): string[] => found.filter(f => f.level === 'blocker').map(f => `${f.side} ${f.id}`).toSorted()

/** Does what a remedy says, a statement a line. */
export const carryOut = async (database: TestDatabase, remedy: string | undefined): Promise<void> => { for (const line of (remedy ?? '').split('\n')) await database.query(line) }
