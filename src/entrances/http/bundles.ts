import type { Context, Hono, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { beginDownload, countDownload, documentOfLink, type Download, findDownload, lookAtOffer, type NoDownload, noteSent, type OfferPage } from '#control/files/downloads.ts'
import type { World } from '#control/ground/world.ts'
import type { Locale, Text } from '#domain/locale.ts'
import { attached } from './attached.ts'
import { page, preferred } from './page.ts'
import { says } from './page-words.ts'
import { isFromElsewhere } from './token.ts'

/**
 * `GET /bundles/{token}`: a page that says what there is, how large, with which checksum; whatever opens links of letters by itself gets it too and uses nothing up. Its button, a POST, leads to
 * `GET /downloads/{ticket}`: the file, whole or the part of it that is asked for. A download that breaks off goes on where it stopped, and counts once: when its last bytes go out.
 */
export const addBundles = (app: Hono, world: World, limit: MiddlewareHandler): void => {
  app.use('/bundles/*', limit, bodyLimit({ maxSize: 16_384 }))
  app.get('/bundles/:token{[A-Za-z0-9_-]{43}}', async c => {
    const found = await lookAtOffer(world, c.req.param('token'))
    return 'refused' in found ? refusedPage(c, found) : offerPage(c, found)
  })
  app.post('/bundles/:token{[A-Za-z0-9_-]{43}}', async c => {
    if (isFromElsewhere(c, world.site)) return page(c, preferred(c), { title: says.elsewhere, lines: [says.openHere] }, 403)
    const begun = await beginDownload(world, c.req.param('token'))
    if ('refused' in begun) return refusedPage(c, begun)
    c.header('referrer-policy', 'no-referrer')
    c.header('cache-control', 'no-store')
    return c.redirect(`/downloads/${begun.ticket}`, 303)
  })
  app.get('/bundles/:token{[A-Za-z0-9_-]{43}}/documents/:document', async c => {
    const found = await documentOfLink(world, c.req.param('token'), c.req.param('document'))
    return 'refused' in found ? refusedPage(c, found) : attached(c, found.name, found.type, found.content)
  })
  app.get('/downloads/:ticket{[A-Za-z0-9_-]{43}}', limit, c => download(c, world, c.req.param('ticket')))
}

const download = async (c: Context, world: World, ticket: string): Promise<Response> => {
  const asked = c.req.header('range')
  const found = await findDownload(world, ticket, startOf(asked) > 0)
  if ('refused' in found) return said(c, found)
  const etag = `"${found.checksum}"`
  const headers = {
    'accept-ranges': 'bytes', etag, 'content-type': found.what === 'archive' ? 'application/zip' : 'application/octet-stream', 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
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

/** What holds a download's end back until it is counted: without its last bytes neither a bundle nor a ZIP archive can be opened. */
const heldBytes = 32

const streamed = (world: World, offered: Download, from: number, to: number): ReadableStream<Uint8Array> => {
  const read = pieces(world, offered, from, to)
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

const pieces = async function* (world: World, { file, bytes, link, archive }: Download, from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { bundles } = world
  if (bundles === undefined) throw new Error('a bundle is handed out from a shelf')
  let sent = from
  try {
    const free = Math.max(from, Math.min(to, bytes - heldBytes))
    // Asked for the next piece, the one before it is gone out.
    for await (const piece of bundles.read(file, from, free)) {
      yield piece
      sent += piece.length
    }
    if (free === to) return
    if (!(await countDownload(world, link, from > 0))) throw new Error('the last download of this link was taken by another one at the same time')
    for await (const piece of bundles.read(file, free, to)) {
      yield piece
      sent += piece.length
    }
  } finally {
    if (archive !== null) await noteSent(world, archive, [from, sent])
  }
}

const words = {
  bundle: { en: 'Your data', ja: 'お客様のデータ' },
  archive: { en: 'Your files', ja: 'お客様のファイル' },
  button: { en: 'Download', ja: 'ダウンロードする' },
  resumes: { en: 'A download that breaks off goes on where it stopped: in the list of downloads of your browser, or with this button.', ja: 'ダウンロードが中断した場合は、ブラウザーのダウンロード一覧、またはこのボタンから続きを再開できます。' },
  over: { en: 'This link leads nowhere', ja: 'このリンクはご利用いただけません' },
} as const satisfies Readonly<Record<string, Text>>

const offerPage = (c: Context, { what, name, bytes, checksum, tenant, until, left, locale, documents }: OfferPage): Response => {
  const at = new Date(until).toISOString().slice(0, 16).replace('T', ' ')
  const lines: Text[] = [
    what === 'bundle'
      ? { en: `Everything of ${tenant} in one encrypted and signed file: ${name}.`, ja: `${tenant}のすべてのデータを、暗号化し署名を付けた一つのファイルにまとめました：${name}` }
      : { en: `All files of ${tenant} in one ZIP archive: ${name}. Please check it, and confirm on the page of your move that you have it.`, ja: `${tenant}の全ファイルを一つのZIP書庫にまとめました：${name}　内容をご確認のうえ、移行のページで完了のご登録をお願いいたします。` },
    { en: `Size: ${bytes.toLocaleString('en')} bytes.`, ja: `サイズ：${bytes.toLocaleString('en')} バイト` },
    what === 'bundle' ? { en: `SHA-256 of its signed index: ${checksum}`, ja: `署名付き索引のSHA-256：${checksum}` } : { en: `SHA-256: ${checksum}`, ja: `SHA-256：${checksum}` },
    { en: `It can be downloaded ${left === 1 ? 'once' : `${left} times`} until ${at} UTC.`, ja: `${at}（UTC）まで、あと${left}回ダウンロードできます。` },
    words.resumes,
  ]
  const path = c.req.path
  const links = documents.map(one => ({ to: one.url ?? `${path}/documents/${one.id}`, says: one.title }))
  return page(c, locale, { title: words[what], lines, links, button: { to: path, says: words.button } })
}

const sentences = {
  'link-unknown': { en: 'There is no such link, or a newer one has taken its place. Ask for a new one on the page of your move.', ja: 'このリンクは存在しないか、新しいリンクに置き換えられています。移行のページから、新しいリンクをご依頼ください。' },
  'link-expired': { en: 'The time of this link is over. Ask for a new one on the page of your move.', ja: 'このリンクの有効期限が切れています。移行のページから、新しいリンクをご依頼ください。' },
  'link-used-up': { en: 'The downloads of this link are used up. Ask for a new one on the page of your move.', ja: 'このリンクのダウンロード回数の上限に達しています。移行のページから、新しいリンクをご依頼ください。' },
} as const

const statusOf = ({ refused }: NoDownload): 404 | 410 => (refused === 'link-unknown' ? 404 : 410)

/** In a browser. */
const refusedPage = (c: Context, no: NoDownload): Response => page(c, no.locale ?? preferred(c), { title: words.over, lines: [sentences[no.refused]] }, statusOf(no))

/** To a program. */
const said = (c: Context, no: NoDownload): Response => {
  const { en, ja } = sentences[no.refused]
  const of: Readonly<Record<Locale, string>> = { en, ja }
  return c.body(`${no.locale === undefined ? `${en}\n${ja}` : of[no.locale]}\n`, statusOf(no), { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
}
