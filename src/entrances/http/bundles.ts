import type { Context, Hono, MiddlewareHandler } from 'hono'
import { countDownload, type Download, findDownload, type NoDownload } from '#control/bundles.ts'
import type { World } from '#control/world.ts'

/** `GET /bundles/{token}`: the bundle, whole or the part of it that is asked for. A download that breaks off goes on where it stopped, and counts once: when its last bytes go out. */
export const addBundles = (app: Hono, world: World, limit: MiddlewareHandler): void => {
  app.get('/bundles/:token{[A-Za-z0-9_-]{43}}', limit, async c => {
    const token = c.req.param('token')
    const asked = c.req.header('range')
    const found = await findDownload(world, token, startOf(asked) > 0)
    if ('refused' in found) return said(c, found)
    const etag = `"${found.checksum}"`
    const headers = {
      'accept-ranges': 'bytes', etag, 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.file)}`,
      'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex',
    }
    // Of another file than the one that was begun, nothing is put behind what is there: it begins anew.
    const ifRange = c.req.header('if-range')
    const range = ifRange !== undefined && ifRange !== etag ? 'whole' : rangeOf(asked, found.bytes)
    if (range === 'none') return c.body(null, 416, { ...headers, 'content-range': `bytes */${found.bytes}` })
    const [from, to] = range === 'whole' ? [0, found.bytes] : range
    const about = { ...headers, 'content-length': String(to - from), ...(range === 'whole' ? {} : { 'content-range': `bytes ${from}-${to - 1}/${found.bytes}` }) }
    const status = range === 'whole' ? 200 : 206
    if (c.req.method === 'HEAD') return c.body(null, status, about)
    return c.body(streamed(world, found, from, to), status, about)
  })
}

const startOf = (range: string | undefined): number => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? (range?.startsWith('bytes=-') === true ? 1 : 0))

/** One range; several at a time, or what is no range, are answered with the whole, as RFC 9110 allows. */
const rangeOf = (asked: string | undefined, bytes: number): readonly [from: number, to: number] | 'whole' | 'none' => {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(asked ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') return Number(last) === 0 ? 'none' : [Math.max(0, bytes - Number(last)), bytes]
  const from = Number(first)
  if (from >= bytes) return 'none'
  if (last !== '' && Number(last) < from) return 'whole'
  return [from, last === '' ? bytes : Math.min(bytes, Number(last) + 1)]
}

/** What holds a download's end back until it is counted: without its last bytes a bundle is none. */
const heldBytes = 32

const streamed = (world: World, { file, bytes, link }: Download, from: number, to: number): ReadableStream<Uint8Array> => {
  const read = pieces(world, { file, bytes, link }, from, to)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await read.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await read.return()
    },
  }, { highWaterMark: 0 })
}

const pieces = async function* (world: World, { file, bytes, link }: Pick<Download, 'file' | 'bytes' | 'link'>, from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { bundles } = world
  if (bundles === undefined) throw new Error('a bundle is handed out from a shelf')
  const free = Math.max(from, Math.min(to, bytes - heldBytes))
  yield* bundles.read(file, from, free)
  if (free === to) return
  if (!(await countDownload(world, link, from > 0))) throw new Error('the last download of this link was taken by another one at the same time')
  yield* bundles.read(file, free, to)
}

const sentences = {
  'link-unknown': { en: 'There is no such link, or a newer one has taken its place. Ask for a new one on the page of your move.', ja: 'このリンクは存在しないか、新しいリンクに置き換えられています。移行のページから、新しいリンクをご依頼ください。' },
  'link-expired': { en: 'The time of this link is over. Ask for a new one on the page of your move.', ja: 'このリンクの有効期限が切れています。移行のページから、新しいリンクをご依頼ください。' },
  'link-used-up': { en: 'The downloads of this link are used up. Ask for a new one on the page of your move.', ja: 'このリンクのダウンロード回数の上限に達しています。移行のページから、新しいリンクをご依頼ください。' },
} as const

const said = (c: Context, { refused, locale }: NoDownload): Response => {
  const { en, ja } = sentences[refused]
  return c.body(`${locale === undefined ? `${en}\n${ja}` : locale === 'ja' ? ja : en}\n`, refused === 'link-unknown' ? 404 : 410, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
}
