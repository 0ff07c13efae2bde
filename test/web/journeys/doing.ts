import type { Locator } from 'playwright-core'
import type { AtPhone, Operator } from './rig.ts'

/** Fills whatever a form asks for, as somebody does who has nothing against it: days by `day`, yes, and that it works. */
const fillIn = async (form: Locator, day: string): Promise<void> => {
  for (const field of await form.locator('input[type="date"]').all()) await field.fill(day)
  for (const field of await form.getByRole('textbox').all()) if (await field.getAttribute('type') !== 'date') await field.fill('as agreed')
  for (const group of await form.getByRole('radiogroup').all()) await group.getByRole('radio', { name: /^(Yes|It works|Works)$/ }).first().click()
}

/**
 * Goes through everything that stands under “To be done by you”, from the first to the last, and does what a person’s word does. What the system has to see stays. `except`: what is
 * left alone. Answers with what was done, by its title.
 */
export const doesAll = async (who: AtPhone, day: string, ...except: readonly string[]): Promise<string[]> => {
  const [{ page }, left, done] = [who, new Set(except), [] as string[]]
  await who.open('/tasks')
  const mine = page.getByRole('region', { name: 'To be done by you' })
  const nothing = mine.getByText('Nothing now. You get a letter as soon as something is.')
  for (;;) {
    await mine.getByRole('link').first().or(nothing).waitFor()
    const titles = await mine.getByRole('link').locator('strong').allInnerTexts()
    const title = titles.find(one => !left.has(one))
    if (title === undefined) return done
    left.add(title)
    await mine.getByRole('link').filter({ has: page.getByText(title, { exact: true }) }).click()
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    const [act, seen] = [page.getByRole('button', { name: /^(Send|It is done)$/ }), page.getByRole('heading', { name: 'This is seen by itself' })]
    await act.or(seen).first().waitFor()
    if (await act.isVisible()) {
      await fillIn(page.locator('main form'), day)
      await act.click()
      await page.getByText('Done', { exact: true }).or(page.getByRole('alert')).first().waitFor()
      done.push(title)
    }
    await page.getByRole('link', { name: 'All tasks' }).click()
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
  }
}

/** The same for the vendor’s own tasks of a move, in the console. */
export const vendorDoesAll = async (lead: Operator, move: string, ...except: readonly string[]): Promise<string[]> => {
  const [{ page }, left, done] = [lead, new Set(except), [] as string[]]
  await lead.open(`/moves/${move}/tasks?whose=vendor`)
  const list = page.getByRole('region', { name: 'Tasks' })
  for (;;) {
    const lines = list.getByRole('listitem').filter({ has: page.getByRole('img', { name: /^(Open|Late)$/ }) }).getByRole('link')
    await list.getByRole('listitem').first().or(list.getByText('Nothing of this kind.')).waitFor()
    const title = (await lines.allInnerTexts()).find(one => !left.has(one))
    if (title === undefined) return done
    left.add(title)
    await list.getByRole('link', { name: title, exact: true }).click()
    const drawer = page.getByRole('dialog', { name: title })
    await drawer.getByRole('heading', { name: 'What to do' }).waitFor()
    const act = drawer.getByRole('button', { name: 'It is done' })
    if (await act.isVisible()) {
      await fillIn(drawer.locator('form'), '2026-10-01')
      await act.click()
      await drawer.getByText('Done', { exact: true }).first().waitFor()
      done.push(title)
    }
    await drawer.getByRole('button', { name: 'Close' }).click()
    await drawer.waitFor({ state: 'detached' })
  }
}
