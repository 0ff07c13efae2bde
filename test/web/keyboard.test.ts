import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { visiting } from './visiting.ts'
import { pagesOf, useWhole } from './whole.ts'

/** 1280 × 800 at 200 %. */
const zoomed = { width: 640, height: 400 }
/** So often Tab is pressed on one page; what lies behind is more of the same. */
const mostTabs = 60
const wait = { withinMs: 20_000 }

test('on every page everything is reached by Tab, seen where it is, in the order in which it is read, at 200 % and without a word cut off; one comes out again, and out of a dialogue to where one was', { timeout: 300_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const whole = await useWhole(faces)
  const wrong: string[] = []
  const walk = async (face: 'console' | 'portal', who: Parameters<typeof faces.open>[0]): Promise<Page> => {
    const { page } = await faces.open(who, '/console/sign-in', zoomed)
    await page.addInitScript(`localStorage.setItem('rehome-language', 'en'); localStorage.setItem('rehome-move', '${whole.move}')`)
    const visit = await visiting(page, faces.clock.now())
    // Of pages that are there for two things only the first is walked through.
    for (const [n, { at }] of pagesOf(face, whole).filter(({ name }) => !/-2(-|$)/.test(name)).entries()) {
      await visit(at)
      // Of two windows at once one may not have the focus for a moment: what is wrong is so twice.
      const found = await walked(page, n === 0)
      for (const said of [...await page.evaluate(cutOff), ...(found.length === 0 ? [] : await walked(page, n === 0))]) wrong.push(`${at}: ${said}`)
    }
    return page
  }
  const [portal, console] = await Promise.all([walk('portal', { contact: whole.contact }), walk('console', { roles: ['admin', 'migration-lead', 'engineer', 'finance'] })])
  await comesBack(portal, '/portal/people', 'Add a person', wrong)
  await comesBack(console, '/console/homes', 'Add home', wrong)
  assert.deepEqual([...new Set(wrong)], [])
})

/** Goes through the page by Tab until it is left: the first from its beginning, the others from their content, the frame being the same. */
const walked = async (page: Page, isFirst: boolean): Promise<string[]> => {
  await page.evaluate(begin, isFirst)
  for (let tabs = 0; tabs < mostTabs; tabs++) {
    await page.keyboard.press('Tab')
    if (tabs % 12 === 11 && await page.evaluate<boolean>('document.walk.isOver()')) break
  }
  return await page.evaluate<string[]>('document.walk.end()')
}

