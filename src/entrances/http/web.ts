import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, Hono } from 'hono'
import { callerOf } from '#control/ground/callers.ts'
import type { World } from '#control/ground/world.ts'
import { tokenOf } from './token.ts'

/** The two faces, as they were built into this folder. */
export type Web = { readonly folder: string }
const faces = ['console', 'portal'] as const

/**
 * Console and portal: one page each, whose script draws all the others; what they load is named by its content and kept for ever. Nothing inline is run or styled but what bears
 * the number that this one answer was given; nothing is loaded from, framed by, or sent to anywhere else.
 */
export const addWeb = (app: Hono, world: World, { folder }: Web): void => {
  const pages = Object.fromEntries(faces.map(face => [face, readFileSync(join(folder, `${face}.html`), 'utf8')]))
  for (const face of faces) for (const path of [`/${face}`, `/${face}/*`] as const) app.get(path, c => faceOf(c, pages[face] ?? ''))
  app.get('/', async c => {
    const token = tokenOf(c)
    const caller = token === undefined ? undefined : await callerOf(world, token)
    return c.redirect(caller?.actor.kind === 'customer' || caller?.actor.kind === 'partner' ? '/portal/' : '/console/overview', 303)
  })
  // Pages that letters name: each has its own in both faces. Whoever has not signed in is most likely one of a customer's.
  for (const path of ['/moves/*', '/tasks/*', '/quotes/*', '/customers/*', '/faq'] as const) app.get(path, async c => c.redirect(`${await isOperator(c, world) ? '/console' : '/portal'}${c.req.path}`, 303))
  app.get('/web/*', serveStatic({ root: folder, rewriteRequestPath: path => path.slice('/web'.length), precompressed: true, onFound: (_, c) => { c.header('cache-control', 'public, max-age=31536000, immutable') } }))
}

const isOperator = async (c: Context, world: World): Promise<boolean> => {
  const token = tokenOf(c)
  return token !== undefined && (await callerOf(world, token))?.actor.kind === 'operator'
}

const faceOf = (c: Context, page: string): Response => {
  const nonce = randomBytes(18).toString('base64')
  return c.body(page.replace('%NONCE%', nonce), 200, {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  })
}
