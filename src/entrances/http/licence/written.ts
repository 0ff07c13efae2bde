import { z } from 'zod'
import type { HeardAnswer, SeatAnswer } from '#licence/seating.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { seatsApi } from '#wire/licence.ts'

type Shared<T> = T extends readonly (infer Item)[] ? readonly Shared<Item>[] : T extends object ? { readonly [Name in keyof T]: Shared<T[Name]> } : T
type OnWire<Name extends keyof typeof seatsApi> = Shared<z.input<(typeof seatsApi)[Name]['answer']>>

/** An answer as JSON, checked once more against what is promised of it. */
export const writtenBy = ({ answer }: Endpoint) => (said: never): string => JSON.stringify(z.encode(answer, said))

/**
 * The same for what is answered thousands of times a second: made by hand, because the check costs more than the answer. The types are the check, and a test that both ways write the
 * same.
 */
export const written = {
  'seats.checkOut': ({ lease, licence, kind, until, heartbeatSeconds, seat, activation, document, graceUntil }: SeatAnswer): string =>
    JSON.stringify({ lease, licence, kind, until: onWire(until), heartbeatSeconds, seat, activation, document, graceUntil: graceUntil === null ? null : onWire(graceUntil) } satisfies OnWire<'seats.checkOut'>),
  'seats.heartbeat': ({ answers, moved }: { readonly answers: readonly HeardAnswer[]; readonly moved: string | null }): string =>
    JSON.stringify({ answers: answers.map(({ lease, until, refused }) => ({ lease, until: until === null ? null : onWire(until), refused })), moved } satisfies OnWire<'seats.heartbeat'>),
} as const

let [lastMs, lastText] = [0, new Date(0).toISOString()]
/** Many in a row are of the same millisecond. */
const onWire = (ms: number): string => {
  if (ms !== lastMs) [lastMs, lastText] = [ms, new Date(ms).toISOString()]
  return lastText
}
