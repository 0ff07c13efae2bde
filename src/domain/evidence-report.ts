import { escapeHtml as text } from '#lib/escape-html.ts'
import { counted } from '#lib/quantity.ts'
import { fingerprintOf } from '#lib/sign.ts'
import { visible } from '#lib/visible.ts'
import { checkEvidence, type Checked, type Envelope, type Manifest, type TableEvidence } from './evidence.ts'

/** Tables with a line of their own; of more, the rest are summed up. All are in the signed record. */
const mostTables = 500

/** The signed record as a page for people: no scripts, nothing from outside, printable; the record itself is in it, so that the page can be checked like the file. */
export const reportOf = (signed: string): string => {
  const { manifest, publicKey } = JSON.parse(signed) as Envelope
  const { move, source, target, tables } = manifest
  const rows = sum(tables.map(t => t.rows))
  const title = `${move.cold ? 'Cold move' : move.leg === 'out' ? 'Move' : 'Way back'} of ${move.tenant}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${shown(title)}: evidence</title><style>${style}</style></head><body><main>
<header><p class="kind">Evidence of a move</p><h1>${shown(title)}</h1>
<p class="verdict"><span class="state" aria-hidden="true">✓</span> ${counted(rows, 'row')} in ${counted(tables.length, 'table')} ${rows === 1 ? 'was' : 'were'} read on both sides and ${rows === 1 ? 'is' : 'are'} equal.</p></header>
<section class="keys">${keyFigure(number(rows), 'rows proven')}${keyFigure(bytes(sum(tables.map(t => t.bytes))), 'read on each side')}${keyFigure(`${number(manifest.changedSince.keys)}`, 'keys read again in the freeze')}${keyFigure(`${number(manifest.freeze.ms)} ms`, 'frozen until proven')}</section>
<section><h2>What was moved</h2>${table(['', 'source', 'target'], [['database', source.label, target.label], ['version', `${source.engine} ${source.version}`, `${target.engine} ${target.version}`], ['server', source.system, target.system]])}</section>
<section><h2>When</h2>${table(['', 'time (UTC)', 'place in the stream'], [['the move began', clock(move.startedAt), ''], ...manifest.anchors.copied.map(at => ['copied from the picture at', '', at]), ['every row verified', clock(manifest.anchors.verified.at), manifest.anchors.verified.position], ['the rest verified, frozen', clock(manifest.anchors.frozenAt), ''], ['proof finished', clock(move.provenAt), '']])}
<p>${text(explained(manifest))}</p></section>
<section><h2>Beside the tables</h2>${table(['', 'number', 'SHA-256'], [['sequences', number(manifest.sequences.count), manifest.sequences.sha256], ['large objects', number(manifest.largeObjects.count), manifest.largeObjects.sha256], ['rows changed since', number(manifest.changedSince.rows), manifest.changedSince.sha256]])}</section>
<section><h2>The freeze, until everything was proven</h2>${table(['step', 'ms'], stepsInOrder(manifest).map(([step, ms]) => [steps.get(step) ?? step, number(ms)]), [1])}</section>
<section><h2>Who approved</h2>${table(['what', 'who', 'time (UTC)'], manifest.approvals.map(a => [a.what, a.who, clock(a.at)]))}</section>
<section><h2>Tables</h2>${table(['table', 'rows', 'bytes', 'proven', 'root'], tables.slice(0, mostTables).map(tableRow), [1, 2])}${tables.length > mostTables ? `<p>${number(tables.length - mostTables)} more tables are in the signed record.</p>` : ''}</section>
<section><h2>Signature</h2>${table(['', ''], [['root over all tables', manifest.root], ['configuration', manifest.configuration.sha256], ['schema', manifest.schema.fingerprint], ['signed by the key', fingerprintOf(publicKey)], ['made with', `Rehome ${manifest.tool.version}, Node ${manifest.tool.node}`]])}
<p>This page carries the signed record. <code>rehome evidence check FILE</code> checks it offline, this page as well as the JSON file, and names the first thing that is wrong.</p></section>
</main><template id="rehome-evidence">${text(signed)}</template></body></html>
`
}

/**
 * Checks a report: the record in it like the file, and that the page is the one made of that record, byte for byte. A page that another version of Rehome made
 * cannot be compared: its record is then to be checked alone.
 */
export const checkReport = (html: string, trusted?: string): Checked => {
  const record = embeddedIn(html)
  if (record === undefined) return { ok: false, reason: 'the page carries no record: it is no report of Rehome, or the record was taken out' }
  const checked = checkEvidence(record, trusted)
  if (!checked.ok) return checked
  const made = reportOf(record)
  if (made === html) return checked
  const lines = html.split('\n')
  const line = made.split('\n').findIndex((text, i) => text !== lines[i])
  const { version } = checked.manifest.tool
  return { ok: false, reason: `the page does not show what its record says: it was changed at line ${line === -1 ? lines.length : line + 1}, or another Rehome than ${version}, which signed the record, made the page. The record itself holds` }
}

