/** A pure function that is asked the same over and over: it answers from memory what it answered before. So many answers are kept at most, then it forgets them all. */
export const remembered = <Asked extends readonly (string | number)[], Answer>(most: number, answer: (...asked: Asked) => Answer): ((...asked: Asked) => Answer) => {
  const known = new Map<string, Answer>()
  return (...asked) => {
    const key = asked.join('\0')
    const before = known.get(key)
    if (before !== undefined) return before
    const found = answer(...asked)
    if (known.size >= most) known.clear()
    known.set(key, found)
    return found
  }
}
