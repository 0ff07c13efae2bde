import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { percentile } from '../statistics.ts'
import { visit, type Visit } from './browser.ts'

/** `ms`: from the key or button to the next frame that was painted, each. */
export type Kind = { readonly kind: string; readonly ms: readonly number[] }
export type Interactions = { readonly all: readonly number[]; readonly byKind: readonly (Kind & { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number })[] }

/** Below this the browser tells of no interaction: so long it is taken to have lasted. */
const floorMs = 16
type Act = (kind: string, act: () => Promise<void>) => Promise<void>

/** Tours of the console and, on a phone, of the portal; what each key, click and tap took until the next frame, by the browser's Event Timing. */
export const benchInteractions = async (browser: Browser, console: Visit, portal: Visit, rounds: number): Promise<Interactions> => {
  const kinds = new Map<string, number[]>()
  await toured(browser, console, '/console/moves', kinds, rounds, aroundTheConsole)
  await toured(browser, portal, '/portal/', kinds, rounds, aroundThePortal)
  const byKind = [...kinds].map(([kind, ms]) => ({ kind, ms, p50Ms: percentile(ms, 50), p95Ms: percentile(ms, 95), maxMs: Math.max(...ms) })).toSorted((a, b) => b.p95Ms - a.p95Ms)
  return { all: byKind.flatMap(one => one.ms), byKind }
}