/** The signed record out of a report. */
const embeddedIn = (html: string): string | undefined => /<template id="rehome-evidence">([^<]*)<\/template>/.exec(html)?.[1]?.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '')

/** The order in which a freeze takes its steps; canonical JSON keeps none. */
const steps = new Map([
  ['copy', 'copy, read back, prove'], ['product', 'maintenance mode of the product'], ['fence', 'refuse writes, wait out those in flight'], ['drain', 'the last changes arrive'],
  ['remainder', 'sequences, large objects, tables outside the stream'], ['last', 'last constraints and triggers'], ['verify', 'read what changed again, on both sides'], ['way back', 'the way back is ready'],
])
const stepsInOrder = (manifest: Manifest): [string, number][] => {
  const order = [...steps.keys()]
  const place = (step: string): number => (steps.has(step) ? order.indexOf(step) : order.length)
  return Object.entries(manifest.freeze.steps).sort(([a], [b]) => place(a) - place(b))
}

const explained = ({ move, tables }: Manifest): string => {
  const copied = tables.filter(t => t.provedAt === 'copy').length
  if (move.cold) return `Nobody wrote while this was done. ${copied} tables were read back from the target and are, byte for byte, what the copy read from the source; the others were read on both sides.`
  return 'Every row of both sides was compared at one place of the stream while the product went on writing. Each change after that place was applied once, in order; the rows it touched were read again on both sides when nobody wrote any more.'
}

const proofs = { copy: 'read back', follow: 'while following', freeze: 'in the freeze' } as const
const tableRow = (t: TableEvidence): string[] => [t.table, number(t.rows), number(t.bytes), proofs[t.provedAt], t.root.slice(0, 16)]

const table = (head: readonly string[], rows: readonly (readonly string[])[], numeric: readonly number[] = []): string => {
  const cell = (name: 'td' | 'th', value: string, i: number): string => `<${name}${numeric.includes(i) ? ' class="n"' : name === 'td' && isCode.test(value) ? ' class="code"' : ''}>${shown(value)}</${name}>`
  return `<div class="scroll"><table>${head.every(h => h === '') ? '' : `<thead><tr>${head.map((h, i) => cell('th', h, i)).join('')}</tr></thead>`}<tbody>${rows.map(row => `<tr>${row.map((value, i) => cell('td', value, i)).join('')}</tr>`).join('')}</tbody></table></div>`
}

/** Hashes, fingerprints, hosts, places in a stream: read letter by letter. */
const isCode = /^(?:[0-9A-F]{16}|[0-9a-f]{16}|[0-9a-f]{64}|(?:[0-9a-f]{4} )+[0-9a-f]{4}|\w+:\/\/.*)$/s

const keyFigure = (value: string, what: string): string => `<div><b>${text(value)}</b><span>${text(what)}</span></div>`
const clock = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, '')
const grouped = new Intl.NumberFormat('en-GB')
const number = (value: number): string => grouped.format(Math.round(value))
const bytes = (value: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3))
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
const shown = (value: string): string => text(visible(value, 1_000))

const style = `:root{color-scheme:light dark;--canvas:#F6F7F8;--surface:#FFF;--line:#E4E6EA;--t1:#15181D;--t2:#474E5A;--t3:#646B77;--done:#0B664E;--done-bg:#E5F4EE;--done-ln:#A9DAC8}
@media screen and (prefers-color-scheme:dark){:root{--canvas:#0D0F12;--surface:#14171B;--line:#252A31;--t1:#E9EBEE;--t2:#B0B7C1;--t3:#8D95A1;--done:#63D2AF;--done-bg:#0E2A22;--done-ln:#1D5644}}
*{box-sizing:border-box}body{margin:0;background:var(--canvas);color:var(--t1);font:13px/20px Inter,"Noto Sans","Noto Sans JP",system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:960px;margin:0 auto;padding:32px 16px 64px}header{margin-bottom:24px}.kind{margin:0;color:var(--t3)}h1{font-size:20px;line-height:28px;margin:0 0 16px;overflow-wrap:anywhere}h2{font-size:13px;line-height:20px;margin:0 0 8px}
.verdict{display:flex;gap:8px;margin:0;padding:12px 16px;border:1px solid var(--done-ln);background:var(--done-bg);color:var(--done);border-radius:6px;font-size:16px;line-height:24px}
section{background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:16px;margin:0 0 16px}section>p{margin:12px 0 0;color:var(--t2);max-width:72ch}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:16px}.keys b{display:block;font-size:22px;line-height:30px;font-weight:600}.keys span{color:var(--t3)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:500;color:var(--t3)}th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}tbody tr:last-child td{border-bottom:0}td{overflow-wrap:anywhere}td:first-child{color:var(--t2);min-width:130px}.n{text-align:right;white-space:nowrap}
code,td.code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:12px}@media print{body{background:#fff}main{max-width:none;padding:0}section{break-inside:avoid;border-color:#bbb}section:has(tr:nth-child(20)){break-inside:auto}thead{display:table-header-group}@page{size:A4;margin:16mm}}`
