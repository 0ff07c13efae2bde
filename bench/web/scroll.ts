import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { openBrowser, visit, type Visit } from './browser.ts'
import { categories, type Frames, framesIn } from './frames.ts'

/** `blank`: frames of the page's own thread at whose beginning a row in sight was neither drawn nor said to be loading. */
export type ScrollFigures = Frames & { readonly way: string; readonly rows: number; readonly blank: number }

type Way = { readonly way: string; scroll(page: Page, session: CDPSession): Promise<void> }
const [wheelPx, wheelPxPerSecond, pageDowns, pullSteps, pullMs] = [24_000, 3_000, 30, 120, 2_000]

/** How people go through a long table. The wheel turns as fast as a person flicks it; keys come as fast as they repeat when they are held; the scroll bar is pulled from top to end in two seconds. */
const ways: readonly Way[] = [
  { way: 'wheel', scroll: async (page, session) => { const { x, y } = await middle(page); await session.send('Input.synthesizeScrollGesture', { x, y, yDistance: -wheelPx, speed: wheelPxPerSecond, gestureSourceType: 'mouse', preventFling: true }) } },
  { way: 'wheel back', scroll: async (page, session) => { const { x, y } = await middle(page); await session.send('Input.synthesizeScrollGesture', { x, y, yDistance: wheelPx, speed: wheelPxPerSecond, gestureSourceType: 'mouse', preventFling: true }) } },
  { way: 'J held', scroll: async page => { for (let n = 0; n < 120; n++) { await page.keyboard.press('j'); await pause(25) } } },
  { way: 'Page Down held', scroll: async page => { for (let n = 0; n < pageDowns; n++) { await page.keyboard.press('PageDown'); await pause(60) } } },
  { way: 'scroll bar', scroll: pull },
  { way: 'Ctrl End, Ctrl Home', scroll: async page => { for (const key of ['End', 'Home', 'End', 'Home']) { await page.keyboard.press(`Control+${key}`); await pause(400) } } },
]

/** Scrolls the table of moves in each of these ways, and reads from a trace of each what became of its frames. `trace`: where the traces are written, each with the name of its way. */
export const benchScroll = async (who: Visit, trace: string | undefined): Promise<readonly ScrollFigures[]> => {
  await using browser = await openBrowser()
  const { page, context } = await visit(browser, who)
  await page.goto(`${who.site}/console/moves`)
  const grid = page.getByRole('grid', { name: 'Moves' })
  await grid.locator('[aria-rowindex="2"]').waitFor()
  await grid.focus()
  const session = await context.newCDPSession(page)
  const all: ScrollFigures[] = []
  for (const one of ways) {
    const figures = await traced(browser, page, session, one, trace)
    // What is drawn for the first time has its styles worked out and its code compiled: that is the page's first second, not scrolling.
    all.push(figures)
  }
  return all
}

const traced = async (browser: Browser, page: Page, session: CDPSession, { way, scroll }: Way, trace: string | undefined): Promise<ScrollFigures> => {
  await session.send('HeapProfiler.collectGarbage')
  await pause(500)
  await browser.startTracing(page, { categories: [...categories] })
  await page.evaluate(watch)
  await scroll(page, session)
  await page.evaluate(`performance.mark('rehome-end')`)
  await pause(200)
  const text = (await browser.stopTracing()).toString('utf8')
  if (trace !== undefined) writeFileSync(trace.replace(/(\.json)?$/, `-${way.replaceAll(/\W+/g, '-').toLowerCase()}.json`), text)
  const { rows, blank } = await page.evaluate<{ readonly rows: number; readonly blank: number }>('window.rehomeWatched()')
  return { way, rows, blank, ...framesIn(text, 'rehome-begin', 'rehome-end') }
}

/** In the page: at each of its frames, whether each row in sight has its line. Reads only what is worked out already. */
const watch = `(() => {
  const box = document.querySelector('[role="grid"]')
  const total = Number(box.getAttribute('aria-rowcount')) - 1
  const height = box.clientHeight - 36
  let [blank, isOver] = [0, false]
  const look = () => {
    if (isOver) return
    const first = Math.floor(box.scrollTop / 40), last = Math.min(total - 1, Math.floor((box.scrollTop + height) / 40))
    const there = new Set([...box.querySelectorAll('[aria-rowindex]')].map(row => Number(row.getAttribute('aria-rowindex')) - 2))
    if (box.querySelector('[data-passing]') === null) for (let n = first; n <= last; n++) if (!there.has(n)) { blank++; break }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  window.rehomeWatched = () => { isOver = true; return { rows: total, blank } }
  performance.mark('rehome-begin')
})()`

const middle = async (page: Page): Promise<{ readonly x: number; readonly y: number }> => {
  const box = await page.getByRole('grid', { name: 'Moves' }).boundingBox()
  if (box === null) throw new Error('the table is not in sight')
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }
}

/** From the top to the end of all rows, the bar's handle pulled by the mouse. */
async function pull(page: Page): Promise<void> {
  const place = await page.evaluate<{ readonly x: number; readonly top: number; readonly height: number } | null>(`(() => {
    const box = document.querySelector('[role="grid"]'), { top, right } = box.getBoundingClientRect()
    return box.offsetWidth === box.clientWidth ? null : { x: right - (box.offsetWidth - box.clientWidth) / 2, top: top + 24, height: box.clientHeight - 40 }
  })()`)
  if (place === null) throw new Error('the table has no scroll bar')
  const { x, top, height } = place
  await page.keyboard.press('Control+Home')
  await pause(400)
  await page.mouse.move(x, top)
  await page.mouse.down()
  for (let n = 1; n <= pullSteps; n++) { await page.mouse.move(x, top + height * n / pullSteps); await pause(pullMs / pullSteps) }
  await page.mouse.up()
  const { at, end } = await page.evaluate<{ readonly at: number; readonly end: number }>(`(() => { const box = document.querySelector('[role="grid"]'); return { at: box.scrollTop, end: box.scrollHeight - box.clientHeight } })()`)
  if (at < end * 0.9) throw new Error(`the bar was pulled to ${Math.round(at)} of ${end} only`)
}
