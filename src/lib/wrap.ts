/** Lines of at most `columns` columns; ideographs and kana take two. Words, addresses of the web above all, are never cut: a longer one has a line of its own, over the limit. */
export const wrap = (text: string, columns: number): readonly string[] => {
  const lines: string[] = []
  let [line, gap] = ['', '']
  for (const piece of piecesOf(text)) {
    if (piece.trim() === '') {
      gap = ' '
      continue
    }
    const isFull = line !== '' && columnsOf(line + gap + piece) > columns
    if (isFull) lines.push(line)
    line = isFull || line === '' ? piece : line + gap + piece
    gap = ''
  }
  return line === '' ? lines : [...lines, line]
}

/** As a terminal or a plain mail shows it. */
export const columnsOf = (text: string): number => [...text].reduce((sum, c) => sum + (wide.test(c) ? 2 : 1), 0)

const wide = /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u

/** What a Japanese line never begins with (punctuation, closing brackets, small kana, the long-vowel mark), and what it never ends with. */
const notFirst = '、。，．・：；？！」』）］｝】〉》〕ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々％'
const notLast = '「『（［｛【〈《〔'

/** What a line may be broken between. */
const piecesOf = (text: string): readonly string[] => {
  const pieces: string[] = []
  for (const c of text) {
    const last = pieces.at(-1)
    if (last !== undefined && isJoined(last, c)) pieces[pieces.length - 1] = last + c
    else pieces.push(c)
  }
  return pieces
}

const isJoined = (last: string, c: string): boolean => {
  const [end, isSpace, wasSpace] = [[...last].at(-1) ?? '', c.trim() === '', last.trim() === '']
  if (isSpace || wasSpace) return isSpace && wasSpace
  if (notFirst.includes(c) || notLast.includes(end)) return true
  return !wide.test(c) && !wide.test(end)
}
