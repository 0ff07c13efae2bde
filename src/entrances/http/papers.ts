import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { callerOf } from '#control/ground/callers.ts'
import { exportCharges } from '#control/billing/charges.ts'
import { type Caller, type Glance, isRefused, look, type Refused } from '#control/ground/desk.ts'
import { readDocument } from '#control/files/documents.ts'
import { recordedSheet, sheetAsPaper } from '#control/orders/licence-moves.ts'
import { type NamedPaper, planAsCalendar, planAsPaper, quoteAsPaper } from '#control/letters/papers.ts'
import type { World } from '#control/ground/world.ts'
import { asId } from '#domain/ids.ts'
import { locales } from '#domain/locale.ts'
import type { ShownCharge } from '#domain/charges.ts'
import { pageOfPaper } from '#domain/paper-page.ts'
import { sheetText } from './licence-sheet.ts'
import { attached } from './attached.ts'
import { csvField } from './csv.ts'
import { inputProblem, localeOf, problem, refuse } from './problem.ts'
import { tokenOf } from './token.ts'

const paperOf = z.object({ id: z.uuid(), locale: z.enum(locales).default('en') })
const documentOf = z.object({ id: z.uuid() })
const fileOf = z.object({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is no month such as 2026-11'), format: z.enum(['csv', 'json']).default('csv') })

/** What is taken away as a file: quotes and plans as PDF, a plan as a calendar, the back-up sheet of licences, a month's charges, documents that help. Who may read a thing may have it on paper. */
export const addPapers = (app: Hono, world: World): void => {
  const pdf = (path: string, make: (glance: Glance, id: string, locale: 'en' | 'ja') => Promise<NamedPaper | Refused>): void => {
    app.get(path, c => asked(c, world, paperOf, { id: c.req.param('id'), locale: c.req.query('locale') }, async (caller, { id, locale }) => {
      const found = await look(world, caller, glance => make(glance, id, locale))
      if (isRefused(found)) return refuse(c, found)
      // Drawn after the ledger was left: nobody waits for it there.
      return attached(c, found.name, 'application/pdf', await world.documents.pdf(found.paper, c.req.raw.signal))
    }))
  }
  pdf('/api/quotes/:id/paper', (glance, quote, locale) => quoteAsPaper(glance, { quote: asId(quote), locale }))
  pdf('/api/moves/:id/plan.pdf', (glance, move, locale) => planAsPaper(glance, { move: asId(move), locale }))
  pdf('/api/moves/:id/licences.pdf', (glance, move, locale) => sheetAsPaper(glance, { move: asId(move), locale }))
  app.get('/api/moves/:id/licences.html', c => asked(c, world, paperOf, { id: c.req.param('id'), locale: c.req.query('locale') }, async (caller, { id, locale }) => {
    const found = await look(world, caller, glance => sheetAsPaper(glance, { move: asId(id), locale }))
    return isRefused(found) ? refuse(c, found) : c.html(pageOfPaper(found.paper), 200, { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'` })
  }))
  // Without codes, not even their ends: what has the form of one must be one.
  app.get('/api/moves/:id/licences.json', c => asked(c, world, documentOf, { id: c.req.param('id') }, async (caller, { id }) => {
    const found = await look(world, caller, glance => recordedSheet(glance, { move: asId(id) }))
    return isRefused(found) ? refuse(c, found) : attached(c, `licences-${id}.json`, 'application/json; charset=utf-8', sheetText({ ...found, licences: found.licences.map(one => ({ ...one, code: null })) }))
  }))
  app.get('/api/moves/:id/plan.ics', c => asked(c, world, paperOf, { id: c.req.param('id'), locale: c.req.query('locale') }, async (caller, { id, locale }) => {
    const found = await look(world, caller, glance => planAsCalendar(glance, { move: asId(id), locale }))
    return isRefused(found) ? refuse(c, found) : attached(c, found.name, 'text/calendar; charset=utf-8; method=PUBLISH', found.text)
  }))
  app.get('/documents/:id', c => asked(c, world, documentOf, { id: c.req.param('id') }, async (caller, { id }) => {
    const found = await look(world, caller, glance => readDocument(glance, { document: asId(id) }))
    return 'refused' in found ? refuse(c, found) : attached(c, found.name, found.type, found.content)
  }))
  app.get('/api/charges/file', c => asked(c, world, fileOf, c.req.query(), async (caller, { month, format }) => {
    const rows: Charged[] = []
    const why = await look(world, caller, glance => exportCharges(glance, { month }, some => { rows.push(...some.map(chargedOf)) }))
    if (isRefused(why)) return refuse(c, why)
    return format === 'json' ? attached(c, `charges-${month}.json`, 'application/json; charset=utf-8', `${JSON.stringify(rows)}\n`) : attached(c, `charges-${month}.csv`, 'text/csv; charset=utf-8; header=present', csvOf(rows))
  }))
}

/** The caller and what was asked, or why there is no answer. */
const asked = async <Schema extends z.ZodObject>(c: Context, world: World, schema: Schema, sent: Readonly<Record<string, unknown>>, work: (caller: Caller, input: z.output<Schema>) => Promise<Response>): Promise<Response> => {
  const token = tokenOf(c)
  const caller = token === undefined ? undefined : await callerOf(world, token)
  if (caller === undefined) return refuse(c, { refused: 'not-signed-in' })
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)))
  return parsed.success ? await work(caller, parsed.data) : problem(c, inputProblem(parsed.error, localeOf(c)))
}

type Charged = Readonly<Record<(typeof columns)[number], string | number>>
const columns = ['id', 'day', 'customer', 'customerName', 'move', 'invoice', 'kind', 'reference', 'says', 'currency', 'amountMinor', 'corrects'] as const

const chargedOf = ({ id, onDay, customer, customerName, move, kind, currency, amountMinor, about }: ShownCharge & { readonly customerName: string }): Charged =>
  ({ id, day: onDay, customer, customerName, move: move ?? '', invoice: about.invoice, kind, reference: about.reference ?? '', says: about.says, currency, amountMinor, corrects: about.corrects ?? '' })

const csvOf = (rows: readonly Charged[]): string => `\uFEFF${[columns.join(','), ...rows.map(row => columns.map(column => csvField(row[column])).join(','))].join('\r\n')}\r\n`
