import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { axeFinds } from './axe.ts'
import { inTheme, visiting } from './visiting.ts'
import { pagesOf, useWhole } from './whole.ts'

const root = join(import.meta.dirname, '../..')
/** So much later than the programme began, so that something is late and something done. */
const daysLater = 20

test('every page there is holds in both themes, both languages, on a phone, at twice the size and by ear', { timeout: 400_000 }, async t => {
  const start = Date.UTC(2026, 10, 2, 3)
  const faces = await useFaces(t, await useBrowser(t), { start })
  const whole = await useWhole(faces)
  faces.clock.pass(daysLater)
  const everything = { roles: ['admin', 'migration-lead', 'engineer', 'finance'] } as const
  const wrong: string[] = []
  const walk = async (face: 'console' | 'portal', who: Parameters<typeof faces.open>[0], locale: 'en' | 'ja', look: (page: Page, at: string) => Promise<void>, size: object = {}): Promise<void> => {
    const { page, complaints } = await faces.open(who, '/console/sign-in', { locale, ...size })
    const visits = await visiting(page, faces.clock.now())
    // Dates are planned within a programme.
    if (face === 'console') await page.addInitScript(`localStorage.setItem('rehome-programme', '${whole.inWaves}')`)
    else await page.addInitScript(`localStorage.setItem('rehome-language', '${locale}'); localStorage.setItem('rehome-move', '${whole.move}')`)
    for (const { at } of pagesOf(face, whole)) {
      await visits(at).catch((error: unknown) => { wrong.push(String(error)) })
      for (const said of await page.evaluate(standing)) wrong.push(`${at} ${said}`)
      await look(page, at)
      for (const said of complaints.splice(0)) wrong.push(`${at} complains: ${said}`)
    }
    await page.context().close()
  }
  /** In English, wide: by axe in both themes, and at twice the size. */
  const closely = async (page: Page, at: string): Promise<void> => {
    await inTheme(page, 'light')
    for (const found of await axeFinds(page)) wrong.push(`${at} light: ${found}`)
    await inTheme(page, 'dark')
    for (const found of await axeFinds(page, ['color-contrast'])) wrong.push(`${at} dark: ${found}`)
    await page.setViewportSize({ width: 720, height: 450 })
    for (const found of await page.evaluate(reaching)) wrong.push(`${at} at 200 %: ${found}`)
    await page.setViewportSize({ width: 1440, height: 900 })
  }
  /** In Japanese, on a phone. */
  const onPhone = async (page: Page, at: string): Promise<void> => {
    for (const found of await page.evaluate(reaching)) wrong.push(`${at} at 360 px: ${found}`)
    for (const found of await page.evaluate(untranslated, codes)) wrong.push(`${at} in Japanese: ${found}`)
  }
  const phone = { width: 360, height: 780 }
  await Promise.all([
    walk('console', everything, 'en', closely),
    (async () => {
      await walk('portal', { contact: whole.contact }, 'en', closely)
      await walk('portal', { contact: whole.contact }, 'ja', onPhone, phone)
      await walk('console', everything, 'ja', onPhone, phone)
    })(),
  ])
  assert.deepEqual([...new Set(wrong)], [])
})

/** What stands on the page that should stand on none, and what every page has. */
const standing = (): string[] => {
  const text = document.body.innerText
  const titles = [...document.querySelectorAll('h1')]
  const all = /\bundefined\b|\bNaN\b|\[object|Invalid Date|\bnull\b/.exec(text)
  const plain = (said: string): string => said.replaceAll(/\s+/g, ' ').trim()
  const title = plain(titles[0]?.textContent ?? '')
  return [
    ...(all === null ? [] : [`shows “${text.slice(Math.max(0, all.index - 30), all.index + 30)}”`]), ...(titles.length === 1 ? [] : [`has ${titles.length} titles`]),
    ...(title !== '' && plain(document.title) === `${title} · Rehome` ? [] : [`is called “${document.title}”, its title is “${title}”`]),
  ]
}

/** Whether the page itself scrolls sideways, and what makes it. */
const reaching = (): string[] => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return []
  const out = [...document.querySelectorAll('main *, header *')].find(one => {
    if (one.getBoundingClientRect().right <= wide + 1 || [...one.children].some(child => child.getBoundingClientRect().right > wide + 1)) return false
    for (let around = one.parentElement; around !== null && around !== document.body; around = around.parentElement) if (getComputedStyle(around).overflowX !== 'visible') return false
    return true
  })
  return [`scrolls sideways by ${document.documentElement.scrollWidth - wide} px for ${out?.outerHTML.slice(0, 160) ?? 'something'}`]
}

/** The program's own words for things, as they stand between quotes where they are said first. */
const codes = [...new Set(globSync(['src/domain/*.ts', 'src/wire/**/*.ts', 'playbooks/**/*.yaml'], { cwd: root }).flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(/(?<=['\s])[a-z]+(?:-[a-z]+)+(?=['\s:,])/g)].map(([code]) => code)))]

/** Words of the program that people who read Japanese are shown. What is written down as it came stands in code or is marked as not to be translated. */
const untranslated = (known: readonly string[]): string[] => {
  const [found, all] = [new Set<string>(), new Set(known)]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const [parent, said] = [node.parentElement, node.textContent ?? '']
    // The name of whoever signed in, which the test made.
    if (parent === null || said.includes('A person for') || parent.closest('code, kbd, pre, .mono, [translate="no"], script, style, noscript') !== null) continue
    for (const [word] of said.matchAll(/(?<![\w.@/:-])[a-z]+(?:-[a-z]+)+(?![\w.@/:-])/g)) if (all.has(word)) found.add(`“${word}” in “${said.slice(0, 80)}”`)
  }
  return [...found]
}
