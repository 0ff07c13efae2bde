import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usePost } from '#test/control/post.ts'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { secret, useOwnServer } from './own-server.ts'

const wait = { timeout: 20_000 }
const codeIn = (letters: readonly { readonly text: string }[]): string => /\b(\d{6})\b/.exec(letters.map(one => one.text).join('\n'))?.[1] ?? 'no digits came'

test('B13 a login is shown once, after the six digits, stays nowhere in the browser, and is refused a second time in words', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const { contact, it, seller, credential, lead, move } = await useOwnServer(faces)
  const [post, { clock }] = [usePost(faces), faces]
  const { page, complaints } = await faces.open({ contact }, '/portal/credentials', { width: 360 })
  const seen: string[] = []
  page.on('response', answer => { if (answer.url().includes('/reveal')) seen.push(answer.headers()['cache-control'] ?? 'none said') })
  await page.getByText('You will not see this again', { exact: false }).waitFor(wait)
  await page.getByText('Nightly reports').waitFor(wait)
  assert.equal(await page.getByRole('button', { name: 'Show it now, once' }).count(), 0, 'not before the code')

  await page.getByRole('button', { name: 'I am ready: send me the code' }).click()
  const field = page.getByLabel('The six digits')
  await page.getByText('Six digits are on their way to contact@aozora.example.').waitFor(wait)
  assert.deepEqual([await field.getAttribute('autocomplete'), await field.getAttribute('inputmode')], ['one-time-code', 'numeric'])
  const first = codeIn(await post.deliver())
  await field.fill(first === '000000' ? '111111' : '000000')
  await page.getByText('This is not the code we sent. Please check the newest e-mail.').waitFor(wait)
  // Its time runs out, and a new one is sent.
  clock.at(clock.now() + 11 * 60_000)
  await field.fill(first)
  await page.getByText('This code has expired. Please ask for a new one.').waitFor(wait)
  await page.getByRole('button', { name: 'Send new digits' }).click()
  await page.getByText('This code has expired.', { exact: false }).waitFor({ state: 'hidden', ...wait })
  await page.getByText('They count for another', { exact: false }).waitFor(wait)
  const code = codeIn(await post.deliver())
  // As it comes out of a Japanese keyboard, or out of a letter with a space in it.
  await field.fill(`${code.slice(0, 3)} ${[...code.slice(3)].map(digit => String.fromCodePoint(0xFF10 + Number(digit))).join('')}`)

  await page.getByRole('button', { name: 'Show it now, once' }).click()
  await page.getByText(secret.password).waitFor(wait)
  for (const part of [secret.host, secret.user, String(secret.port)]) await page.getByText(part, { exact: true }).waitFor(wait)
  assert.deepEqual(seen.map(one => one.includes('no-store')), [true], `nothing keeps the answer: ${seen.join()}`)
  const kept = String(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href, document.cookie])'))
  assert.ok(!kept.includes(secret.password), 'in no storage, history or address')
  assert.equal((await lead('credentials.list', { move })).items.find(one => one.id === credential)?.state, 'revealed')

  // Left by a link of the page, and come back to.
  await page.getByRole('link', { name: 'More' }).click()
  await page.getByRole('heading', { name: 'Everything else' }).waitFor(wait)
  await page.goBack()
  await page.getByText('It was shown to you', { exact: false }).waitFor(wait)
  assert.ok(!(await page.content()).includes(secret.password))
  await page.getByRole('button', { name: 'Show it all the same' }).click()
  await page.getByText('This has been shown already, and is shown once only.', { exact: false }).waitFor(wait)
  assert.deepEqual(complaints.filter(one => !/40[39]/.test(one)), [])

  // Its colleague sees that it was shown, and no button; a partner sees nothing of it, nor of users or of who still comes.
  const colleague = await faces.open({ contact: it }, '/portal/credentials')
  await colleague.page.getByText('Nightly reports').waitFor(wait)
  assert.equal(await colleague.page.getByText('master', { exact: true }).count(), 0)
  // Nobody looked in time: the page says what to do, asks for another, and says that it was asked.
  await faces.world.ledger.transaction(async tx => { for (const { id } of await tx.list('credential', { move, contact: it }, { limit: 10 })) await tx.change('credential', id, { state: 'expired', sealed: null, revealedAt: null }) })
  await colleague.page.reload()
  await colleague.page.getByText('The secret was erased, so that it cannot be seen by anybody.', { exact: false }).waitFor(wait)
  await colleague.page.getByRole('button', { name: 'Ask for a new one: Nightly reports' }).click()
  await colleague.page.getByText('You asked for a new one', { exact: false }).waitFor(wait)
  assert.equal(await colleague.page.getByRole('button', { name: /Ask for a new one/ }).count(), 0, 'it is asked for once')
  assert.match((await lead('faq.read', { move })).asked[0]?.text ?? '', /“Nightly reports” of aozora anew for me: I did not look at it in time/)
  const partner = await faces.open({ contact: seller }, '/portal/more', { width: 360 })
  const asked: string[] = []
  partner.page.on('request', request => { asked.push(new URL(request.url()).pathname) })
  await partner.page.getByRole('link', { name: /Quote/ }).waitFor(wait)
  for (const hidden of [/New logins/, /Still on the old home/, /^Users/]) assert.equal(await partner.page.getByRole('link', { name: hidden }).count(), 0)
  for (const path of ['credentials', 'sightings', 'users']) {
    await partner.page.goto(`${faces.site}/portal/${path}`)
    await partner.page.getByText('This page is for others who take part in the move.', { exact: false }).waitFor(wait)
    for (const hidden of ['master', 'Chen', 'nightly-reports', 'Tableau', secret.user]) assert.equal(await partner.page.getByText(hidden).count(), 0, `${hidden} on ${path}`)
  }
  assert.deepEqual(asked.filter(path => /credentials|sightings|users|visits/.test(path) && path.startsWith('/api/')), [], 'nothing is asked for that is not for them')
  await partner.page.goto(`${faces.site}/portal/quotes`)
  await partner.page.getByText('Only the person it is addressed to can accept it', { exact: false }).or(partner.page.getByText('There is no quote.', { exact: false })).waitFor(wait)
  assert.deepEqual([...colleague.complaints, ...partner.complaints], [])
})
