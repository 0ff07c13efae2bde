import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Begun } from '#control/people/sessions.ts'
import type { World } from '#control/ground/world.ts'
import { cookieName, isBrowser } from './token.ts'

/** What a browser keeps for us, where one asks. */
export type Browser = {
  /** The session it has, whoever that is or was. */
  readonly before: string | undefined
  /** Signed in: a browser has the token in a cookie that no script reads; a program, in the answer. */
  signIn(begun: Begun): Omit<Begun, 'token'> & { readonly token: string | null }
  signOut(): void
  /** For the browser that goes to the vendor's own sign-in: that it is the same one that comes back. */
  leave(token: string): void
}

export const browserOf = (c: Context, world: Pick<World, 'site' | 'clock'>): Browser => ({
  before: getCookie(c, cookieName),
  signIn: ({ token, ...begun }) => {
    if (!isBrowser(c)) return { ...begun, token }
    keepSession(c, world, { ...begun, token })
    return { ...begun, token: null }
  },
  signOut: () => { deleteCookie(c, cookieName, { path: '/' }) },
  leave: token => { setCookie(c, leaveCookie, token, { ...safe(world), path: leavePath, maxAge: 600 }) },
})

export const keepSession = (c: Context, world: Pick<World, 'site' | 'clock'>, { token, expiresAt }: Begun): void => {
  setCookie(c, cookieName, token, { ...safe(world), path: '/', maxAge: Math.max(0, Math.floor((expiresAt - world.clock.now()) / 1_000)) })
}

const leavePath = '/api/sign-in'
const leaveCookie = 'rehome-sign-in'

/** What `leave` kept. It counts once. */
export const cameBack = (c: Context): string => {
  const kept = getCookie(c, leaveCookie) ?? ''
  deleteCookie(c, leaveCookie, { path: leavePath })
  return kept
}

/** Scripts never read them, and pages of others send them along only when somebody follows a link. */
const safe = ({ site }: Pick<World, 'site'>) => ({ httpOnly: true, sameSite: 'Lax', secure: site.startsWith('https:') }) as const
