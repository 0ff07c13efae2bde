import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Scope } from '#test/services/postgres.ts'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { inTheme, visiting } from '#test/web/visiting.ts'
import { pagesOf, useWhole } from '#test/web/whole.ts'

/**
 * Every page of the console and the portal, light and dark, wide and on a phone, of the sample programme on a day that is always the same:
 *
 *   node scripts/screenshots.ts [PART OF A NAME]
 *
 * Clock, names and numbers are the same each time, so that a picture changes only when its page does. Needs `node scripts/setup.cjs --for-tests --for-web`.
 */
const folder = join(import.meta.dirname, '../docs/screenshots')
const only = process.argv[2]
const start = Date.UTC(2026, 10, 2, 3)
const sizes = { desktop: { width: 1440, height: 900, quality: 62 }, phone: { width: 360, height: 780, quality: 62 } } as const

/** The same page of another move, or one that leads on to another. */
const isTwin = (name: string): boolean => /-2(-|$)|^portal-moves|^console-home$|moves-move-tasks$/.test(name)

/** As WebP, which the browser makes itself. */
const take = async (page: Page, name: string, quality: number): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality })
  await devtools.detach()
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
}

const inBoth = async (page: Page, name: string, quality: number): Promise<void> => {
  for (const theme of ['light', 'dark'] as const) {
    await inTheme(page, theme)
    await take(page, `${name}-${theme}`, quality)
  }
}

const alone = [['console-overview-of-programme', '/console/overview'], ['console-waves-of-programme', '/console/waves']] as const

const ends: (() => unknown)[] = []
const scope: Scope = { after: end => { ends.push(end) } }
try {
  mkdirSync(folder, { recursive: true })
  if (only === undefined) for (const file of readdirSync(folder)) if (file.endsWith('.webp')) rmSync(join(folder, file))
  const faces = await useFaces(scope, await useBrowser(scope), { start })
  let made = 0
  // Ids in the order of their making, as ever, but none of them by chance.
  Object.assign(faces.world, { newId: () => `${Math.floor(faces.clock.now()).toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7000-8000-${(++made).toString(16).padStart(12, '0')}` })
  const whole = await useWhole(faces)
  faces.clock.pass(20)
  for (const [size, { quality, ...options }] of Object.entries(sizes)) {
    for (const face of ['console', 'portal'] as const) {
      const { page } = await faces.open(face === 'console' ? { roles: ['admin', 'migration-lead', 'engineer', 'finance'] } : { contact: whole.contact }, '/healthz', { ...options, locale: 'en' })
      await page.addInitScript(`localStorage.setItem('rehome-move', '${whole.move}')`)
      const visit = await visiting(page, faces.clock.now())
      for (const { name, at } of pagesOf(face, whole).filter(one => !isTwin(one.name) && (only === undefined || one.name.includes(only)))) {
        await visit(at)
        await inBoth(page, `${name}-${size}`, quality)
      }
      // What there is to see of one programme alone.
      await page.evaluate(`localStorage.setItem('rehome-programme', '${whole.inWaves}')`)
      for (const [name, at] of face === 'console' ? alone.filter(([of]) => only === undefined || of.includes(only)) : []) {
        await page.goto(`${faces.site}${at}`)
        await visit(at)
        await inBoth(page, `${name}-${size}`, quality)
      }
      await page.context().close()
    }
  }
} finally {
  for (const end of ends.toReversed()) await end()
}