/** A dialogue is opened, gone round in and left by keys. */
const comesBack = async (page: Page, at: string, name: string, wrong: string[]): Promise<void> => {
  await page.goto(new URL(at, page.url()).href)
  const opens = page.getByRole('button', { name, exact: true })
  await opens.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await until('the focus is in the dialogue', () => dialog.evaluate(one => one.contains(document.activeElement)), wait)
  for (let tabs = 0; tabs < 24; tabs++) {
    await page.keyboard.press('Tab')
    if (!await dialog.evaluate(one => one.contains(document.activeElement))) wrong.push(`${at}: Tab leaves the dialogue that ${name} opens`)
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await until(`${at}: the focus is at ${name} again`, () => opens.evaluate(one => one === document.activeElement), wait).catch((error: unknown) => { wrong.push(String(error)) })
}

/** Numbers everything that can be pressed, followed or filled in, in the order of the page, and looks before each Tab at where the focus is and whether that can be seen: within the window, under nothing, with a mark around it that is not there otherwise. */
const begin = (isFirst: boolean): void => {
  // Out of a dialogue one comes by another key.
  const [main, dialog] = [document.querySelector<HTMLElement>('main'), document.querySelector<HTMLElement>('[role=dialog]')]
  const start = dialog ?? (isFirst || main === null ? document.body : main)
  const hadIndex = start.getAttribute('tabindex')
  start.tabIndex = -1
  start.focus({ preventScroll: true })
  if (hadIndex === null) start.removeAttribute('tabindex')
  const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [role=button], [role=link], [role=tab], [role=switch], [role=checkbox], [role=radio], [tabindex="0"]')].filter(one => start.contains(one))
  const numbers = new Map(all.map((one, n) => [one, n]))
  const tell = (one: HTMLElement): string => `${one.tagName.toLowerCase()} “${(one.getAttribute('aria-label') ?? one.textContent ?? '').slice(0, 40)}” ${one.outerHTML.slice(0, 140)}`
  // Of a group of choices one is reached by Tab and the others by arrows.
  const wanted = all.filter(one => {
    const isChoice = (one instanceof HTMLInputElement && one.type === 'radio') || ['radio', 'tab'].includes(one.getAttribute('role') ?? '')
    return !isChoice && one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility({ visibilityProperty: true }) && one.closest('[inert]') === null
  })
  const near = (one: Element): Element[] => [one, one.parentElement, one.nextElementSibling, one.previousElementSibling].filter(each => each !== null)
  const markOf = (one: Element): string => near(one).map(each => { const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each); return `${outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`}/${boxShadow}` }).join()
  const unmarked = new Map(all.map(one => [one, markOf(one)]))
  const [reached, found] = [new Set<HTMLElement>(), new Set<string>()]
  let [last, parts, isOver] = [null as HTMLElement | null, 0, false]
  const look = (): boolean => {
    const one = document.activeElement
    if (isOver || !(one instanceof HTMLElement) || (one === start && last === null)) return isOver
    isOver = one === document.body || !start.contains(one)
    if (isOver) return true
    // The parts of a date or time are reached one after the other, and the button at its end.
    parts = one === last ? parts + 1 : 0
    if (parts > (one instanceof HTMLInputElement && /^(?:date|time|datetime-local|month)$/.test(one.type) ? 8 : 0)) { found.add(`Tab stays at ${tell(one)}`); return false }
    if (parts === 0) {
      const [before, now] = [last === null ? undefined : numbers.get(last), numbers.get(one)]
      if (before !== undefined && now !== undefined && now < before) {
        isOver = dialog !== null
        if (isOver) return true
        found.add(`Tab goes back to ${tell(one)}`)
      }
      const said = unseen(one)
      if (said !== '') found.add(`focus is not seen, ${said}, at ${tell(one)}`)
    }
    last = one
    reached.add(one)
    return false
  }
  const unseen = (one: HTMLElement): string => {
    const box = one.getBoundingClientRect()
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `out of the window at ${Math.round(box.left)}, ${Math.round(box.top)}`
    // Of what is seen in part the part that lies in the window, at its beginning, in its middle and at its end.
    const [left, right, top, bottom] = [Math.max(1, box.left), Math.min(innerWidth - 2, box.right), Math.max(1, box.top), Math.min(innerHeight - 2, box.bottom)]
    const above = [0.1, 0.5, 0.9].map(part => document.elementFromPoint(left + (right - left) * part, top + (bottom - top) * part)).filter(there => there !== null)
    if (!above.some(there => one.contains(there) || there.contains(one) || one.parentElement?.contains(there) === true)) return `under ${above[0]?.outerHTML.slice(0, 80) ?? 'nothing'}`
    return (unmarked.get(one) ?? '') === markOf(one) ? 'no mark' : ''
  }
  const onKey = ({ key }: KeyboardEvent): void => { if (key === 'Tab') look() }
  addEventListener('keydown', onKey, true)
  const end = (): string[] => {
    removeEventListener('keydown', onKey, true)
    const furthest = isOver ? Infinity : Math.max(-1, ...[...reached].map(one => numbers.get(one) ?? -1))
    for (const one of wanted) if (one.isConnected && !reached.has(one) && (numbers.get(one) ?? 0) < furthest) found.add(`is not reached by Tab: ${tell(one)}`)
    return [...found]
  }
  Object.assign(document, { walk: { isOver: () => isOver || document.activeElement === document.body, end } })
}

/** Words that are cut (but in a table, whose columns can be made wider) and not told when pointed at, and a page that scrolls sideways. */
const cutOff = (): string[] => {
  const wide = document.documentElement.clientWidth
  const scrolls = document.documentElement.scrollWidth > wide ? [`scrolls sideways by ${document.documentElement.scrollWidth - wide} px`] : []
  return [...scrolls, ...[...document.querySelectorAll<HTMLElement>('main *, header *, nav *')].flatMap(one => {
    const hasText = [...one.childNodes].some(node => node.nodeType === 3 && (node.textContent ?? '').trim() !== '')
    if (!hasText || !one.checkVisibility() || one.closest('.unseen, [title], [role=gridcell], [role=rowheader], [role=columnheader]') !== null) return []
    return getComputedStyle(one).overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 ? [`cuts “${(one.textContent ?? '').slice(0, 60)}” in ${one.outerHTML.slice(0, 100)}`] : []
  })]
}
