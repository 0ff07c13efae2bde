import { z } from 'zod'
import type { Documents, Shapes } from '#domain/licence/documents.ts'
import { id } from './endpoint.ts'

/** Inside a document instants are milliseconds, as they are in the domain: canonical JSON has no other form of them. */
const at = z.number().int().min(0).max(8.64e15)
const word = z.string().min(1).max(1_000)
const publicKey = z.string().max(200)
const server = id('licence-server')
const licence = id('licence')
const generation = z.number().int().min(1).max(1e9)
const nodeLock = z.strictObject({
  salt: z.string().max(100),
  factors: z.array(z.strictObject({ kind: z.enum(['machine-id', 'board', 'processor', 'network', 'disk', 'host-name']), hash: z.string().max(100) })).max(20),
})
const lease = {
  lease: id('lease'), licence, profile: word, holder: z.strictObject({ user: word, host: word, program: word }), takenAt: at, until: at, isBorrowed: z.boolean(),
}

const schemas = {
  'rehome-licence': z.strictObject({
    id: licence, product: word, kind: word, name: word, seats: z.number().int().min(1).max(1e9).nullable(), startsAt: at, endsAt: at.nullable(),
    graceDays: z.number().int().min(0).max(3_660), borrowHours: z.number().int().min(0).max(87_600), issuedAt: at,
  }),
  'rehome-activation': z.strictObject({ server, publicKey, licence, generation, machine: word, nodeLock, receiptHash: z.string().max(100).nullable(), activatedAt: at }),
  'rehome-request': z.strictObject({ server, publicKey, request: id('activation-request'), licence, code: z.string().max(100), machine: word, nodeLock, receipt: z.string().max(40_000_000).nullable(), at }),
  'rehome-deactivation': z.strictObject({ licence, generation, server, at, leases: z.array(z.strictObject(lease)).max(100_000) }),
  'rehome-seat': z.strictObject({ ...lease, server, nodeLock: nodeLock.nullable() }),
  'rehome-moved': z.strictObject({ from: server, to: z.strictObject({ server, publicKey, url: z.url({ protocol: /^https?$/ }).max(2_000) }), at }),
} satisfies { readonly [Kind in keyof Documents]: z.ZodType<Documents[Kind]> }

const shapeOf = <T>(schema: z.ZodType<T>) => (payload: unknown): T | undefined => schema.safeParse(payload).data

/** What each kind of document must say. */
export const shapes: Shapes = {
  'rehome-licence': shapeOf(schemas['rehome-licence']),
  'rehome-activation': shapeOf(schemas['rehome-activation']),
  'rehome-request': shapeOf(schemas['rehome-request']),
  'rehome-deactivation': shapeOf(schemas['rehome-deactivation']),
  'rehome-seat': shapeOf(schemas['rehome-seat']),
  'rehome-moved': shapeOf(schemas['rehome-moved']),
}
