import { z } from 'zod'

/** What a terminal says to a running mover, one JSON object a line over its socket. */
const who = z.string().min(1).max(200)
export const commandSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.enum(['pause', 'resume', 'cancel', 'status']) }),
  z.strictObject({ verb: z.literal('throttle'), jobs: z.int().min(1).max(32).exactOptional(), bytesPerSecond: z.int().min(0).exactOptional() }),
  z.strictObject({ verb: z.enum(['cutover', 'turn-back', 'settle']), approvedBy: who }),
])

export const replySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), says: z.string() }),
  z.strictObject({ ok: z.literal(false), says: z.string(), allowed: z.array(z.string()) }),
])

/** What a mover leaves on disk about itself, beside its socket. No secrets. */
export const statusSchema = z.strictObject({
  move: z.string(), tenant: z.string(), source: z.string(), target: z.string(), pid: z.int(), startedAt: z.string(), at: z.string(),
  stage: z.string(), leg: z.enum(['out', 'back']), cold: z.boolean(), phase: z.string().exactOptional(), waitsFor: z.array(z.string()), why: z.string().exactOptional(),
  copiedBytes: z.number(), plannedBytes: z.number(), lagMs: z.number().exactOptional(), freezeMs: z.number().exactOptional(), evidence: z.string().exactOptional(), fault: z.string().exactOptional(),
})

export type Status = z.infer<typeof statusSchema>
export type WireReply = z.infer<typeof replySchema>
