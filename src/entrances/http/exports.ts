import type { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { exportAll, type ExportKind, exportKinds } from '#control/running/exports.ts'
import { isRefused } from '#control/ground/desk.ts'
import { callerOf } from '#control/ground/callers.ts'
import type { World } from '#control/ground/world.ts'
import { csvField } from './csv.ts'
import { otherProblem, problem, refuse } from './problem.ts'
import { tokenOf } from './token.ts'

/** `GET /api/export/{kind}?format=csv|json`: everything of a kind as one file, written while it is read. */
export const addExports = (app: Hono, world: World): void => {
  app.get('/api/export/:kind', async c => {
    const token = tokenOf(c)
    const caller = token === undefined ? undefined : await callerOf(world, token)
    if (caller === undefined) return refuse(c, { refused: 'not-signed-in' })
    const kind = exportKinds.find(one => one === c.req.param('kind'))
    const format = c.req.query('format') ?? 'csv'
    if (kind === undefined || (format !== 'csv' && format !== 'json')) return problem(c, otherProblem(400, 'input', `There is ${exportKinds.join(', ')}, as format=csv or format=json.`))
    const pages = await exportAll(world, caller, kind)
    if (isRefused(pages)) return refuse(c, pages)
    c.header('content-type', format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8')
    c.header('content-disposition', `attachment; filename="${kind}.${format}"`)
    return stream(c, async out => { for await (const text of (format === 'csv' ? csvOf : jsonOf)(kind, pages)) await out.write(text) })
  })
}

type Pages = AsyncIterable<readonly object[]>

async function* csvOf(_kind: ExportKind, pages: Pages): AsyncGenerator<string> {
  let names: readonly string[] | undefined
  for await (const records of pages) {
    const [first] = records
    if (names === undefined && first !== undefined) {
      names = Object.keys(first)
      yield `\uFEFF${names.join(',')}\r\n`
    }
    yield records.map(record => `${(names ?? []).map(name => csvField(shown(name, (record as Record<string, unknown>)[name]))).join(',')}\r\n`).join('')
  }
}

async function* jsonOf(_kind: ExportKind, pages: Pages): AsyncGenerator<string> {
  let between = '['
  for await (const records of pages) {
    for (const record of records) {
      yield `${between}\n${JSON.stringify(Object.fromEntries(Object.entries(record).map(([name, value]) => [name, shown(name, value)])))}`
      between = ','
    }
  }
  yield between === '[' ? '[]\n' : '\n]\n'
}

/** Instants as everywhere outside: ISO 8601 in UTC. By their names, which all end in At. */
const shown = (name: string, value: unknown): unknown => (typeof value === 'number' && (name === 'at' || name.endsWith('At')) ? new Date(value).toISOString() : value)
