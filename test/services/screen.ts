type Line = { text: string; isBroken?: boolean }

const escape = '\u001b'
const pieces = new RegExp(`(${escape}\\[\\??(\\d*)([A-Za-z]))|[^]`, 'gu')

/**
 * A terminal as far as our live view uses one: text, newlines, going up and down, home, clearing below. `reflows`: made narrower it breaks long lines in two, as most do, or cuts
 * them off, as xterm does. All characters are one column wide.
 */
export class Screen {
  readonly #reflows: boolean
  #columns: number
  #rows: number
  /** Everything from the first line on; the last `rows` of it are on the screen. `isBroken`: it goes on in the next line. */
  #lines: Line[] = [{ text: '' }]
  #at = { line: 0, column: 0 }

  constructor(columns: number, rows: number, reflows: boolean) {
    [this.#columns, this.#rows, this.#reflows] = [columns, rows, reflows]
  }

  /** What can be seen, without the empty lines below. */
  get seen(): string[] {
    return trimmed(this.#lines.slice(this.#top))
  }

  /** What can be scrolled back to, and what can be seen. */
  get all(): string[] {
    return trimmed(this.#lines)
  }

  get #top(): number {
    return Math.max(0, this.#lines.length - this.#rows)
  }

  write(text: string): void {
    for (const [part, , count = '', letter] of text.matchAll(pieces)) {
      if (letter === undefined) this.#put(part)
      else this.#obey(letter, Number(count || 1))
    }
  }

  narrow(columns: number): void {
    this.#columns = columns
    const at = this.#at.line
    const lines: Line[] = []
    let whole = ''
    for (const [n, { text, isBroken }] of this.#lines.entries()) {
      whole += text
      if (n === at) this.#at.line = lines.length
      if (isBroken === true) continue
      const parts = this.#reflows ? (whole.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']) : [whole.slice(0, columns)]
      lines.push(...parts.map((part, i): Line => ({ text: part, isBroken: i < parts.length - 1 })))
      whole = ''
    }
    this.#lines = lines
  }

  #put(c: string): void {
    if (c === '\r') this.#at.column = 0
    else if (c === '\n') this.#down()
    else {
      if (this.#at.column >= this.#columns) this.#down()
      const line = this.#line()
      line.text = line.text.padEnd(this.#at.column).slice(0, this.#at.column) + c + line.text.slice(this.#at.column + 1)
      this.#at.column++
    }
  }

  #down(): void {
    this.#at = { line: this.#at.line + 1, column: 0 }
    this.#line()
  }

  #line(): Line {
    while (this.#lines.length <= this.#at.line) this.#lines.push({ text: '' })
    return this.#lines[this.#at.line] ?? { text: '' }
  }

  #obey(letter: string, count: number): void {
    const top = this.#top
    if (letter === 'A') this.#at.line = Math.max(top, this.#at.line - count)
    else if (letter === 'B') {
      this.#at.line = Math.min(top + this.#rows - 1, this.#at.line + count)
      this.#line()
    } else if (letter === 'H') this.#at = { line: top, column: 0 }
    else if (letter === 'J') {
      this.#line().text = this.#line().text.slice(0, this.#at.column)
      for (const line of this.#lines.slice(this.#at.line + 1)) line.text = ''
    }
  }
}

const trimmed = (lines: readonly { readonly text: string }[]): string[] => {
  const texts = lines.map(line => line.text.trimEnd())
  return texts.slice(0, texts.findLastIndex(text => text !== '') + 1)
}
