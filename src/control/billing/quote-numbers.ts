import type { VendorId } from '#domain/parties.ts'
import type { Day } from '#domain/time.ts'
import type { Transaction } from '#ports/ledger.ts'

const places = 6

/** The next number of the year, `Q-2026-000042`. Whoever asks next waits until this transaction has kept its quote or left it. */
export const nextNumber = async (tx: Transaction, vendor: VendorId, today: Day): Promise<string> => {
  await tx.lock('vendor', vendor)
  const of = (n: number): string => `Q-${today.slice(0, 4)}-${String(n).padStart(places, '0')}`
  // Numbers of a year are equally long: the greatest text is the greatest number.
  const [last] = await tx.list('quote', { vendor, number: { from: of(0), to: of(10 ** places - 1) } }, { by: 'number', descending: true, limit: 1 })
  return of(last === undefined ? 1 : Number(last.number.slice(-places)) + 1)
}
