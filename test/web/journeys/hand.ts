import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'

type Words = string | RegExp
export type Found = Parameters<Page['getByRole']>[0]

/**
 * Somebody’s eyes and hands at a page or at a part of it. Everything is found as a person finds it: by what it is and what it is called (of buttons, fields and the like the
 * whole name, unless it is an expression; of texts any part), and waited for as long as a busy machine needs. What is found nowhere fails the test, with what is to be seen instead.
 */
export type Hand = {
  readonly page: Page
  readonly at: Locator
  /** Reads each of these here. */
  sees(...texts: readonly Words[]): Promise<void>
  /** None of these stands here; call it once what is to be seen has been waited for. */
  seesNo(...texts: readonly Words[]): Promise<void>
  /** A button, unless something else is named; of several the first. */
  press(name: Words, role?: Found): Promise<void>
  /** Types into the field of this name, over what was in it. */
  fill(name: Words, text: string): Promise<void>
  /** Opens the list of this name and takes one of its lines. */
  choose(name: Words, line: Words): Promise<void>
  /** Ticks a box, or takes one of several. */
  tick(...names: readonly Words[]): Promise<void>
  /** The only dialogue that is open, with this title if one is named. */
  dialog(title?: Words): Hand
  /** A part of the page by its role and name. */
  part(name: Words, role?: Found): Hand
  /** The line of a list or table in which this stands; of several the innermost first. */
  line(text: Words): Hand
  /** Until it has gone: a dialogue closes once control has said yes. */
  gone(): Promise<void>
  /** Everything that can be read here now. */
  text(): Promise<string>
}

export const handAt = (page: Page, at: Locator = page.locator('body')): Hand => {
  const named = (name: Words) => (typeof name === 'string' ? { name, exact: true } : { name })
  const told = async (error: unknown, wanted: string): Promise<never> => {
    const seen = await at.innerText({ timeout: 1_000 }).catch(() => page.locator('body').innerText({ timeout: 5_000 })).catch(() => '(nothing is there)')
    throw new Error(`${wanted} is not there: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n${page.url()} shows:\n${seen}`, { cause: error })
  }
  const tell = <T>(work: Promise<T>, wanted: string): Promise<T> => work.catch((error: unknown) => told(error, wanted))
  const textAt = (text: Words): Locator => at.getByText(text).filter({ visible: true }).first()
  return {
    page, at,
    async sees(...texts) { for (const text of texts) await tell(textAt(text).waitFor(), String(text)) },
    async seesNo(...texts) { for (const text of texts) assert.equal(await at.getByText(text).filter({ visible: true }).count(), 0, `${String(text)} is there`) },
    async press(name, role = 'button') { await tell(at.getByRole(role, named(name)).filter({ visible: true }).first().click(), `${role} ${String(name)}`) },
    async fill(name, text) { await tell(at.getByRole('textbox', named(name)).or(at.getByRole('spinbutton', named(name))).first().fill(text), `field ${String(name)}`) },
    async choose(name, line) {
      await tell(at.getByRole('combobox', named(name)).or(at.getByRole('textbox', named(name))).first().click(), `list ${String(name)}`)
      await tell(page.getByRole('option', named(line)).filter({ visible: true }).first().click(), `line ${String(line)} of ${String(name)}`)
    },
    async tick(...names) { for (const name of names) await tell(at.getByRole('checkbox', named(name)).or(at.getByRole('radio', named(name))).or(at.getByRole('switch', named(name))).first().check(), `box ${String(name)}`) },
    dialog: title => handAt(page, title === undefined ? page.getByRole('dialog') : page.getByRole('dialog', named(title))),
    part: (name, role = 'region') => handAt(page, at.getByRole(role, named(name))),
    line: text => handAt(page, at.locator('li, tr').filter({ has: page.getByText(text) }).last()),
    async gone() { await tell(at.waitFor({ state: 'hidden' }), 'the end of it') },
    text: () => at.innerText(),
  }
}
