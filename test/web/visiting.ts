import type { Page, Request } from 'playwright-core'
import { until } from '#test/services/until.ts'

const wait = 20_000

/** Goes to one address after the other within one page, as links do, and waits until what is to be seen there is there. */
export const visiting = async (page: Page, now: number): Promise<(at: string) => Promise<void>> => {
  const waiting = new Set<Request>()
  let last = performance.now()
  page.on('request', request => {
    // What goes on for as long as somebody looks is not waited for.
    if (/\/live(\?|$)/.test(request.url())) return
    waiting.add(request)
    last = performance.now()
  })
  const ended = (request: Request): void => { if (waiting.delete(request)) last = performance.now() }
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  await page.clock.setFixedTime(now)
  let face = ''
  return async at => {
    const [, to = ''] = at.split('/')
    if (face === to) await page.evaluate(`history.pushState(null, '', ${JSON.stringify(at)})`)
    else {
      waiting.clear()
      await page.goto(new URL(at, page.url()).href)
    }
    face = to
    await until(`${at} to have everything`, async () => await page.evaluate<boolean>(isThere) && waiting.size === 0 && performance.now() - last > 120, { withinMs: wait }).catch((error: unknown) => { throw new Error(`${at} is not there: ${[...waiting].map(request => request.url()).join(', ')}`, { cause: error }) })
  }
}

/** What is folded away is asked for when somebody looks. */
const isThere = 'document.querySelector("h1") !== null && [...document.querySelectorAll("[aria-busy=true]")].every(one => !one.checkVisibility())'

/** As the system of whoever looks has it, once no colour is on its way from one to the other. */
export const inTheme = async (page: Page, theme: 'light' | 'dark'): Promise<void> => {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await until(`it is ${theme}`, () => page.evaluate<boolean>(`document.documentElement.dataset.theme === '${theme}'`), { withinMs: wait })
  await page.evaluate('new Promise(done => { requestAnimationFrame(() => { requestAnimationFrame(done) }) })')
  await until('all colours are there', () => page.evaluate<boolean>('document.getAnimations().every(one => !(one instanceof CSSTransition) || one.playState !== "running")'), { withinMs: wait })
}
