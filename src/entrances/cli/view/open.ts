import type { Desk } from '../desk.ts'
import type { Told } from '../services.ts'
import { plainWriter } from './plain.ts'
import { render } from './render.ts'
import { afterSaid, emptyState, reduce } from './state.ts'

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

/** After a change of the terminal's size, until it is taken for final: somebody drags its edge. */
const settleMs = 150

/** Redraws in place, at most ten times a second: goes up over what it wrote, writes anew, and clears what is left. */
const liveView = (out: NodeJS.WriteStream): View => {
  let state = emptyState
  let drawn: string[] = []
  let drawnWidth = 0
  /** Narrower than what is drawn: some terminals have broken its lines, some have cut them off, and we may have written once more before we heard of it. */
  let isBroken = false
  let settledAt = 0
  /** A sentence stands above, with no space yet to what comes. */
  let isBelow = false
  const draw = (isLast: boolean): void => {
    if (!isLast && Date.now() < settledAt) return
    const rendered = render(state, Math.min(widthOf(out), out.columns) - 1, Date.now())
    const all = isBelow && rendered.length > 0 ? ['', ...rendered] : rendered
    // What is higher than the screen cannot be gone back over: then only its end is shown, but for the last time.
    const lines = isLast ? all : all.slice(-Math.max(5, out.rows - 2))
    const back = isBroken ? pushedAway(out.rows) : drawn.length > 0 ? `\u001b[${drawn.length}A\r` : ''
    out.write(`\u001b[?2026h${back}\u001b[J${lines.map(line => `${line}\n`).join('')}\u001b[?2026l`)
    drawn = lines
    drawnWidth = out.columns
    isBroken = false
  }
  const onResize = (): void => {
    if (drawn.length > 0 && out.columns < drawnWidth) isBroken = true
    settledAt = Date.now() + settleMs
  }
  out.on('resize', onResize)
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
      out.off('resize', onResize)
      if (drawn.length > 0) draw(true)
    },
  }
}

/** Moves all that is on the screen up and out of it, to where it can be scrolled back to. Nobody knows how many lines of it are ours. */
const pushedAway = (rows: number): string => `\u001b[${rows}B${'\n'.repeat(rows)}\u001b[H`
