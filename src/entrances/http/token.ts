import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

export const cookieName = 'rehome'
/** Set by our own pages on everything they ask. Pages of others cannot set it without being asked about it first, and are not allowed to. */
const ownHeader = 'x-rehome'

/** By which a caller is known: a bearer token of a program, or the cookie of a browser. A cookie is sent along by pages of others, so a POST needs a header that they cannot set. */
export const tokenOf = (c: Context): string | undefined => {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (bearer !== undefined) return bearer
  return c.req.method === 'GET' || isBrowser(c) ? getCookie(c, cookieName) : undefined
}

/** One of our own pages asks. */
export const isBrowser = (c: Context): boolean => c.req.header(ownHeader) !== undefined

/** A browser says that a page of somebody else asks. Programs say nothing, and have no cookies that others could make use of. */
export const isFromElsewhere = (c: Context, site: string): boolean => {
  const [fetched, origin] = [c.req.header('sec-fetch-site'), c.req.header('origin')]
  if (fetched !== undefined) return fetched !== 'same-origin' && fetched !== 'none'
  return origin !== undefined && origin !== new URL(site).origin && hostOf(origin) !== c.req.header('host')
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)
