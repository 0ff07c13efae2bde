import { assert } from '#lib/assert.ts'
import type { Id } from '../ids.ts'
import type { Instant } from '../time.ts'
import { Expiry } from './expiry.ts'
import type { Lease } from './licence.ts'

/** A lease as its server keeps it. `key`: what its holder asked with; null: it came from another server, which knew. */
export type KeptLease = Lease & { readonly key: string | null }

/** One who sits: the lease, and until when by now. */
export type Sitting = { readonly lease: KeptLease; until: Instant; isOver: boolean }

/** Who sits where. Instants are those of the server's own time, which never goes back. A seat whose `until` has come is free, and `expire` says so. */
export class Seats {
  readonly #sitting = new Map<string, Sitting>()
  readonly #byKey = new Map<string, Sitting>()
  readonly #byLicence = new Map<string, Map<string, Sitting>>()
  readonly #expiry = new Expiry<Sitting>()

  get count(): number {
    return this.#sitting.size
  }

  countOf(licence: Id<'licence'>): number {
    return this.#byLicence.get(licence)?.size ?? 0
  }

  of(licence: Id<'licence'>): Iterable<Sitting> {
    return this.#byLicence.get(licence)?.values() ?? []
  }

  all(): Iterable<Sitting> {
    return this.#sitting.values()
  }

  find(lease: Id<'lease'>): Sitting | undefined {
    return this.#sitting.get(lease)
  }

  /** The seat that was given for this key, while it is out. */
  findByKey(key: string): Sitting | undefined {
    return this.#byKey.get(key)
  }

  sit(lease: KeptLease): Sitting {
    assert(!this.#sitting.has(lease.lease), 'a lease has a name of its own')
    const sitting: Sitting = { lease, until: lease.until, isOver: false }
    this.#sitting.set(lease.lease, sitting)
    if (lease.key !== null) this.#byKey.set(lease.key, sitting)
    const beside = this.#byLicence.get(lease.licence)
    if (beside === undefined) this.#byLicence.set(lease.licence, new Map([[lease.lease, sitting]]))
    else beside.set(lease.lease, sitting)
    this.#expiry.add(sitting)
    return sitting
  }

  /** It is heard of: it ends no earlier than `until`. A borrowed seat ends when it was said to. */
  hear(sitting: Sitting, until: Instant): void {
    assert(!sitting.isOver, 'who is heard of still sits')
    if (!sitting.lease.isBorrowed && until > sitting.until) sitting.until = until
  }

  free(sitting: Sitting): void {
    this.#leave(sitting)
    this.#expiry.forget()
  }

  /** Everyone whose seat ended at `now` or before; they no longer sit. */
  expire(now: Instant): Sitting[] {
    const ended: Sitting[] = []
    for (let next = this.#expiry.next(now); next !== undefined; next = this.#expiry.next(now)) {
      this.#leave(next)
      ended.push(next)
    }
    return ended
  }

  #leave(sitting: Sitting): void {
    const { lease, key, licence } = sitting.lease
    assert(!sitting.isOver, 'nobody leaves twice')
    sitting.isOver = true
    this.#sitting.delete(lease)
    if (key !== null && this.#byKey.get(key) === sitting) this.#byKey.delete(key)
    this.#byLicence.get(licence)?.delete(lease)
  }
}

/** The lease as it is now. */
export const asLease = ({ lease: { key: _, ...lease }, until }: Sitting): Lease => ({ ...lease, until })

/** No lease is longer. */
const mostLeaseMs = 3_600_000

/** A seat that comes from before a crash, or from another server: its holder could not be heard of meanwhile, and gets one lease from now (L4, L6). Borrowed ones end when they were said to. One that was given while a clock was far ahead lasts no longer from now than it was given for. */
export const resumed = <L extends Lease>(lease: L, now: Instant, leaseMs: number): L => (lease.isBorrowed
  ? { ...lease, until: Math.min(lease.until, now + Math.max(0, lease.until - lease.takenAt)) }
  : { ...lease, until: Math.min(Math.max(lease.until, now + leaseMs), now + Math.max(leaseMs, mostLeaseMs)) })
