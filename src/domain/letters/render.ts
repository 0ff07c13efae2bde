import { assert } from '#lib/assert.ts'
import { escapeHtml } from '#lib/escape-html.ts'
import { oneLine } from '#lib/one-line.ts'
import { visible } from '#lib/visible.ts'
import { columnsOf, wrap } from '#lib/wrap.ts'
import type { Locale } from '../locale.ts'
import type { Block, Body } from './body.ts'
import type { Correspondence, TurnTo } from './correspondence.ts'

export type Rendered = { readonly subject: string; readonly text: string; readonly html: string }

/** The letter around a body: whom it greets, who writes, and who can be asked. */
export const render = ({ subject, blocks }: Body, to: Correspondence): Rendered => {
  const { locale, vendor, turnTo } = to
  assert(turnTo.length > 0, 'every letter names people to turn to')
  const { closing, title } = frames[locale]
  const line = oneLine(subject)
  const whole: readonly Block[] = [...greetingOf(to), ...blocks, { kind: 'says', text: closing }, { kind: 'says', text: vendor }]
  const people = turnTo.map(one => [duties[locale][one.duty], reachedAt(one)] as const)
  const text = [...whole, { kind: 'says', text: title } as const, { kind: 'facts', rows: people } as const].map(block => textOf(block, locale)).filter(part => part !== '').join('\n\n')
  return { subject: line, text: `${text}\n`, html: page(line, whole, title, people, locale) }
}

/** What is around every letter. */
const frames: Readonly<Record<Locale, { readonly closing: string; readonly title: string }>> = {
  en: { closing: 'Kind regards,', title: 'People to turn to' },
  ja: { closing: '何卒よろしくお願い申し上げます。', title: 'お問い合わせ先' },
}

const duties: Readonly<Record<Locale, Readonly<Record<TurnTo['duty'], string>>>> = {
  en: { 'project-manager': 'Project manager', 'support': 'Support', 'customer-success': 'Customer success' },
  ja: { 'project-manager': 'プロジェクトマネージャー', 'support': 'サポート窓口', 'customer-success': 'カスタマーサクセス担当' },
}

const greetingOf = ({ locale, vendor, name, company }: Correspondence): readonly Block[] => {
  const paragraphs = locale === 'en'
    ? [name.trim() === '' ? 'Hello,' : `Dear ${name},`]
    : [company, name.trim() === '' ? 'ご担当者様' : `${name} 様`, `いつもお世話になっております。${vendor}でございます。`]
  return paragraphs.filter(text => text.trim() !== '').map(text => ({ kind: 'says', text }))
}

const reachedAt = ({ name, address, phone }: TurnTo): string => `${name}, ${address}${phone === null ? '' : `, ${phone}`}`

const columns = 72
const shown = (text: string): string => visible(text, 4_000)
const linesOf = (text: string): readonly string[] => text.split(/\r\n|\r|\n/)
const wrapped = (text: string, first = '', next = ' '.repeat(columnsOf(first))): string => wrap(shown(text), columns - columnsOf(first)).map((line, n) => (n === 0 ? first : next) + line).join('\n')

const textOf = (block: Block, locale: Locale): string => {
  switch (block.kind) {
    case 'says':
    case 'aside': return wrapped(block.text)
    case 'code': return `    ${shown(block.text)}`
    case 'quote': return linesOf(block.text).map(line => (line.trim() === '' ? '>' : wrapped(line, '> ', '> '))).join('\n')
    case 'list': return block.items.map(item => wrapped(item, '- ')).join('\n')
    case 'facts': return block.rows.map(([name, value]) => wrapped(`${name}${locale === 'ja' ? '：' : ': '}${value}`, '', '  ')).join('\n')
    case 'links': return block.links.map(({ label, url }) => `${wrapped(label, '- ')}\n  ${webLink(url)}`).join('\n')
    case 'act': return `${wrapped(block.label)}${locale === 'ja' ? '：' : ':'}\n${webLink(block.url)}`
  }
}

/** Links are made by us; one that leads elsewhere than to the web is our mistake. */
const webLink = (url: string): string => {
  assert(/^https?:\/\/[^\s<>"'\\]+$/.test(url), 'a link in a letter leads to the web')
  return url
}

const page = (subject: string, blocks: readonly Block[], title: string, people: readonly (readonly [string, string])[], locale: Locale): string => `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(subject)}</title><style>${style}</style></head>
<body><main>
${blocks.map(htmlOf).filter(part => part !== '').join('\n')}
<footer><h2>${escapeHtml(title)}</h2>
${rowsOf(people)}</footer>
</main></body></html>
`

const safe = (text: string): string => escapeHtml(shown(text))
const htmlOf = (block: Block): string => {
  switch (block.kind) {
    case 'says': return `<p>${safe(block.text)}</p>`
    case 'aside': return `<p class="aside">${safe(block.text)}</p>`
    case 'code': return `<p class="code">${safe(block.text)}</p>`
    case 'quote': return `<blockquote>${linesOf(block.text).map(safe).join('<br>')}</blockquote>`
    case 'list': return `<ul>${block.items.map(item => `<li>${safe(item)}</li>`).join('')}</ul>`
    case 'facts': return rowsOf(block.rows)
    case 'links': return `<ul>${block.links.map(({ label, url }) => `<li><a href="${escapeHtml(webLink(url))}">${safe(label)}</a></li>`).join('')}</ul>`
    case 'act': return `<p><a class="act" href="${escapeHtml(webLink(block.url))}">${safe(block.label)}</a></p>`
  }
}

const rowsOf = (rows: readonly (readonly [string, string])[]): string => `<table>${rows.map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td>${safe(value)}</td></tr>`).join('')}</table>`

const style = `:root{color-scheme:light dark}body{margin:0;background:#F6F7F8;color:#15181D;font:16px/1.6 system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP","Yu Gothic UI",sans-serif}
main{max-width:600px;margin:0 auto;padding:24px;background:#FFF;overflow-wrap:anywhere}p,ul,table,blockquote{margin:0 0 16px}ul{padding-left:24px}h2{font-size:14px;margin:0 0 8px}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0;font-weight:400}th{color:#474E5A;min-width:96px}td{font-weight:600}blockquote{border-left:3px solid #B0B7C1;padding-left:12px}
a{color:#0B57A4}.act{display:inline-block;padding:12px 20px;border-radius:6px;background:#0B57A4;color:#FFF;text-decoration:none;font-weight:600}.code{font:600 28px/1.4 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.15em}.aside,footer{color:#474E5A;font-size:14px}footer{border-top:1px solid #D4D8DE;margin-top:24px;padding-top:16px}footer td{font-weight:400}
@media (prefers-color-scheme:dark){body{background:#0D0F12;color:#E9EBEE}main{background:#14171B}th,.aside,footer{color:#B0B7C1}a{color:#8EC1F5}.act{background:#8EC1F5;color:#0D0F12}footer{border-color:#3A414B}}`
