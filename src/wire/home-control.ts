import { z } from 'zod'

/** What Rehome says to a product, as the body of a signed POST. `frozen` is answered only when no write is under way any more. */
export const homeRequestSchema = z.strictObject({ verb: z.enum(['freeze', 'thaw', 'probe']), tenant: z.string().min(1) })
export const homeAnswerSchema = z.object({ mode: z.enum(['serving', 'frozen']), version: z.string().exactOptional() })
export type HomeRequest = z.infer<typeof homeRequestSchema>
