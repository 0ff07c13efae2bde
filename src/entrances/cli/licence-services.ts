import type { MoveOrder } from '#domain/licence/move.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Locale } from '#domain/locale.ts'
import type { Instant, Zone } from '#domain/time.ts'
import type { MoveEnded, MoveTold, MoveWish } from '#licence/move-licences.ts'

/** Whose licence server it is. */
export const licensorKinds = ['own', 'keygen'] as const
export type LicensorKind = (typeof licensorKinds)[number]
export type LicensorAt = { readonly url: string; readonly kind: LicensorKind; readonly token?: string; /** Certificates, as PEM, of the authorities that are believed. */ readonly ca?: string }

export type LicenceMoveRequest = Omit<MoveOrder, 'expectedEnd'> & Pick<MoveWish, 'undo' | 'found'> & { readonly origin: LicensorAt; readonly destination: LicensorAt; /** A folder of its own. */ readonly book: string; readonly expectMs: number }

/** One change by hand; with the same key it is carried out once. */
export type LicenceChange = { readonly key: string } & (
  | { readonly does: 'maintain'; readonly maintenance: { readonly reason: string; readonly expectedEnd: Instant | null } | null }
  | { readonly does: 'rename'; readonly from: string; readonly to: string }
  | { readonly does: 'link'; readonly name: string; readonly licences: readonly string[] }
)

/** Licences as the commands act on them; faults are thrown. */
export type LicenceServices = {
  sheet(at: LicensorAt, signal: AbortSignal): Promise<LicenceSheet>
  /** Writes the sheet as JSON, page and PDF; answers the files. */
  keep(sheet: LicenceSheet, how: { readonly folder: string; readonly locale: Locale; readonly zone: Zone; readonly withCodes: boolean }, signal: AbortSignal): Promise<readonly string[]>
  readSheet(file: string): Promise<LicenceSheet>
  change(at: LicensorAt, change: LicenceChange, signal: AbortSignal): Promise<void>
  move(request: LicenceMoveRequest, tell: (told: MoveTold & { readonly nameOf: (licence: string) => string }) => void, signal: AbortSignal): Promise<MoveEnded>
  /** What this machine is known by. */
  nodeLock(): Promise<{ readonly machine: string; readonly kinds: readonly string[] }>
}
