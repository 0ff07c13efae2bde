import type { Id } from '#domain/ids.ts'
import type { GroupRoles } from '#domain/operator-sign-in.ts'
import type { Addresses } from '#ports/addresses.ts'
import type { BundleShelf } from '#ports/bundle-shelf.ts'
import type { Clock } from '#ports/clock.ts'
import type { Conditions } from '#ports/conditions.ts'
import type { Documents } from '#ports/documents.ts'
import type { Holidays } from '#ports/holidays.ts'
import type { Passkeys, Passwords, SignInService } from '#ports/identity.ts'
import type { Invitations } from '#ports/invitations.ts'
import type { Jobs } from '#ports/jobs.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { Planner } from '#ports/planner.ts'
import type { Playbooks } from '#ports/playbooks.ts'
import type { Vault } from '#ports/vault.ts'

/** Everything outside of the use cases. `main` puts it together; tests put together another. */
export type World = {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly playbooks: Playbooks
  readonly conditions: Conditions
  readonly holidays: Holidays
  readonly planner: Planner
  readonly documents: Documents
  readonly invitations: Invitations
  readonly vault: Vault
  /** Where the bundles are that customers fetch, if there is such a place. */
  readonly bundles?: BundleShelf
  /** How old addresses are asked where they lead; without it they are not. */
  readonly addresses?: Addresses
  readonly passwords: Passwords
  readonly passkeys: Passkeys
  /** Where the vendor's people sign in, if there is such a place. */
  readonly signInService?: SignInService
  /** Which of its groups have which roles here; none: the roles on file count. */
  readonly groupRoles?: GroupRoles
  /** Jobs that wait for a person; where nobody runs jobs, there are none. */
  readonly jobs?: Pick<Jobs, 'failed' | 'retryWithin'>
  /** A UUID of version 7. */
  newId<Kind extends string>(): Id<Kind>
  /** 256 bits of chance, base64url. */
  secret(): string
  /** So many digits of chance. */
  digits(count: number): string
  /** Where people reach this control, without a slash at its end. */
  readonly site: string
}
