/** Words on lines of at most `width` columns; the second line on begins with `indent`. A word longer than a line is cut. */
export const wrap = (text: string, width: number, indent = ''): string[] => {
  const lines: string[] = []
  let line = ''
  const lead = /^ */.exec(text)?.[0] ?? ''
  for (const word of text.trim().split(/ +/)) {
    const start = lines.length === 0 ? lead : indent
    if (line === '') line = start + word
    else if (columns(line) + 1 + columns(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = indent + word
    }
    while (columns(line) > width) {
      lines.push(cut(line, width, ''))
      line = indent + [...line].slice([...cut(line, width, '')].length).join('')
    }
  }
  return [...lines, line]
}

/** Cut to `width` columns, with an ellipsis where something is missing. */
export const cut = (text: string, width: number, ellipsis = '…'): string => {
  if (columns(text) <= width) return text
  let kept = ''
  let used = columns(ellipsis)
  for (const c of text) {
    used += columns(c)
    if (used > width) break
    kept += c
  }
  return kept + ellipsis
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)))

/** Terminal columns: East Asian wide characters take two, combining marks none. */
export const columns = (text: string): number => {
  let count = 0
  for (const c of text) count += /\p{M}/u.test(c) ? 0 : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(c) && c > '\u00ff' && !'✓✗▸·█░!'.includes(c) ? 2 : 1
  return count
}
