import type { HomeControl } from '#ports/home-control.ts'

/** A product that is one switch, for tests. `onFreeze` resolves when the writes in flight have ended. */
export const openMemoryHome = (onFreeze: () => Promise<void> = async () => { /* none */ }): HomeControl & { readonly isFrozen: boolean } => {
  let isFrozen = false
  return {
    label: 'memory',
    get isFrozen() { return isFrozen },
    async freeze(_tenant, signal) {
      signal.throwIfAborted()
      isFrozen = true
      await onFreeze()
    },
    async thaw(_tenant, signal) {
      signal.throwIfAborted()
      isFrozen = false
    },
    async probe(_tenant, signal) {
      signal.throwIfAborted()
      return { mode: isFrozen ? 'frozen' : 'serving' }
    },
  }
}