const toured = async (browser: Browser, who: Visit, path: string, kinds: Map<string, number[]>, rounds: number, tour: (page: Page, act: Act) => Promise<void>): Promise<void> => {
  const { page, context } = await visit(browser, who)
  await listen(context)
  await page.goto(`${who.site}${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (let round = 0; round < rounds; round++) {
    await tour(page, async (kind, act) => {
      await act()
      kinds.set(kind, [...kinds.get(kind) ?? [], ...await heard(page)])
    })
  }
  await context.close()
}

/** One number for each interaction since it was asked last: of all events that belong to it (down, up, click) the one that took longest. */
const listen = async (context: BrowserContext): Promise<void> => { await context.addInitScript(`(() => {
  let [byId, before] = [new Map(), 0]
  new PerformanceObserver(list => { for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) byId.set(interactionId, Math.max(byId.get(interactionId) ?? 0, duration)) }).observe({ type: 'event', durationThreshold: ${floorMs}, buffered: true })
  window.rehomeHeard = () => new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(() => {
    const [slow, count] = [[...byId.values()], performance.interactionCount]
    const all = [...slow, ...Array.from({ length: Math.max(0, count - before - slow.length) }, () => ${floorMs})]
    ;[byId, before] = [new Map(), count]
    done(all)
  }, 30)), 60))
})()`) }

const heard = (page: Page): Promise<readonly number[]> => page.evaluate<readonly number[]>('window.rehomeHeard()')

const slowly = { delay: 60 } as const

const aroundTheConsole = async (page: Page, act: Act): Promise<void> => {
  const grid = page.getByRole('grid', { name: 'Moves' })
  const press = (kind: string, key: string): Promise<void> => act(kind, () => page.keyboard.press(key))
  await grid.locator('[aria-rowindex="2"]').waitFor()
  await aroundTheTable(page, act)
  await act('open the palette', () => page.keyboard.press('Control+k'))
  const find = page.getByRole('textbox', { name: 'Find or run…' })
  await find.waitFor()
  await act('type into the palette', () => find.pressSequentially('customer 7777', slowly))
  await page.getByText('Customer 7777', { exact: true }).first().waitFor()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await press('go through what was found', key)
  await press('close the palette', 'Escape')
  await find.waitFor({ state: 'hidden' })
  await grid.focus()
  await act('open a move', () => page.keyboard.press('Enter'))
  const parts = page.getByRole('navigation', { name: 'Parts of the move' })
  await parts.waitFor()
  for (const link of (await parts.getByRole('link').all()).slice(0, 8)) await act('switch to a part of a move', () => link.click())
  for (const key of [']', ']', '[']) await press('switch to a part of a move', key)
  await aroundThePages(page, act)
  await page.keyboard.press('g')
  await act('go to a page', () => page.keyboard.press('m'))
  await page.waitForURL(/console\/moves$/)
}

const aroundTheTable = async (page: Page, act: Act): Promise<void> => {
  const grid = page.getByRole('grid', { name: 'Moves' })
  const press = (kind: string, key: string): Promise<void> => act(kind, () => page.keyboard.press(key))
  for (const row of [3, 5, 8]) await act('choose a row', () => grid.locator(`[aria-rowindex="${row}"] input`).click())
  await act('open a dialog', () => page.getByRole('button', { name: 'Give a T-0' }).click())
  await page.getByRole('dialog').waitFor()
  await press('close a dialog', 'Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await act('choose none', () => page.getByRole('button', { name: 'Choose none' }).click())
  await grid.focus()
  for (const key of ['j', 'j', 'k', 'ArrowRight', 'ArrowDown']) await press('go from cell to cell', key)
  for (const key of ['PageDown', 'PageDown', 'PageUp']) await press('page through the table', key)
  for (const key of ['Control+End', 'Control+Home']) await press('go to the end of the table', key)
  await grid.locator('[aria-rowindex="2"]').waitFor()
  for (let n = 0; n < 3; n++) await act('sort', () => grid.getByRole('button', { name: 'Customer' }).click())
  await press('go to the filter', '/')
  await act('type into the filter', () => page.getByRole('searchbox').pressSequentially('customer 12', slowly))
  await page.waitForURL(/named=/)
  await grid.getByText('Customer 12', { exact: true }).first().waitFor()
  await act('clear the filters', () => page.getByRole('button', { name: 'Clear filters' }).click())
  await page.waitForURL(/console\/moves$/)
  await act('open a list of choices', () => page.getByRole('combobox', { name: 'Stage' }).click())
  await act('filter by a choice', () => page.getByRole('option', { name: 'Planned' }).click())
  await page.waitForURL(/stage=/)
  await act('clear the filters', () => page.getByRole('button', { name: 'Clear filters' }).click())
  await act('open the columns', () => page.getByRole('button', { name: 'Columns', exact: true }).click())
  for (let n = 0; n < 2; n++) await act('show or hide a column', () => page.getByRole('checkbox', { name: 'From', exact: true }).click())
  await press('close a dialog', 'Escape')
  await grid.locator('[aria-rowindex="2"]').waitFor()
}

const aroundThePages = async (page: Page, act: Act): Promise<void> => {
  for (const key of ['o', 'q', 'l', 's', 'h', 'b', 'p', 'j']) {
    await page.keyboard.press('g')
    await act('go to a page', () => page.keyboard.press(key))
    await page.getByRole('heading', { level: 1 }).waitFor()
    await pause(150)
  }
  for (let n = 0; n < 3; n++) await act('change light and dark', () => page.getByRole('button', { name: 'Light, dark, or as the system' }).click())
  for (const [menu, item] of [[/^You:/, '日本語で表示'], [/^ユーザー:/, 'Show in English']] as const) {
    await act('open a menu', () => page.getByRole('button', { name: menu }).click())
    await act('change the language', () => page.getByRole('menuitem', { name: item }).click())
  }
  await act('open the map of keys', () => page.keyboard.press('?'))
  await page.getByRole('dialog').waitFor()
  await act('close a dialog', () => page.keyboard.press('Escape'))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

const aroundThePortal = async (page: Page, act: Act): Promise<void> => {
  const bar = page.getByRole('navigation', { name: 'Pages' })
  for (const name of ['Tasks', 'Date', 'Questions', 'More', 'Tasks'] as const) {
    await act('portal: go to a page', () => bar.getByRole('link', { name }).tap())
    await page.getByRole('heading', { level: 1, name: name === 'Date' ? /./ : new RegExp(name === 'More' ? '.' : name) }).waitFor()
    await pause(200)
  }
  const task = page.locator('main a[href*="/tasks/"]').first()
  if (await task.isVisible()) {
    await act('portal: open a task', () => task.tap())
    await page.waitForURL(/tasks\/[0-9a-f-]{36}/)
    await pause(300)
  }
  for (let n = 0; n < 3; n++) await act('portal: change light and dark', () => page.getByRole('button', { name: 'Light, dark, or as the system' }).tap())
  await act('portal: change the language', () => page.getByRole('button', { name: '日本語' }).tap())
  await act('portal: change the language', () => page.getByRole('button', { name: 'English' }).tap())
  await act('portal: go to a page', () => bar.getByRole('link', { name: 'Home' }).tap())
  await pause(300)
}
