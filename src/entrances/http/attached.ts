import type { Context } from 'hono'

/** A file to be kept, not looked at here. Names may be of any script: what is not plain stands only in the name that is encoded (RFC 6266). */
export const attached = (c: Context, name: string, type: string, body: Uint8Array | string): Response => c.body(typeof body === 'string' ? body : new Uint8Array(body), 200, {
  'content-type': type, 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
  'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
})
