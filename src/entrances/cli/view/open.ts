import type { Desk } from '../desk.ts'
import type { Told } from '../services.ts'
import { plainWriter } from './plain.ts'
import { render } from './render.ts'
import { afterSaid, emptyState, reduce } from './state.ts'
import { columns } from './text.ts'

/** How a command shows what happens: a live screen, plain lines, or JSON. */
export type View = { show(event: Told): void; /** A sentence under it all. */ say(text: string): void; close(): void }

const everyMs = 100

export const widthOf = (out: NodeJS.WriteStream): number => Math.max(40, Math.min(out.isTTY ? out.columns : 100, 120))

export const openView = ({ out, environment }: Pick<Desk, 'out' | 'environment'>, isJson: boolean): View => {
  if (isJson) return { show: event => { out.write(`${JSON.stringify(event)}\n`) }, say: () => { /* machines read the events */ }, close: () => { /* nothing to put away */ } }
  if (!out.isTTY || environment['TERM'] === 'dumb' || environment['CI'] !== undefined) {
    const show = plainWriter(text => out.write(text))
    return { show, say: text => { out.write(`${text}\n`) }, close: () => { /* nothing to put away */ } }
  }
  return liveView(out)
}

/** Redraws in place, at most ten times a second: goes up over what it wrote, writes anew, and clears what is left. */
const liveView = (out: NodeJS.WriteStream): View => {
  let state = emptyState
  let drawn: string[] = []
  let drawnWidth = 0
  /** A sentence stands above, with no space yet to what comes. */
  let isBelow = false
  const draw = (isLast: boolean): void => {
    const width = widthOf(out)
    const rendered = render(state, Math.min(width, out.columns) - 1, Date.now())
    const all = isBelow && rendered.length > 0 ? ['', ...rendered] : rendered
    // What is higher than the screen cannot be gone back over: then only its end is shown, but for the last time.
    const lines = isLast ? all : all.slice(-Math.max(5, out.rows - 2))
    // A terminal that was made narrower has broken the old lines in two.
    const up = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columns(line) / Math.max(1, Math.min(drawnWidth, out.columns)))), 0)
    out.write(`\u001b[?2026h${up > 0 ? `\u001b[${up}A\r` : ''}\u001b[J${lines.map(line => `${line}\n`).join('')}\u001b[?2026l`)
    drawn = lines
    drawnWidth = out.columns
  }
  const timer = setInterval(() => draw(false), everyMs)
  return {
    show(event) { state = reduce(state, event, Date.parse(event.at)) },
    say(text) {
      draw(true)
      out.write(`${drawn.length > 0 ? '\n' : ''}${text}\n`)
      drawn = []
      state = afterSaid(state)
      isBelow = true
    },
    close() {
      clearInterval(timer)
      if (drawn.length > 0) draw(true)
    },
  }
}
