import { z } from 'zod'
import { applicationSteps } from '#domain/application.ts'
import { mostUsers } from '#domain/user-limit.ts'
import { id } from './endpoint.ts'
import { licenceOrder, licenceTold } from './licence-course.ts'

/** What control and an agent say to one another about an order, besides what people see of it. */

const leg = z.enum(['out', 'back'])
const stage = z.enum(['ordered', 'copying', 'following', 'frozen', 'verified', 'in-doubt', 'switched', 'settled', 'cancelled'])
const verb = z.enum(['copy', 'follow', 'freeze', 'verify', 'thaw', 'switch', 'doubt', 'found-before', 'found-after', 'turn-back', 'settle', 'cancel', 'resumed'])
const said = z.string().max(4_000)
const count = z.int().min(0)

const who = z.strictObject({ by: z.string() })
export const wish = z.strictObject({
  revision: count, paused: z.boolean(), jobs: z.int().min(1).nullable(), bytesPerSecond: count.nullable(),
  decision: z.strictObject({ verb: z.enum(['cutover', 'turn-back', 'settle']), leg, by: z.string() }).nullable(),
  approved: z.strictObject({ leg, by: z.string() }).nullable(), abort: who.nullable(), switch: z.strictObject({ leg, root: z.string() }).nullable(),
  found: z.strictObject({ what: z.enum(['before', 'after']), by: z.string(), note: z.string() }).nullable(),
})

const size = z.strictObject({ name: said, engine: z.string().max(100), bytes: count })
/** Somebody who can sign in to the tenant. `key`: what the product calls them. */
export const user = z.strictObject({ key: z.string().min(1).max(200), name: z.string().max(200), email: z.string().max(254).nullable(), lastSeenAt: z.int().nullable() })
const finding = z.looseObject({ id: z.string().max(200), level: z.enum(['blocker', 'concern', 'note']), side: z.enum(['source', 'target', 'both']), what: z.string().max(20_000), remedy: z.string().max(20_000).exactOptional() })

/** A fault by its name, with the facts that its sentences name: whoever shows it makes the words. */
export const toldFault = z.strictObject({ code: z.string().max(100), message: z.string().max(20_000), remedy: z.string().max(20_000), facts: z.record(z.string().max(100), z.union([z.string().max(20_000), z.number()])).exactOptional() })

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const indexPlace = { claim: z.int().min(1), part: count, bytes: z.int().min(1), sha256: hash }
export const step = z.enum(applicationSteps)
export const end = z.enum(['origin', 'destination'])

/** What control acts upon. */
const acted = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stage'), stage, leg, verb }),
  z.strictObject({ type: z.literal('proof'), leg, evidence: z.string() }),
  z.strictObject({ type: z.literal('measured'), seen: z.array(z.strictObject({ user: said, host: said, program: said })).max(5_000), stores: z.array(size).max(100), users: count.nullable() }),
  z.strictObject({ type: z.literal('users'), users: z.array(user).max(mostUsers) }),
  z.strictObject({ type: z.literal('made'), name: said, sealed: z.string().max(10_000) }),
  z.strictObject({ type: z.literal('fault'), ...toldFault.shape }),
  z.strictObject({ type: z.literal('contradicted'), found: z.enum(['before', 'after']), says: z.enum(['before', 'after']) }),
  z.strictObject({ type: z.literal('finding'), finding }),
  z.strictObject({ type: z.literal('stepped'), held: z.boolean(), version: z.string().max(200).nullable(), backUp: z.strictObject({ ...indexPlace, files: count, parts: count, totalBytes: count }).nullable(), output: z.string().max(20_000) }),
  ...licenceTold,
  z.strictObject({ type: z.literal('rehearsed'), tables: count, ofTables: count, rows: count, bytes: count, ms: z.number().min(0), p50Ms: z.number().min(0), p95Ms: z.number().min(0), dominant: said, budgetMs: count }),
  z.strictObject({ type: z.literal('ended'), how: z.enum(['done', 'failed']) }),
])
/** What is kept as it was told. */
const kept = z.looseObject({ type: z.enum(['move', 'phase', 'plan', 'copied', 'built', 'follow', 'verified', 'differs', 'forecast', 'freeze', 'pace', 'health', 'waits', 'retry', 'evidence', 'outcome']) })
export const told = z.union([acted, kept])

export const right = z.strictObject({ on: z.string().regex(/^[^.\s]+\.[^.\s]+$/, 'is no table such as public.orders').max(200), may: z.enum(['read', 'write']) })
export const wantedUser = z.strictObject({
  name: z.string().trim().min(1).max(100), kind: z.enum(['master', 'integration']), user: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is no user name: small letters, digits and _'),
  rights: z.array(right).max(1_000).default([]), offerTo: id('contact').nullable().default(null),
})
export const how = z.strictObject({ jobs: z.int().min(1).max(32).default(2), schema: z.enum(['dump', 'existing']).default('dump'), follow: z.boolean().default(true), freezeBudgetMs: z.int().min(100).max(3_600_000).default(5_000), bytesPerSecond: count.nullable().default(null) })
export const facts = z.strictObject({
  tenant: z.string(), origin: z.string(), destination: z.string(), by: z.string(), how: how.nullable(), watchSeconds: count.nullable(),
  users: z.strictObject({ wanted: z.array(wantedUser), publicKey: z.string() }).nullable(),
  licences: licenceOrder.exactOptional(),
  application: z.strictObject({ step, at: end, version: z.string().nullable(), backUp: z.strictObject({ order: z.string(), ...indexPlace }).nullable() }).exactOptional(),
})

export const serves = z.array(z.strictObject({ home: z.string().max(200), tenant: z.string().max(200), what: z.enum(['application', 'licences', 'rehearsal']).exactOptional() })).max(4_000)
export const kind = z.enum(['preflight', 'move', 'rehearsal', 'measure', 'credential', 'files', 'application', 'licences'])
export const claimed = z.strictObject({ order: id('order'), claim: z.int(), next: z.int(), kind, facts, result: z.json(), stage, leg, wish })
