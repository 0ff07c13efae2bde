import { z } from 'zod'

/** What a proxy's admin address says and takes: where people are sent. A PUT names what it expects to replace. */
export const routeSchema = z.strictObject({ upstream: z.string() })
export const pointSchema = z.strictObject({ expected: z.string(), next: z.url() })
