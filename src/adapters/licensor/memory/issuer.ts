import { isDeepStrictEqual } from 'node:util'
import type { Holder, LicenceKind } from '#domain/licence/licence.ts'
import type { Instant } from '#domain/time.ts'

/** What was issued, as a licence server on memory keeps it. */
export type MemoryLicence = { readonly id: string; readonly product: string; readonly kind: LicenceKind; readonly name: string; readonly seats: number | null; readonly endsAt: Instant | null }

/** A seat that is out, as it travels with a receipt. */
export type MemorySeat = { readonly lease: string; readonly profile: string; readonly holder: Holder; readonly until: Instant; readonly isBorrowed: boolean }

/** That a server gave a licence up; only receipts that a server wrote here are believed, which stands for their signature. */
export type MemoryReceipt = { readonly licence: string; readonly generation: number; readonly server: string; readonly seats: readonly MemorySeat[] }

export type Told = { readonly refused: string } | { readonly generation: number }

/**
 * The vendor's register on memory, shared by the licence servers of a test: of one licence at most one activation stands. The next one is given only against
 * the receipt of the one before, or to the same server again.
 */
export type MemoryIssuer = {
  /** A new licence, active nowhere. `id`: if left out, they are counted. */
  issue(of: Partial<MemoryLicence> & { readonly seats?: number | null }): { readonly licence: string; readonly document: string; readonly code: string }
  /** The licence that a document is of; undefined: it was not issued here. */
  read(document: string): MemoryLicence | undefined
  activate(licence: string, code: string | null, receipt: string | null, server: string): Told
  /** Stands for the server's signature. */
  write(receipt: MemoryReceipt): string
  readReceipt(text: string): MemoryReceipt | undefined
  /** Where each licence is active by the register; null: nowhere. */
  activeAt(licence: string): string | null
  /** Every activation that was ever given, in their order. */
  readonly given: readonly { readonly licence: string; readonly generation: number; readonly server: string }[]
}

type Entry = { readonly licence: MemoryLicence; readonly code: string; generation: number; server: string | null }

export const openMemoryIssuer = (): MemoryIssuer => {
  const entries = new Map<string, Entry>()
  const documents = new Map<string, MemoryLicence>()
  const receipts = new Map<string, MemoryReceipt>()
  const given: { licence: string; generation: number; server: string }[] = []
  return {
    given,
    issue({ id = `licence-${entries.size + 1}`, product = 'Tide Charts', kind = 'session', name = id, seats = 5, endsAt = null }) {
      const licence = { id, product, kind, name, seats, endsAt }
      const [document, code] = [JSON.stringify(licence), `CODE-${id}-${'7'.repeat(8)}`]
      entries.set(id, { licence, code, generation: 0, server: null })
      documents.set(document, licence)
      return { licence: id, document, code }
    },
    read: document => documents.get(document),
    activate(id, code, receipt, server) {
      const entry = entries.get(id)
      if (entry === undefined) return { refused: 'the issuer does not know this licence' }
      if (code !== entry.code) return { refused: code === null ? 'its activation code is missing' : 'the activation code is not that of this licence' }
      if (entry.server === server && !isGivenUp(entry, receipt, receipts)) return { generation: entry.generation }
      if (entry.generation > 0 && !isGivenUp(entry, receipt, receipts)) return { refused: `the licence is active elsewhere, on ${String(entry.server)}` }
      entry.generation += 1
      entry.server = server
      given.push({ licence: id, generation: entry.generation, server })
      return { generation: entry.generation }
    },
    write(receipt) {
      const text = JSON.stringify(receipt)
      receipts.set(text, receipt)
      return text
    },
    readReceipt: text => receipts.get(text),
    activeAt(id) {
      const entry = entries.get(id)
      if (entry === undefined) return null
      return [...receipts.values()].some(receipt => isOf(receipt, entry)) ? null : entry.server
    },
  }
}

const isOf = ({ licence, generation, server }: MemoryReceipt, entry: Entry): boolean => isDeepStrictEqual([licence, generation, server], [entry.licence.id, entry.generation, entry.server])

const isGivenUp = (entry: Entry, text: string | null, receipts: ReadonlyMap<string, MemoryReceipt>): boolean => {
  const receipt = text === null ? undefined : receipts.get(text)
  return receipt !== undefined && isOf(receipt, entry)
}
