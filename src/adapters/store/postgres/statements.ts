import { lex, type Token } from './lexer.ts'

/**
 * SQL cut after each statement's semicolon; what stands before a statement goes with it, and what follows the last one is a piece of its own. Joined again
 * the pieces are the input. A semicolon inside quotes, comments, parentheses (the actions of a rule) or a body between BEGIN ATOMIC and END does not cut.
 */
export const splitStatements = (sql: string): string[] => {
  const pieces: string[] = []
  let from = 0
  let nesting = new Nesting()
  for (const token of lex(sql)) {
    if (!nesting.ends(sql, token)) continue
    pieces.push(sql.slice(from, token.to))
    from = token.to
    nesting = new Nesting()
  }
  if (from < sql.length) pieces.push(sql.slice(from))
  return pieces
}

/** How deep in one statement we are. */
class Nesting {
  #parentheses = 0
  #blocks = 0
  #previous = ''

  /** Takes a token in; true: the statement ends with it. */
  ends(sql: string, { kind, from, to }: Token): boolean {
    if (kind === 'symbol') {
      const symbol = sql[from]
      if (symbol === '(') this.#parentheses++
      else if (symbol === ')') this.#parentheses = Math.max(0, this.#parentheses - 1)
      else if (symbol === ';') return this.#parentheses === 0 && this.#blocks === 0
    }
    if (kind === 'word' && this.#parentheses === 0) this.#word(to - from > 6 ? '' : sql.slice(from, to).toLowerCase())
    else if (kind !== 'space') this.#previous = ''
    return false
  }

  /** Inside a body CASE ends with END as well. None of the three can be a name there unless it is quoted. */
  #word(word: string): void {
    if (word === 'atomic' && this.#previous === 'begin') this.#blocks++
    else if (word === 'case' && this.#blocks > 0) this.#blocks++
    else if (word === 'end' && this.#blocks > 0) this.#blocks--
    this.#previous = word
  }
}
