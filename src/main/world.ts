import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { celConditions } from '#adapters/conditions/cel.ts'
import { openPdfDocuments } from '#adapters/documents/pdf/documents.ts'
import { openDateHolidays } from '#adapters/holidays/date-holidays.ts'
import { openPasskeys } from '#adapters/identity/passkey.ts'
import { openPasswords } from '#adapters/identity/password.ts'
import { invitations } from '#adapters/invitations/ical.ts'
import { createHighsPlanner } from '#adapters/planner/highs/planner.ts'
import { openPlaybooks } from '#adapters/playbooks/yaml.ts'
import { openEnvelopes } from '#adapters/vault/envelope.ts'
import { openShelf } from '#adapters/bundle/shelf.ts'
import type { VaultKeys } from '#adapters/vault/keys.ts'
import type { World } from '#control/ground/world.ts'
import { asId } from '#domain/ids.ts'
import { risingUuids } from '#lib/uuid.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'

/** One for the whole process: what it makes rises. */
const nextId = risingUuids(() => Date.now())

/** The playbooks that come with Rehome. */
export const builtIn = join(import.meta.dirname, '../../playbooks')

export type WorldSettings = { readonly ledger: Ledger; readonly clock: Clock; readonly site: string; readonly keys: VaultKeys; /** Folders with playbooks of the vendor's own. */ readonly playbooks: readonly string[]; /** The folder with the bundles that customers fetch. */ readonly bundles?: string }

/** The use cases' world, of what is real. */
export const openWorld = async ({ ledger, clock, site, keys, playbooks, bundles }: WorldSettings): Promise<World> => ({
  ...(bundles === undefined ? {} : { bundles: openShelf(bundles) }),
  ledger, clock, site,
  playbooks: await openPlaybooks([builtIn, ...playbooks], celConditions), conditions: celConditions, holidays: openDateHolidays(), planner: createHighsPlanner(), documents: openPdfDocuments(), invitations,
  vault: openEnvelopes(keys), passwords: openPasswords(), passkeys: openPasskeys({ origin: site, name: 'Rehome' }),
  newId: <Kind extends string>() => asId<Kind>(nextId()),
  secret: () => randomBytes(32).toString('base64url'),
  digits: count => String(randomInt(10 ** count)).padStart(count, '0'),
})
