import assert from 'node:assert/strict'
import type { Read } from '#ports/mail.contract.ts'
import { until } from '#test/services/until.ts'
import { handAt } from './hand.ts'
import type { AtPhone } from './rig.ts'

/** Answers the question that the questionnaire asks now, and waits until it is another one. A list is gathered one by one. */
export const answer = async (who: AtPhone, said: string | RegExp | number | readonly string[]): Promise<void> => {
  const question = who.page.locator('form').filter({ has: who.page.getByRole('button', { name: /^(Answer|回答する)$/ }) })
  await question.waitFor()
  const asked = async (): Promise<string | undefined> => (await question.innerText({ timeout: 5_000 }).catch(() => '')).split('\n')[0]
  const before = await asked()
  const hand = handAt(who.page, question)
  if (typeof said === 'number') await question.getByRole('textbox').fill(String(said))
  else if (typeof said === 'string' || said instanceof RegExp) await question.getByRole('radio', { name: said }).click()
  else for (const item of said) {
    await hand.fill(/^(Name|名称)$/, item)
    await hand.press(/^(Add|追加)$/)
  }
  await hand.press(/^(Answer|回答する)$/)
  await until('another question', async () => await question.count() === 0 || await asked() !== before, { withinMs: 40_000, everyMs: 50 })
}

/** Names people who take part, each with their duties. */
export const namesPeople = async (contact: AtPhone, people: readonly (readonly [name: string, email: string, ...duties: RegExp[]])[]): Promise<void> => {
  await contact.open('/people')
  for (const [name, email, ...duties] of people) {
    await contact.press('Add a person')
    const form = contact.dialog('Add a person')
    await form.fill('Name', name)
    await form.fill('E-mail', email)
    await form.tick(...duties)
    await form.press('Add')
    await contact.sees(email)
  }
}

/** Commits to the time that is chosen on the page of the window, which says what that means first. */
export const fixesDate = async (contact: AtPhone, meaning: RegExp): Promise<void> => {
  await contact.press('Fix this date')
  await contact.dialog().sees(meaning)
  await contact.dialog().press('Fix this date')
  await contact.dialog().gone()
  await contact.sees(/^Confirmed$/)
}

/** Has the code sent for a login that waits, and gives it. What is then to be seen once is asked for by a button. */
export const provesForLogin = async (contact: AtPhone, name: RegExp): Promise<void> => {
  await contact.part(name).press('I am ready: send me the code')
  await contact.sees(`Six digits are on their way to ${contact.email}`)
  await contact.page.getByLabel('The six digits').fill(await contact.digits())
}

/** Has a login shown, takes it down, and says so. */
export const keepsLogin = async (contact: AtPhone, name: RegExp): Promise<Secret> => {
  await contact.part(name).press('Show it now, once')
  const secret = await shownSecret(contact)
  await contact.press('I have kept it')
  return secret
}

/** Signs off what is called so: every line of its checklist works, and it is accepted. */
export const signOff = async (who: AtPhone, title: RegExp): Promise<void> => {
  await who.open('/sign-offs')
  const part = who.part(title)
  await part.at.getByRole('button', { name: /^(Accept|承認する)$/ }).first().waitFor()
  for (const line of await part.at.locator('fieldset').all()) await line.getByRole('radio', { name: /^(Works|問題なし)$/ }).check()
  await part.press(/^(Accept|承認する)$/)
  await who.dialog().press(/^(Accept|承認する)$/)
  await part.sees(/accepted it|承認しました/)
}

/** Says of every line of a task’s checklist that it works. */
export const tickAll = async (who: AtPhone, as: RegExp = /^(Works|問題なし|It works)$/): Promise<void> => {
  for (const group of await who.page.locator('main form').getByRole('radiogroup').all()) await group.getByRole('radio', { name: as }).click()
}

/** The newest letter with an invitation for calendars in it. */
export const invitation = async (who: AtPhone): Promise<Read> => {
  const found = (await who.letters()).filter(one => one.attachments.some(({ type }) => type.startsWith('text/calendar'))).at(-1)
  assert.ok(found !== undefined, `${who.email} was invited`)
  return found
}

type Secret = { readonly host: string; readonly port: number; readonly database: string; readonly user: string; readonly password: string }

/** What is to be seen once, as it stands on the page. */
const shownSecret = async (who: AtPhone): Promise<Secret> => {
  const place = who.page.getByRole('group', { name: /^(This is it\. Keep it now\.|接続情報です。今すぐ保管してください。)$/ })
  await place.waitFor()
  const [names, values] = [await place.locator('dt').allInnerTexts(), await place.locator('dd code').allInnerTexts()]
  const said = (en: string, ja: string): string => values[names.findIndex(name => name === en || name === ja)] ?? ''
  return { host: said('Host', 'ホスト'), port: Number(said('Port', 'ポート')), database: said('Database', 'データベース'), user: said('User', 'ユーザー名'), password: said('Password', 'パスワード') }
}

/** The page of the task says that it is done. */
export const done = (who: AtPhone): Promise<void> => who.sees(/^(Done|完了)$/)

/** Reads that it is all over, and that what was is kept. */
export const readsItIsOver = async (contact: AtPhone): Promise<void> => {
  await contact.open()
  await contact.sees('This move is over. What was agreed and done can still be read here.')
}
