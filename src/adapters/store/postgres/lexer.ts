/**
 * What SQL is made of, as PostgreSQL's own scanner cuts it with `standard_conforming_strings` on. `word`: an unquoted identifier, keyword or number; `name`: a
 * quoted identifier; `string`: any literal in quotes or dollars, its prefix (E, U&, B, X, N) included; `space`: blanks and comments; `symbol`: one character.
 */
export type Token = { readonly kind: 'word' | 'name' | 'string' | 'space' | 'symbol'; readonly from: number; readonly to: number }

/** The tokens of `sql`, in order, without a gap: whatever it is. What is never closed reaches to the end. */
export function* lex(sql: string): Generator<Token> {
  for (let at = 0; at < sql.length; ) {
    const token = next(sql, at)
    yield token
    at = token.to
  }
}

const next = (sql: string, from: number): Token => {
  const word = match(wordStart, sql, from)
  if (word > from) return isPrefix(sql, from, word) ? string(sql, from, word) : { kind: 'word', from, to: word }
  const space = match(blank, sql, from)
  if (space > from) return { kind: 'space', from, to: space }
  const first = sql[from]
  if (first === '"') return { kind: 'name', from, to: closing(sql, from, '"') }
  if (first === "'") return string(sql, from, from)
  if (first === '$') return dollars(sql, from)
  if (sql.startsWith('--', from)) return { kind: 'space', from, to: match(line, sql, from) }
  if (sql.startsWith('/*', from)) return { kind: 'space', from, to: commentEnd(sql, from) }
  return { kind: 'symbol', from, to: from + 1 }
}

/** Digits too: `1e5` holds no quote, and what matters of a number is where it ends. */
const wordStart = /[A-Za-z0-9_\u0080-\u{10ffff}][A-Za-z0-9_$\u0080-\u{10ffff}]*/uy
const blank = /[ \t\n\r\f\v]+/y
const line = /--[^\n\r]*/y
const tag = /\$(?:[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*)?\$/uy

const match = (pattern: RegExp, sql: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(sql) ? pattern.lastIndex : from
}

/** `E'`, `U&'` and their like: letters that belong to the literal that follows at once. */
const isPrefix = (sql: string, from: number, to: number): boolean => to - from === 1 && sql[to] === "'" && /[EeBbXxNn]/.test(sql[from] ?? '')

/** Only E-strings know a backslash. `U&` needs no care: its ampersand is a symbol and its quotes double like any others. */
const string = (sql: string, from: number, quote: number): Token => {
  const escapes = quote > from && /[Ee]/.test(sql[from] ?? '')
  return { kind: 'string', from, to: escapes ? escapedClosing(sql, quote) : closing(sql, quote, "'") }
}

/** After the quote that closes, or the end. Doubled quotes do not close. */
const closing = (sql: string, open: number, quote: string): number => {
  for (let at = open + 1; ; at += 2) {
    at = sql.indexOf(quote, at)
    if (at < 0) return sql.length
    if (sql[at + 1] !== quote) return at + 1
  }
}

const escapedClosing = (sql: string, open: number): number => {
  for (let at = open + 1; at < sql.length; at++) {
    if (sql[at] === '\\') at++
    else if (sql[at] === "'" && sql[++at] !== "'") return at
  }
  return sql.length
}

const dollars = (sql: string, from: number): Token => {
  const open = match(tag, sql, from)
  if (open === from) return { kind: 'symbol', from, to: from + 1 }
  const close = sql.indexOf(sql.slice(from, open), open)
  return { kind: 'string', from, to: close < 0 ? sql.length : close + open - from }
}

/** Comments nest. */
const commentEnd = (sql: string, from: number): number => {
  for (let at = from + 2, depth = 1; ; ) {
    const close = sql.indexOf('*/', at)
    if (close < 0) return sql.length
    const open = sql.indexOf('/*', at)
    const opens = open >= 0 && open < close
    depth += opens ? 1 : -1
    at = (opens ? open : close) + 2
    if (depth === 0) return at
  }
}
