import type { Browser } from 'playwright-core'
import { visit, type Visit } from './browser.ts'

export type FirstLoad = { readonly face: string; readonly scriptBytes: number; readonly scripts: number; readonly seenMs: number }

/** Bytes of script that came over the line, headers and all, until the first page of a face was there and nothing more was asked for; nothing is in the browser's cache. */
export const benchFirstLoad = async (browser: Browser, face: 'console' | 'portal', who: Visit): Promise<FirstLoad> => {
  const { page, context } = await visit(browser, who)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  const scripts = new Map<string, number>()
  session.on('Network.responseReceived', ({ requestId, type, response }) => { if (type === 'Script' || response.mimeType.includes('javascript')) scripts.set(requestId, 0) })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (scripts.has(requestId)) scripts.set(requestId, encodedDataLength) })
  const began = performance.now()
  await page.goto(`${who.site}/${face}/${face === 'console' ? 'overview' : ''}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const seenMs = performance.now() - began
  await page.waitForLoadState('networkidle')
  await context.close()
  return { face, scriptBytes: [...scripts.values()].reduce((a, b) => a + b, 0), scripts: scripts.size, seenMs }
}
