import { escapeHtml } from '#lib/escape-html.ts'
import { visible } from '#lib/visible.ts'
import type { Paper, PaperBlock } from './paper.ts'

/** A paper as a page: whole in itself, without scripts and without anything from outside, and printable. The same paper is the same text. */
export const pageOfPaper = ({ locale, title, marks, blocks, foot }: Paper): string => `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${shown(title)}</title><style>${style}</style></head><body><main>
<header><h1>${shown(title)}</h1>${marks.map(mark => `<p class="mark">${shown(mark)}</p>`).join('')}</header>
${blocks.map(blockHtml).join('\n')}
<footer>${shown(foot)}</footer>
</main></body></html>
`

const blockHtml = (block: PaperBlock): string => {
  switch (block.kind) {
    case 'heading': return `<h2>${shown(block.text)}</h2>`
    case 'says': return `<p>${lines(block.text)}</p>`
    case 'aside': return `<p class="aside">${lines(block.text)}</p>`
    case 'list': return `<ul>${block.items.map(item => `<li>${lines(item)}</li>`).join('')}</ul>`
    case 'parties': return `<div class="parties">${[block.to, block.from].map(party => `<address>${party.map(shown).join('<br>')}</address>`).join('')}</div>`
    case 'facts': return `<div class="scroll"><table>${block.rows.map(([name, value]) => `<tr><th scope="row">${shown(name)}</th><td>${lines(value)}</td></tr>`).join('')}</table></div>`
    case 'table': return `<div class="scroll"><table><thead><tr>${block.columns.map(({ title, align }) => `<th scope="col"${atEnd(align)}>${shown(title)}</th>`).join('')}</tr></thead><tbody>${block.rows.map(row => `<tr>${row.map((cell, n) => `<td${atEnd(block.columns[n]?.align)}>${lines(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`
    case 'totals': return `<div class="scroll"><table>${block.rows.map(({ name, value, strong }) => `<tr${strong ? ' class="strong"' : ''}><th scope="row">${shown(name)}</th><td class="n">${shown(value)}</td></tr>`).join('')}</table></div>`
  }
}

const atEnd = (align: 'start' | 'end' | undefined): string => (align === 'end' ? ' class="n"' : '')
const shown = (text: string): string => escapeHtml(visible(text, 2_000))
const lines = (text: string): string => text.split('\n').map(shown).join('<br>')

const style = `:root{color-scheme:light dark;--canvas:#F6F7F8;--surface:#FFF;--line:#E4E6EA;--t1:#15181D;--t2:#474E5A;--t3:#5C636F}
@media screen and (prefers-color-scheme:dark){:root{--canvas:#0D0F12;--surface:#14171B;--line:#252A31;--t1:#E9EBEE;--t2:#B0B7C1;--t3:#8D95A1}}
*{box-sizing:border-box}body{margin:0;background:var(--canvas);color:var(--t1);font:13px/20px Inter,"Noto Sans","Noto Sans JP",system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:960px;margin:0 auto;padding:32px 16px 64px}h1{font-size:20px;line-height:28px;margin:0 0 4px;overflow-wrap:anywhere}.mark,.aside,footer{margin:0 0 8px;color:var(--t3)}h2{font-size:13px;line-height:20px;margin:24px 0 8px}footer{margin-top:32px}
.parties{display:grid;grid-template-columns:1fr 1fr;gap:16px}address{font-style:normal}.strong{font-weight:600}
.scroll{overflow-x:auto;background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:4px 16px}table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:500;color:var(--t3)}th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child>*{border-bottom:0}thead tr:last-child>*{border-bottom:1px solid var(--line)}td{overflow-wrap:anywhere;color:var(--t2)}.n{text-align:right;white-space:nowrap}
@media print{body{background:#fff}main{max-width:none;padding:0}.scroll{border-color:#bbb}tr{break-inside:avoid}thead{display:table-header-group}@page{size:A4;margin:16mm}}`
