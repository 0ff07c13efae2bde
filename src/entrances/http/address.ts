import type { Context } from 'hono'
import type { IncomingMessage } from 'node:http'

/** Where a request comes from, as the socket says: headers say what anybody likes. */
export const addressOf = (c: Context): string => (c.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming?.socket.remoteAddress ?? ''
