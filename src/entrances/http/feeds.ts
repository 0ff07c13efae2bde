import { Hono } from 'hono'
import { calendarAt } from '#control/calendar/feeds.ts'
import type { World } from '#control/ground/world.ts'
import { sha256 } from '#lib/hash.ts'

/** People's calendars, for programs that ask again and again: who has the address may read. Whether an address ever was one is not told. */
export const feeds = (world: World): Hono => {
  const app = new Hono()
  app.get('/feeds/:file{[A-Za-z0-9_-]{43}\\.ics}', async c => {
    const text = await calendarAt(world, c.req.param('file').slice(0, -'.ics'.length))
    if (text === undefined) return c.notFound()
    const etag = `"${sha256(text)}"`
    const headers = { 'etag': etag, 'cache-control': 'private, no-cache', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' }
    const known = (c.req.header('if-none-match') ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
    if (known.includes(etag)) return c.body(null, 304, headers)
    return c.body(text, 200, { ...headers, 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': 'inline; filename="moves.ics"' })
  })
  return app
}
