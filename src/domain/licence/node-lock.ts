/** What a machine is known by. Values never leave it: they are hashed with the lock's salt. */
export type Factor = { readonly kind: FactorKind; readonly value: string }
export type FactorKind = 'machine-id' | 'board' | 'processor' | 'network' | 'disk' | 'host-name'

/** A machine as a licence is bound to it: one hash for each factor it had. */
export type NodeLock = { readonly salt: string; readonly factors: readonly { readonly kind: FactorKind; readonly hash: string }[] }
