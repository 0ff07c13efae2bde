import { existsSync } from 'node:fs'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

export type ScrollFigures = { readonly rows: number; readonly seconds: number; readonly frames: number; readonly dropped: number; readonly p95Ms: number; readonly worstMs: number; /** What the page's own thread computed for a frame: what is left of 16.7 ms is free, however busy the machine is besides. */ readonly cpuMsPerFrame: number; readonly longTasks: number; readonly clickP95Ms: number }

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const frameMs = 1_000 / 60

/**
 * Scrolls through the whole table of moves five rows a frame, faster than any wheel, and looks at each frame that the page drew: at 60 a second one may take 16.7 ms, and one that took half as much again
 * has lost at least one. Pages of the list come meanwhile. Afterwards rows are chosen by a click, and it is measured how long it takes until that is drawn.
 */
export const benchScroll = async (site: string, token: string): Promise<ScrollFigures> => {
  const executablePath = programs.find(existsSync)
  if (executablePath === undefined) throw new Error('no Chromium is there: apt-get install -y chromium')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'] })
  try {
    return await measure(browser, site, token)
  } finally {
    await browser.close()
  }
}

const measure = async (browser: Browser, site: string, token: string): Promise<ScrollFigures> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  await context.addCookies([{ name: 'rehome', value: token, url: site, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  await page.goto(`${site}/console/moves`)
  await page.getByRole('grid', { name: 'Moves' }).locator('[aria-rowindex="2"]').waitFor()
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await computedMs(session)
  const { frames, longTasks, rows, seconds } = await scroll(page, session)
  const cpuMsPerFrame = (await computedMs(session) - before) / frames.length
  const sorted = frames.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  // Of the frames that were due, those that were not drawn.
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / frameMs) - 1), 0)
  return { rows, seconds, frames: frames.length, dropped, p95Ms: at(0.95), worstMs: at(1), cpuMsPerFrame, longTasks, clickP95Ms: await clicks(page) }
}

const computedMs = async (session: CDPSession): Promise<number> => ((await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000

type Scrolled = { readonly frames: readonly number[]; readonly longTasks: number; readonly rows: number; readonly seconds: number }

/** In the page, so that nothing but its own work is between two frames. */
const scroll = async (page: Page, session: CDPSession): Promise<Scrolled> => {
  await session.send('HeapProfiler.collectGarbage')
  return await page.evaluate<Scrolled>(`(async () => {
    const box = document.querySelector('[role="grid"]')
    const total = Number(box.getAttribute('aria-rowcount')) - 1
    let longTasks = 0
    new PerformanceObserver(list => { longTasks += list.getEntries().length }).observe({ type: 'longtask' })
    const frames = []
    const began = performance.now()
    await new Promise(resolve => {
      let before = performance.now()
      const step = now => {
        frames.push(now - before)
        before = now
        box.scrollTop += 200
        const last = Math.max(...[...box.querySelectorAll('[aria-rowindex]')].map(row => Number(row.getAttribute('aria-rowindex'))))
        if (last >= total + 1 || now - began > 120_000) resolve(undefined)
        else requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    })
    return { frames: frames.slice(1), longTasks, rows: total, seconds: (performance.now() - began) / 1000 }
  })()`)
}

/** From a click on a row's box until the row is drawn as chosen. */
const clicks = async (page: Page): Promise<number> => {
  const all = await page.evaluate<number[]>(`(async () => {
    const all = []
    for (let n = 0; n < 40; n++) {
      const boxes = [...document.querySelectorAll('[role="row"] input[type="checkbox"]')].slice(1)
      const began = performance.now()
      boxes[n % boxes.length].click()
      await new Promise(resolve => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => resolve(undefined); channel.port2.postMessage(0) }))
      all.push(performance.now() - began)
    }
    return all
  })()`)
  return all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? 0
}
