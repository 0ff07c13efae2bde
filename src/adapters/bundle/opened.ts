import { Fault } from '#domain/faults.ts'
import type { Opened } from '#ports/bundle.ts'
import { type Container, partOf } from './container.ts'
import { type Key, openerFor, unsealed } from './seal.ts'

/** Opens the part with the bundle's own key; everything else opens with that. Faults: BUNDLE_LOCKED, BUNDLE_BROKEN. */
export const openWith = async (container: Container, key: Key): Promise<Opened> => {
  // First whether the part is the one that was signed: only then is a key that does not fit the wrong key.
  for await (const piece of partOf(container, 0)) void piece
  let identity = ''
  try {
    for await (const piece of unsealed(partOf(container, 0), openerFor(key), false)) identity += piece.toString('latin1')
  } catch (cause) {
    throw new Fault('BUNDLE_LOCKED', { file: container.file, reason: 'passphrase' in key ? 'the passphrase is not the one it was made with' : key.identities.length === 0 ? 'no identity was given' : 'none of the identities given is one it was made for' }, { cause })
  }
  const own = { identities: [identity.trim()] }
  return {
    async *read(part, signal) {
      signal.throwIfAborted()
      try {
        yield* unsealed(partOf(container, part), openerFor(own), true, signal)
      } catch (cause) {
        signal.throwIfAborted()
        if (cause instanceof Fault) throw cause
        throw new Fault('BUNDLE_BROKEN', { file: container.file, reason: `part ${part} of ${container.index.parts.length} was changed or cut off: ${cause instanceof Error ? cause.message : ''}` }, { cause })
      }
    },
  }
}
