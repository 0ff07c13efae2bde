import { z } from 'zod'
import { licenceOrders } from '#domain/licence/course.ts'

/** What control and an agent say to one another about licences. Instants are milliseconds here, as in all that is told. */

const said = z.string().max(2_000)
const count = z.int().min(0)
const at = z.number()
const side = z.enum(['origin', 'destination'])
const names = z.strictObject({ from: z.string().trim().min(1).max(200), to: z.string().trim().min(1).max(200) })
export const renames = z.array(names).max(1_000)

const holder = z.strictObject({ user: said, host: said, program: said })
export const licenceSheet = z.strictObject({
  format: z.literal('rehome-licences/1'), server: z.strictObject({ name: said, product: said, version: said }), takenAt: at, maintenance: z.strictObject({ reason: said, since: at, expectedEnd: at.nullable() }).nullable(),
  licences: z.array(z.strictObject({
    id: said, product: said, kind: said, name: said, seats: z.int().nullable(), endsAt: at.nullable(), state: z.enum(['active', 'inactive', 'absent']), machine: said.nullable(), code: said.nullable(),
    taken: z.array(z.strictObject({ holder, until: at, isBorrowed: z.boolean() })).max(1_000),
  })).max(5_000),
  profiles: z.array(z.strictObject({ name: said, licences: z.array(said).max(5_000) })).max(5_000),
})
export const difference = z.strictObject({
  what: z.enum(['licence-missing', 'licence-state', 'licence-extra', 'product', 'kind', 'name', 'seats', 'expiry', 'profile-missing', 'profile-licences', 'profile-order', 'profile-extra', 'seats-lost', 'seat-gone']), says: z.string().max(20_000), stops: z.boolean(),
})
const state = z.enum(['to-do', 'open', 'again', 'doubt', 'differs', 'done'])
export const courseStep = z.strictObject({ id: said, does: z.enum(['maintain', 'deactivate', 'install', 'activate', 'link', 'compare', 'redirect']), at: side, licence: said.nullable(), profile: said.nullable(), says: z.string().max(20_000), state, note: z.string().max(20_000).nullable() })

const sentences = z.array(z.string().max(20_000)).max(1_000)
export const licenceTold = [
  z.strictObject({ type: z.literal('licence-sheet'), at: side, isRecord: z.boolean(), sheet: licenceSheet, more: count, sealed: z.string().max(2_000_000).nullable(), differences: z.array(difference).max(10_000) }),
  z.strictObject({ type: z.literal('licence-plan'), book: z.string().min(1).max(100), leg: z.enum(['out', 'back']), steps: z.array(courseStep).max(30_000), left: sentences }),
  z.strictObject({ type: z.literal('licence-step'), step: said, state, note: z.string().max(20_000).nullable() }),
  z.strictObject({ type: z.literal('licence-end'), end: z.enum(['carried-out', 'undone', 'recorded', 'blocked', 'refused', 'differs', 'in-doubt', 'not-now']), says: sentences, refusedMs: z.number().min(0).nullable() }),
] as const

export const preparedMachine = z.strictObject({ name: z.string(), nodeLock: z.string() })
export const licenceOrder = z.strictObject({
  step: z.enum(licenceOrders), folder: z.string().regex(/^[0-9a-f-]{36}-\d{1,4}$/), book: z.string().nullable(), agent: z.string().nullable(), renames, minutes: z.int().min(1), machine: preparedMachine.nullable(), record: z.string().nullable(), publicKey: z.string(),
  found: z.strictObject({ found: z.enum(['done', 'not-done']), undo: z.boolean(), note: z.string() }).nullable(),
})
