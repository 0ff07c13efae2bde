import type { Context } from 'hono'
import { sha256Base64 } from '#lib/hash.ts'
import { escapeHtml } from '#lib/escape-html.ts'
import type { Locale, Text } from '#domain/locale.ts'

/** A button that asks something of us, without a script. */
export type Button = { readonly to: string; readonly says: Text; readonly fields?: readonly Field[] }
export type Field = { readonly name: string; readonly says: Text; readonly type?: 'text' | 'email' | 'password'; readonly value?: string; readonly choices?: readonly string[]; readonly least?: number }
export type Said = { readonly title: Text; readonly lines: readonly Text[]; readonly links?: readonly { readonly to: string; readonly says: Text }[]; readonly button?: Button; /** Where it goes on. */ readonly link?: string }

const css = `:root{color-scheme:light dark}body{font:16px/24px system-ui,"Noto Sans JP",sans-serif;max-width:30rem;margin:12vh auto;padding:0 24px}h1{font-size:20px;line-height:28px}button{font:inherit;padding:10px 16px;border:1px solid;border-radius:6px;background:CanvasText;color:Canvas;cursor:pointer}label{display:block;margin:0 0 16px}input,select{font:inherit;display:block;width:100%;box-sizing:border-box;padding:8px;margin-top:4px}`
const policy = `default-src 'none'; style-src 'sha256-${sha256Base64(css)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** One page of a few sentences that works without scripts. Its address, which may hold a token, is told to nobody. */
export const page = (c: Context, locale: Locale, said: Said, status: 200 | 400 | 403 | 404 | 409 | 410 | 422 = 200): Response => c.body(htmlOf(locale, said), status, pageHeaders)

export const htmlOf = (locale: Locale, { title, lines, links = [], button, link }: Said): string => {
  const says = (text: Text): string => escapeHtml(text[locale])
  const form = button === undefined ? '' : `<form method="post" action="${escapeHtml(button.to)}">${(button.fields ?? []).map(field => fieldHtml(field, says)).join('')}<button>${says(button.says)}</button></form>`
  const linksHtml = links.map(({ to, says: label }) => `<p><a href="${escapeHtml(to)}">${says(label)}</a></p>`).join('')
  const onward = link === undefined ? '' : `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${says(title)}</title><style>${css}</style></head><body><main><h1>${says(title)}</h1>${lines.map(line => `<p>${says(line)}</p>`).join('')}${linksHtml}${onward}${form}</main></body></html>`
}

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin',
  // Where it comes from, and no more: forms say whose page they are on, and nobody learns the path.
  'referrer-policy': 'strict-origin',
} as const

const fieldHtml = ({ name, says: label, type = 'text', value = '', choices, least }: Field, says: (text: Text) => string): string => {
  const input = choices === undefined
    ? `<input name="${name}" type="${type}" value="${escapeHtml(value)}" required${least === undefined ? '' : ` minlength="${least}"`}>`
    : `<select name="${name}">${choices.map(one => `<option${one === value ? ' selected' : ''}>${escapeHtml(one)}</option>`).join('')}</select>`
  return `<label>${says(label)}${input}</label>`
}

/** Of somebody who is not known: what their browser prefers of the two. */
export const preferred = (c: Context): Locale => preferredIn(c.req.header('accept-language') ?? '')
export const preferredIn = (accepted: string): Locale => (/^\s*ja\b/i.test(accepted) ? 'ja' : 'en')
