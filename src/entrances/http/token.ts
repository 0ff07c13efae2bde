import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

export const cookieName = 'rehome'

/** By which a caller is known: a bearer token of a program, or the cookie of a browser. A cookie is sent along by pages of others, so a POST needs a header that they cannot set. */
export const tokenOf = (c: Context): string | undefined => {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (bearer !== undefined) return bearer
  return c.req.method === 'GET' || c.req.header('x-rehome') !== undefined ? getCookie(c, cookieName) : undefined
}
