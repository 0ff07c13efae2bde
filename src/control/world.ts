import type { Id } from '#domain/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'

/** Everything outside of the use cases. `main` puts it together; tests put together another. */
export type World = {
  readonly ledger: Ledger
  readonly clock: Clock
  /** A UUID of version 7. */
  newId<Kind extends string>(): Id<Kind>
  /** 256 bits of chance, base64url. */
  secret(): string
  /** So many digits of chance. */
  digits(count: number): string
  /** Where people reach this control, without a slash at its end. */
  readonly site: string
}
