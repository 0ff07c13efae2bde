import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'

/** What a machine is known by. Values never leave it: they are hashed with the lock's salt. */
export type Factor = { readonly kind: FactorKind; readonly value: string }
export type FactorKind = 'machine-id' | 'board' | 'processor' | 'network' | 'disk' | 'host-name'

/** A machine as a licence is bound to it: one hash for each factor it had. */
export type NodeLock = { readonly salt: string; readonly factors: readonly { readonly kind: FactorKind; readonly hash: string }[] }

/** `differ`: the kinds that are other than they were, or missing; values are never told. */
export type LockMatch = { readonly isSame: boolean; readonly agree: number; readonly differ: readonly FactorKind[] }

const mostDiffering = 1
const leastAgreeing = 2

/** Binds to the machine with these factors. The salt keeps what is hashed from being looked up: give every lock one of its own. */
export const lockOn = (factors: readonly Factor[], salt: string): NodeLock => ({ salt, factors: factors.map(factor => ({ kind: factor.kind, hash: hashOf(factor, salt) })) })

/** Whether the machine with these factors is the one of the lock: at most one may differ or be missing, and at least two must agree. What the lock does not know does not matter. */
export const matchLock = (lock: NodeLock, factors: readonly Factor[]): LockMatch => {
  const now = new Set(factors.map(factor => `${factor.kind} ${hashOf(factor, lock.salt)}`))
  const kinds = new Set(lock.factors.map(({ kind }) => kind))
  const differ = new Set(lock.factors.filter(({ kind, hash }) => !now.has(`${kind} ${hash}`)).map(({ kind }) => kind))
  const agree = kinds.size - differ.size
  return { isSame: differ.size <= mostDiffering && agree >= leastAgreeing, agree, differ: [...differ] }
}

const hashOf = ({ kind, value }: Factor, salt: string): string => sha256(canonical([salt, kind, value]))
