import assert from 'node:assert/strict'
import type { Read } from '#ports/mail.contract.ts'
import { type Ask, asking, Refusal } from '#wire/ask.ts'
import { browserAt, type TestBrowser } from '#test/control/browser.ts'

/** Somebody of a journey: a browser of their own, a mailbox of their own. Nothing is known to them that does not stand in a letter or on a page. */
export type Person = {
  readonly email: string
  readonly browser: TestBrowser
  /** Asks as this person. Who is not signed in any more signs in again, as people do. */
  readonly ask: Ask
  /** Their letters so far, oldest first; of a subject or a text, if one is given. */
  letters(about?: RegExp): Promise<Read[]>
  /** The newest of them; there is one. */
  letter(about: RegExp): Promise<Read>
}

/** A person of a customer or partner. They come in by links of letters. */
export type Contact = Person & {
  /** Opens the newest letter that asks whether it has reached them, and presses the button on the page behind its link. */
  confirmAddress(): Promise<void>
  /** The second factor: asks for six digits, reads them in the letter, and enters them. */
  prove(): Promise<void>
}

/** What a person stands in: control's address, their mail, and time in which letters come. */
export type Surroundings = {
  readonly site: string
  inbox(address: string): Promise<readonly Read[]>
  settle(): Promise<void>
  /** How requests get there. */
  send(url: URL, init: RequestInit, browser: TestBrowser): Promise<Response>
}

export const personAt = ({ site, inbox, send }: Surroundings, email: string, signIn: (browser: TestBrowser) => Promise<void>): Person => {
  const browser = browserAt(site)
  const own = { 'x-rehome': '1', origin: site, 'sec-fetch-site': 'same-origin' }
  const asked = asking(site, undefined, (url, init) => send(url, { ...init, headers: { ...init.headers as Record<string, string>, ...own } }, browser))
  let coming: Promise<void> | undefined
  const comeIn = (): Promise<void> => (coming ??= signIn(browser).finally(() => { coming = undefined }))
  const ask: Ask = async (name, input, options) => {
    if (browser.cookies.size === 0) await comeIn()
    try {
      return await asked(name, input, options)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'not-signed-in') throw error
      await comeIn()
      return await asked(name, input, options)
    }
  }
  const letters = async (about = /(?:)/): Promise<Read[]> => (await inbox(email)).filter(one => about.test(one.subject) || about.test(one.text))
  return {
    email, browser, ask, letters,
    async letter(about) {
      const found = (await letters(about)).at(-1)
      assert.ok(found !== undefined, `${email} has no letter about ${about.source}, only: ${(await inbox(email)).map(one => one.subject).join(' · ')}`)
      return found
    },
  }
}

/** By the newest letter with such a link in it. */
export const contactAt = (at: Surroundings, email: string): Contact => {
  const follow = async (browser: TestBrowser, purpose: 'sign-in' | 'verify-contact'): Promise<Response> => {
    const link = (await at.inbox(email)).flatMap(({ text }) => new RegExp(`https?://\\S+/link/${purpose}/[\\w-]+`).exec(text)?.[0] ?? []).at(-1)
    assert.ok(link !== undefined && link.startsWith(`${at.site}/`), `${email} has a letter with a link of ours`)
    const path = new URL(link).pathname
    const page = await browser.open(path)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /<form method="post"/)
    return await browser.submit(path)
  }
  const signIn = async (browser: TestBrowser): Promise<void> => {
    await browser.open('/api/links/ask', { method: 'POST', body: JSON.stringify({ email }), headers: { 'content-type': 'application/json' } })
    await at.settle()
    assert.equal((await follow(browser, 'sign-in')).status, 303)
  }
  const person = personAt(at, email, signIn)
  return {
    ...person,
    async confirmAddress() { assert.equal((await follow(person.browser, 'verify-contact')).status, 200) },
    async prove() {
      await person.ask('codes.ask', {})
      await at.settle()
      const digits = /^\D*(\d{6})\D*$/m.exec((await person.letters(/\b\d{6}\b/)).at(-1)?.text ?? '')?.[1]
      assert.ok(digits !== undefined, 'there is a letter with six digits')
      await person.ask('codes.use', { digits })
    },
  }
}

/** One of the vendor's people, who signs in at the vendor's own service. */
export const operatorAt = (at: Surroundings, email: string, browse: (url: string) => Promise<string>): Person => personAt(at, email, async browser => {
  const begun = await (await browser.script('/api/sign-in/begin', { returnTo: '/' })).json() as { url: string }
  const returned = await browser.open(`/api/sign-in/return?${await browse(begun.url)}`)
  assert.equal(returned.status, 303, await returned.text())
})
