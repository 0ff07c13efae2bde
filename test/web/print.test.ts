import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { readPdf } from '#test/services/pdf-text.ts'
import { inTheme, visiting } from './visiting.ts'
import { useWhole } from './whole.ts'

/** To look at: PRINTS=/tmp/prints keeps every PDF there. */
const folder = process.env['PRINTS']

test('quote, plan and evidence are printed whole: without what can only be pressed, black on white in both themes, no row over two pages', { timeout: 300_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const whole = await useWhole(faces)
  const { move, quote, values } = whole
  const proof = values.console['proof']?.[0] ?? ''
  const papers = [
    { at: `/console/quotes/${quote}`, has: { en: ['Total', 'Q-'], ja: ['合計', 'Q-'] } },
    { at: `/console/moves/${move}/tasks`, has: { en: ['Timeline', 'Tasks'], ja: ['タイムライン', 'タスク'] } },
    { at: `/console/evidence/${proof}`, has: { en: ['public.'], ja: ['public.'] } },
    { at: '/portal/quotes', has: { en: ['Total'], ja: ['合計'] } },
    { at: '/portal/tasks', has: { en: ['Tasks'], ja: ['タスク'] } },
  ] as const
  const wrong: string[] = []
  for (const [locale, theme] of [['en', 'light'], ['ja', 'dark']] as const) for (const face of ['console', 'portal'] as const) {
    const { page } = await faces.open(face === 'console' ? { roles: ['admin', 'migration-lead', 'engineer', 'finance'] } : { contact: whole.contact }, '/console/sign-in', { locale })
    await page.addInitScript(`localStorage.setItem('rehome-language', '${locale}'); localStorage.setItem('rehome-move', '${move}')`)
    const visit = await visiting(page, faces.clock.now())
    for (const { at, has } of papers.filter(one => one.at.startsWith(`/${face}/`))) {
      await visit(at)
      await inTheme(page, theme)
      const onScreen = await page.evaluate(rows)
      await page.emulateMedia({ media: 'print', colorScheme: theme })
      await page.setViewportSize({ width: 703, height: 1_016 })
      let found = await page.evaluate(unclean)
      // Until it is laid out anew.
      for (let tries = 0; found.length > 0 && tries < 20; tries++) {
        await page.evaluate('new Promise(done => { requestAnimationFrame(() => { setTimeout(done, 50) }) })')
        found = await page.evaluate(unclean)
      }
      for (const one of found.slice(0, 5)) wrong.push(`${at} ${locale} ${theme}: ${one}`)
      const pdf = await page.pdf({ format: 'A4', printBackground: false })
      const { pages } = await readPdf(new Uint8Array(pdf))
      if (folder !== undefined) { mkdirSync(folder, { recursive: true }); writeFileSync(join(folder, `${at.replaceAll('/', '-').replaceAll(/[0-9a-f-]{20,}/g, 'id')}-${locale}-${theme}.pdf`), pdf) }
      const text = pages.map(squeezed)
      wrong.push(...has[locale].filter(part => !text.some(one => one.includes(squeezed(part)))).map(part => `${at} ${locale}: “${part}” is not printed`))
      // Every row of the screen, whole on one page.
      wrong.push(...onScreen.filter(row => !text.some(one => row.every(part => one.includes(squeezed(part))))).map(row => `${at} ${locale}: not on one page: ${row.join(' | ')}`))
      await page.emulateMedia({ media: 'screen' })
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    await page.context().close()
  }
  assert.deepEqual(wrong, [])
})

const squeezed = (text: string): string => text.normalize('NFKC').replaceAll(/[\s\u00AD\u200B]+/g, '')

/** The words of every row of tables and lists, each of its cells by itself. */
const rows = (): string[][] => [...document.querySelectorAll('main tbody tr')].filter(row => row.checkVisibility()).map(row => [...row.querySelectorAll('th, td')].map(cell => (cell as HTMLElement).innerText).filter(text => text !== ''))

/** What is there to be pressed, what is not ink on white, and what is cut off. */
const unclean = (): string[] => {
  const seen = (one: Element): boolean => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getBoundingClientRect().width > 1
  const call = (one: Element): string => one.outerHTML.slice(0, 120)
  const found = [...document.querySelectorAll('nav, aside:not([aria-labelledby]), button:not(:has(> svg[data-state])), input, select, textarea, [role=dialog], [role=radiogroup], [role=switch], footer')].filter(seen).map(one => `is there to be pressed: ${call(one)}`)
  const lightness = (colour: string): number => { const [r = 0, g = 0, b = 0] = (/[\d.]+/g[Symbol.match](colour) ?? []).map(Number); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
  const isClear = (colour: string): boolean => /rgba\(.*, 0\)|transparent/.test(colour)
  for (const one of [document.documentElement, document.body, ...document.querySelectorAll('main, main *')]) {
    if (!seen(one) || one.closest('svg') !== null) continue
    const { color, backgroundColor, overflowX, overflowY } = getComputedStyle(one)
    const hasText = [...one.childNodes].some(node => node.nodeType === 3 && (node.textContent ?? '').trim() !== '')
    if (hasText && lightness(color) > 140) found.push(`too light on paper (${color}): ${call(one)}`)
    if (hasText && !isClear(backgroundColor) && lightness(backgroundColor) < 235) found.push(`dark on paper (${backgroundColor}): ${call(one)}`)
    if (hasText && (overflowX !== 'visible' || overflowY !== 'visible') && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1) && one.clientWidth > 0) found.push(`cut off: ${call(one)}`)
    if (hasText && one.getBoundingClientRect().right > document.documentElement.clientWidth + 2) found.push(`beyond the edge of the paper: ${call(one)}`)
  }
  return found
}
