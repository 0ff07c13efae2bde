import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** A browser without a window and without a graphics card: what it draws, the processor computes, at the browser's own 60 frames a second. */
export const openBrowser = async (): Promise<Browser & AsyncDisposable> => {
  const executablePath = programs.find(existsSync)
  if (executablePath === undefined) throw new Error('no Chromium is there: apt-get install -y chromium')
  const browser = await chromium.launch({ executablePath, ignoreDefaultArgs: ['--hide-scrollbars'], args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run', '--disable-component-update'] })
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() })
}

export type Visit = { readonly site: string; /** Of somebody who has signed in. */ readonly token: string; readonly isPhone?: boolean }

/** A page of somebody who has signed in. */
export const visit = async (browser: Browser, { site, token, isPhone = false }: Visit): Promise<{ readonly page: Page; readonly context: BrowserContext }> => {
  const context = await browser.newContext({ viewport: isPhone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, locale: 'en-GB', ...(isPhone ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}) })
  await context.addCookies([{ name: 'rehome', value: token, url: site, httpOnly: true, sameSite: 'Lax' }])
  return { context, page: await context.newPage() }
}
