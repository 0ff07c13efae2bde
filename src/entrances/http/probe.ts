import type { Hono } from 'hono'
import { isRefused, look } from '#control/ground/desk.ts'
import { callerOf } from '#control/ground/callers.ts'
import { listRules, rulesFor } from '#control/homes/probes.ts'
import type { World } from '#control/ground/world.ts'
import { asId } from '#domain/ids.ts'
import { csvField } from './csv.ts'
import { probeScript } from './probe-script.ts'
import { oneLine } from '#lib/one-line.ts'
import { otherProblem, problem, refuse } from './problem.ts'
import { tokenOf } from './token.ts'

const columns = ['subject', 'protocol', 'host', 'port', 'purpose', 'standing', 'outcome', 'testedAt', 'from'] as const

/** `GET /probe/{token}.sh`: the program that a customer runs. `GET /api/moves/{move}/rules.csv` and `rules.txt`: what a firewall must let through, for whoever configures it. */
export const addProbe = (app: Hono, world: World): void => {
  app.get('/probe/:file', async c => {
    const token = /^([\w-]{20,100})\.sh$/.exec(c.req.param('file'))?.[1]
    const rules = token === undefined ? undefined : await rulesFor(world, token)
    c.header('cache-control', 'no-store')
    c.header('content-type', 'text/x-shellscript; charset=utf-8')
    // Also the refusal is a program: it is piped into a shell.
    if (token === undefined || rules === undefined) return c.body("echo 'This probe is no longer valid. Ask for a new command on the page of your move.' >&2; exit 1\n", 404)
    return c.body(probeScript(world.site, token, rules))
  })
  for (const form of ['csv', 'txt']) app.get(`/api/moves/:move/rules.${form}`, async c => {
    const token = tokenOf(c)
    const caller = token === undefined ? undefined : await callerOf(world, token)
    if (caller === undefined) return refuse(c, { refused: 'not-signed-in' })
    const move = c.req.param('move')
    if (!/^[0-9a-f-]{36}$/.test(move)) return problem(c, otherProblem(400, 'input', 'That is no id of a move.'))
    const found = await look(world, caller, glance => listRules(glance, { move: asId(move) }))
    if (isRefused(found)) return refuse(c, found)
    if (form === 'txt') return c.text(found.items.map(textOf).join(''))
    c.header('content-type', 'text/csv; charset=utf-8; header=present')
    c.header('content-disposition', 'attachment; filename="rules.csv"')
    const lines = found.items.map(rule => [rule.subject, rule.protocol, rule.host, rule.port, rule.purpose, rule.standing, rule.outcome, rule.testedAt === null ? null : new Date(rule.testedAt).toISOString(), rule.from === null ? null : `${rule.from.host} ${rule.from.address}`])
    return c.body(`\uFEFF${[columns, ...lines].map(line => line.map(csvField).join(',')).join('\r\n')}\r\n`)
  })
}

/** A line to be read, or pasted into a request to whoever runs the firewall. */
const textOf = ({ subject, protocol, host, port, purpose }: { readonly subject: string; readonly protocol: string; readonly host: string; readonly port: number | null; readonly purpose: string }): string =>
  oneLine(`${subject}: allow ${protocol} to ${host}${port === null ? '' : ` port ${port}`}${purpose === '' ? '' : `   # ${purpose}`}`) + '\n'
