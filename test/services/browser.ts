import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { listen } from '#entrances/http/server.ts'
import { sha256 } from '#lib/hash.ts'
import type { Role } from '#domain/access.ts'
import type { ContactId } from '#domain/parties.ts'
import { webOf } from '#main/web.ts'
import { type Control, useControl } from '#test/control/rig.ts'
import type { Scope } from './postgres.ts'

/** Debian's and other systems' names for it. `npm test` installs the first. */
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none']

/** A browser without a window, for a whole test file. */
export const useBrowser = async (t: Scope): Promise<Browser> => {
  const executablePath = programs.find(existsSync)
  assert.ok(executablePath !== undefined, 'no Chromium is there: apt-get install -y chromium')
  const browser = await chromium.launch({ executablePath, args: quiet })
  t.after(() => browser.close())
  return browser
}

export type Faces = Control & {
  /** Where console and portal are. */
  readonly site: string
  /** The server ends, and begins again at the same place after `meanwhile`. */
  restart(meanwhile: () => Promise<void>): Promise<void>
  /** A page of somebody who has signed in. Whatever it complains about on its console fails the test at `done`. */
  open(who: { readonly roles: readonly Role[] } | { readonly contact: ContactId }, path: string, options?: PageOptions): Promise<Seen>
}
export type PageOptions = { readonly width?: number; readonly height?: number; readonly dark?: boolean; readonly locale?: 'en' | 'ja'; readonly isPhone?: boolean }
export type Seen = { readonly page: Page; readonly context: BrowserContext; /** What went wrong in the page and was said nowhere: nothing should have. */ readonly complaints: string[] }

/** A control with its two faces on a real ledger, and a browser to look at them with. */
export const useFaces = async (t: Scope, browser: Browser, options: Parameters<typeof useControl>[1] = {}): Promise<Faces> => await useFacesOf(t, browser, await useControl(t, options))

/** The same on a control that is there already. */
export const useFacesOf = async (t: Scope, browser: Browser, control: Control): Promise<Faces> => {
  const { web } = webOf()
  assert.ok(web !== undefined, `the faces are not built: node ${join('scripts', 'web.ts')}`)
  const begin = (port: number) => listen(control.world, { failed: error => { console.error(error) }, answered: () => { /* nobody counts */ } }, { host: '127.0.0.1', port, web })
  let server = await begin(0)
  const { port } = server
  t.after(async () => { await server[Symbol.asyncDispose]() })
  const site = `http://127.0.0.1:${port}`
  return {
    ...control, site,
    async restart(meanwhile) {
      await server[Symbol.asyncDispose]()
      await meanwhile()
      server = await begin(port)
    },
    async open(who, path, { width = 1440, height = 900, dark = false, locale = 'en', isPhone = false } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale: locale === 'ja' ? 'ja-JP' : 'en-GB', timezoneId: 'Europe/Amsterdam', ...(isPhone ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}) })
      t.after(() => context.close())
      await context.addCookies([{ name: 'rehome', value: await signedIn(control, who), url: site, httpOnly: true, sameSite: 'Lax' }])
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', said => { if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text().startsWith('Failed to load') ? `${said.text()} ${new URL(said.location().url).pathname}` : said.text()) })
      page.on('pageerror', error => complaints.push(error.message))
      await page.goto(`${site}${path}`)
      return { page, context, complaints }
    },
  }
}

/** The token of a new session, as it would stand in the cookie. */
const signedIn = async ({ world, vendor, clock }: Control, who: { readonly roles: readonly Role[] } | { readonly contact: ContactId }): Promise<string> => {
  const token = world.secret()
  const operator = 'roles' in who ? world.newId<'operator'>() : null
  await world.ledger.transaction(async tx => {
    if ('roles' in who && operator !== null) await tx.add('operator', { id: operator, vendor: vendor.id, name: 'Migration Lead', email: `${operator}@kestrel.example`, roles: who.roles, password: null, subject: null, disabledAt: null, failures: 0, failedAt: null })
    await tx.add('session', { id: world.newId<'session'>(), hash: sha256(token), contact: 'contact' in who ? who.contact : null, operator, createdAt: clock.now(), seenAt: clock.now() + 400 * 86_400_000, expiresAt: clock.now() + 400 * 86_400_000, endedAt: null, secondFactorAt: null })
  })
  return token
}
