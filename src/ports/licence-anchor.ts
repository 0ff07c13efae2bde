import type { Id } from '#domain/ids.ts'
import type { Anchor } from '#domain/licence/anchor.ts'

/** A small memory of a licence server outside its book, on its machine: so that a book that was restored from a copy is found out (L2). */
export interface AnchorPlace {
  /** Undefined: there is none of this server. */
  read(server: Id<'licence-server'>): Promise<Anchor | undefined>
  /** Durable when it resolves, whole or not at all. */
  write(anchor: Anchor): Promise<void>
}
