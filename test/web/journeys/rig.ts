import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Browser, BrowserContext } from 'playwright-core'
import type { Role } from '#domain/access.ts'
import type { Day, Instant } from '#domain/time.ts'
import { webOf } from '#main/web.ts'
import type { Read } from '#ports/mail.contract.ts'
import type { Contact, Person } from '#test/journeys/cases/people.ts'
import { type Stage, type StageOptions, useStage } from '#test/journeys/cases/stage.ts'
import { useBrowser } from '#test/services/browser.ts'
import { until } from '#test/services/until.ts'
import { type Hand, handAt } from './hand.ts'

/** One of the vendor’s people before the console, on a desktop. `ask`, `letters` and the like: as in the journeys without a browser, for what is no person’s act. */
export type Operator = Person & Hand & {
  readonly name: string
  /** Goes to a page of the console; who is not signed in any more does so first, at the company’s own service. */
  open(path: string): Promise<void>
}

/** A person of a customer or partner with a phone in their hand. */
export type AtPhone = Contact & Hand & {
  /** Goes to a page of the portal; who is not signed in any more has a link sent, and comes in by it. */
  open(path?: string): Promise<void>
  /** Opens the newest letter in which this stands, follows its link of ours, and presses the button of the page behind it. Answers with the letter. */
  follow(about: RegExp): Promise<Read>
  /** The six digits of the newest letter with some. */
  digits(): Promise<string>
  /** Opens the task of this title from the list of tasks, as far as the form in which it is done. */
  task(title: string | RegExp): Promise<void>
}

/** A case that is played through console and portal: the stage of the journeys, with a screen for each of its people. */
export type Journey = Omit<Stage, 'operator' | 'contact' | 'passUntil' | 'admin'> & {
  readonly admin: Operator
  operator(name: string, ...roles: Role[]): Promise<Operator>
  contact(email: string): Promise<AtPhone>
  passUntil(when: Day | Instant, time?: string): Promise<void>
  /** What the pages complained about on their consoles, but for refusals. Nothing is what is wanted. */
  complaints(): readonly string[]
}

/** What the browser itself says of an answer that is a refusal. */
const isRefusal = (said: string): boolean => /status of 4(01|03|04|09|22|29)/.test(said)
const patient = 30_000

export const useJourney = async (t: TestContext, options: StageOptions): Promise<Journey> => {
  const { web } = webOf()
  assert.ok(web !== undefined, 'the faces are not built: node scripts/web.ts')
  const ends: (() => unknown)[] = []
  t.after(async () => { for (const end of ends.reverse()) await end() })
  // The stage ends last: nothing looks at it any more.
  const stage = await useStage({ after: end => { ends.push(end) }, test: (title, part) => t.test(title, part) }, { ...options, web })
  const browser = await useBrowser({ after: end => { ends.push(end) } })
  const contexts: BrowserContext[] = []
  const complaints: string[] = []

  const screen = async (how: Parameters<Browser['newContext']>[0]): Promise<Hand> => {
    const context = await browser.newContext({ locale: 'en-GB', ...how })
    contexts.push(context)
    context.setDefaultTimeout(patient)
    await context.clock.setSystemTime(stage.now())
    const page = await context.newPage()
    page.on('console', said => { if ((said.type() === 'error' || said.type() === 'warning') && !isRefusal(said.text())) complaints.push(`${page.url()}: ${said.text()}`) })
    page.on('pageerror', error => complaints.push(`${page.url()}: ${error.message}`))
    return handAt(page)
  }
  const desktop = async (person: Person, name: string): Promise<Operator> => {
    const hand = await screen({ viewport: { width: 1440, height: 900 }, timezoneId: options.vendor.zone })
    const { page } = hand
    return {
      ...person, ...hand, name,
      async open(path) {
        await page.goto(`${stage.site}/console${path}`)
        const way = page.getByRole('button', { name: 'With your company’s sign-in' })
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        if (!await way.isVisible()) return
        await way.click()
        // The service knows for a while who they are, and does not ask again.
        const [own, menu] = [page.getByRole('link', { name, exact: true }), page.getByRole('navigation', { name: 'Menu' })]
        await own.or(menu).first().waitFor()
        if (await own.isVisible()) await own.click()
        await menu.waitFor()
        await page.getByRole('heading', { level: 1 }).first().waitFor()
      },
    }
  }

  return {
    ...stage,
    admin: await desktop(stage.admin, 'The administrator'),
    async operator(name, ...roles) { return await desktop(await stage.operator(name, ...roles), name) },
    async contact(email) {
      return atPhone(stage, stage.contact(email), await screen({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, timezoneId: 'Europe/Berlin' }))
    },
    async passUntil(when, time) {
      await stage.passUntil(when, time)
      for (const context of contexts) await context.clock.setSystemTime(stage.now())
    },
    complaints: () => complaints,
  }
}

const atPhone = (stage: Stage, person: Contact, hand: Hand): AtPhone => {
  const { page } = hand
  const heading = page.getByRole('heading', { level: 1 }).first()
  const follow = async (about: RegExp): Promise<Read> => {
    await stage.settle()
    const letter = (await person.letters(about)).filter(({ text }) => linkIn(text, stage.site) !== undefined).at(-1)
    const link = letter === undefined ? undefined : linkIn(letter.text, stage.site)
    assert.ok(letter !== undefined && link !== undefined, `${person.email} has no letter about ${about.source} with a link, only: ${(await person.letters()).map(one => one.subject).join(' · ')}`)
    await page.goto(link)
    await heading.waitFor()
    if (new URL(page.url()).pathname.startsWith('/link/')) {
      await page.getByRole('button').first().click()
      await page.waitForLoadState('load')
      await heading.waitFor()
    }
    return letter
  }
  const open = async (path = '/'): Promise<void> => {
    await page.goto(`${stage.site}/portal${path}`)
    await heading.waitFor()
    const field = page.getByRole('textbox', { name: /^(Your e-mail address|メールアドレス)$/ })
    if (!await field.isVisible()) return
    await field.fill(person.email)
    await page.getByRole('button', { name: /^(Send the link|リンクを送信)$/ }).click()
    await page.getByRole('status').getByText(person.email, { exact: false }).waitFor()
    await follow(/\/link\/sign-in\//)
    await page.goto(`${stage.site}/portal${path}`)
    await heading.waitFor()
  }
  return {
    ...person, ...hand, follow, open,
    async digits() {
      return await until(`${person.email} has a letter with six digits`, async () => {
        await stage.settle()
        const letters = await person.letters(/\b\d{6}\b/)
        return letters.flatMap(({ text }) => /^\D*(\d{6})\D*$/m.exec(text)?.[1] ?? []).at(-1)
      }, { withinMs: patient })
    },
    async task(title) {
      await open('/tasks')
      await hand.press(title instanceof RegExp ? title : new RegExp(escaped(title)), 'link')
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
    },
  }
}

const linkIn = (text: string, site: string): string | undefined => { const ours = (text.match(/https?:\/\/\S+/g) ?? []).filter(link => link.startsWith(`${site}/`)); return ours.find(link => /\/(link|bundles)\//.test(link)) ?? ours[0] }
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
