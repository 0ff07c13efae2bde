import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useBrowser, useFaces } from '#test/services/browser.ts'
import { api, type EndpointName } from '#wire/api.ts'
import { useOwnServer } from './own-server.ts'

/** What ends, closes, stops or takes away for good, and what switches: in the console each is done only by whoever types whose it is. */
const dangerous: readonly EndpointName[] = [
  'moves.approve', 'moves.abort', 'moves.turn-back', 'moves.settle', 'moves.cancel', 'moves.go-early', 'windows.move', 'windows.cancel', 'contracts.cancel', 'quotes.withdraw', 'people.disable', 'agents.revoke', 'licences.order', 'contacts.remove', 'documents.remove',
]
/** What only sounds so, and why a click is enough. */
const harmless: Partial<Readonly<Record<EndpointName, string>>> = {
  'backups.remove': 'asked for by programs, never by a page', 'blackouts.remove': 'a blackout is laid again with its reason', 'calls.cancel': 'a call is planned anew, and everyone is written to', 'feeds.revoke': 'another address of the calendar is made at once',
  'orders.withdraw': 'nothing was begun, or only a rehearsal; it is ordered anew', 'passkeys.remove': 'one’s own key, and another way to sign in is left', 'probe.revoke': 'another command is made at once', 'sessions.end': 'one signs in again', 'sightings.close': 'seen again, it is open again',
  'waves.cancel-run': 'a planner that thinks; what it would say can be asked for again', 'waves.remove-rule': 'a word for the planner, which is said again',
}
/** Verbs of those kinds. */
const sounding = /(?:^|-)(?:approve|cancel|remove|revoke|disable|retire|withdraw|settle|abort|end|close|delete|drop|purge|turn-back|go-early)(?:-|$)/

const root = join(import.meta.dirname, '../..')
const sources = globSync('web/console/**/*.tsx', { cwd: root }).map(file => ({ file, source: readFileSync(join(root, file), 'utf8') }))

test('every verb that ends, takes away or switches is known as dangerous, or as harmless for a reason', () => {
  const wishes = (Object.keys(api) as EndpointName[]).filter(name => api[name].method === 'POST' && sounding.test(name.split('.')[1] ?? ''))
  assert.deepEqual(wishes.filter(name => !dangerous.includes(name) && harmless[name] === undefined), [], 'nobody has said of these whether they are dangerous')
  assert.deepEqual(Object.keys(harmless).filter(name => !wishes.includes(name as EndpointName)), [])
  assert.deepEqual(dangerous.filter(name => harmless[name] !== undefined || !(name in api)), [])
})

test('whatever is dangerous is wished in the console only by a dialogue that has a name typed; what is asked without one is none of it', () => {
  const found = sources.flatMap(({ file, source }) => dangerous.filter(name => source.includes(`'${name}'`)).map(name => ({ file, name, wrong: wrongIn(source, name) })))
  for (const name of ['moves.approve', 'moves.settle', 'windows.cancel', 'contracts.cancel', 'quotes.withdraw', 'people.disable', 'licences.order', 'moves.go-early'] as const) assert.ok(found.some(one => one.name === name), `${name} is offered`)
  assert.deepEqual(found.filter(({ wrong }) => wrong !== null), [])
})

test('a contract and a quote are ended by clicks only once whose it is was typed', { timeout: 120_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t))
  const own = await useOwnServer(faces)
  const finance = await faces.as('finance')
  await finance('contracts.add', { customer: own.customer, kind: 'subscription', startsOn: '2025-04-01', endsOn: null, term: 'year' })
  const { page, complaints } = await faces.open({ roles: ['migration-lead', 'finance'] }, `/console/moves/${own.move}/billing`)
  const ends = async (opens: string, act: string, name: string, fill?: string): Promise<void> => {
    await page.getByRole('button', { name: opens, exact: true }).click()
    const dialog = page.getByRole('dialog')
    const [button, field] = [dialog.getByRole('button', { name: act, exact: true }), dialog.getByLabel(`Type ${name} to confirm`)]
    if (fill !== undefined) await dialog.getByLabel('Why, as the customer will read it').fill(fill)
    await field.fill(name.slice(0, -1))
    assert.ok(await button.isDisabled(), `${act}: not for another name`)
    await field.press('Enter')
    await field.fill(name)
    await button.click()
    await dialog.waitFor({ state: 'detached' })
  }
  await ends('Cancel it', 'Cancel it', 'Aozora Precision')
  assert.notEqual((await finance('contracts.read', { customer: own.customer })).contracts[0]?.endsOn, null)
  await page.goto(`${faces.site}/console/quotes/${own.quote}`)
  const { number } = await finance('quotes.read', { quote: own.quote })
  await ends('Withdraw', 'Withdraw', number, 'Prices change.')
  assert.equal((await finance('quotes.read', { quote: own.quote })).state, 'withdrawn')
  assert.deepEqual(complaints, [])
})

/** Why a file may carry out an act without a name typed; null: it may not. */
const wrongIn = (source: string, name: EndpointName): string | null => {
  const component = source.split(/^(?=(?:export )?const [A-Z])/m).find(part => part.includes(`useWish('${name}')`))
  if (component === undefined) return 'is wished by something else than a component’s useWish'
  const held = heldBy(component, name)
  if (held === null) return 'is kept under no name that this test can read'
  const typed = confirmsOf(component).filter(tag => / name=\{|\{ name: /.test(tag))
  // What a dialogue calls when it is confirmed: right there, or by the name of a function.
  const functions = typed.flatMap(tag => { const called = / wish=\{(\w+)\}/.exec(tag)?.[1]; return called === undefined ? [] : [functionOf(component, called)] })
  const inside = [...typed, ...functions].join('\n')
  const uses = (text: string): number => [...text.matchAll(new RegExp(`\\b${held}(?:\\.\\w+|\\[\\w+\\])*\\.mutate`, 'g'))].length
  if (uses(component) === 0) return 'is carried out where this test cannot see it'
  return uses(inside) === uses(component) ? null : 'is carried out elsewhere than in a Confirm with a name'
}

/** The variable in which a component keeps a wish: `const held = useWish(…)`, one of `const [a, held] = [useWish(…), useWish(…)]`, or a table of them. */
const heldBy = (component: string, name: EndpointName): string | null => {
  const wish = `useWish('${name}')`
  const line = component.split('\n').find(one => one.includes(wish)) ?? ''
  const [, single] = /const (\w+) = $/.exec(line.split(wish)[0] ?? '') ?? []
  if (single !== undefined) return single
  const [, table] = /const (\w+) = \{/.exec(line) ?? []
  if (table !== undefined) return table
  const [, names = '', values = ''] = /const \[(.+?)\] = \[(.+)\]/.exec(line) ?? []
  const at = partsOf(values).findIndex(value => value.trim() === wish)
  return partsOf(names)[at]?.trim() ?? null
}

/** What stands between the commas that are in no bracket. */
const partsOf = (text: string): string[] => {
  const parts = ['']
  let depth = 0
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++
    if (')]}'.includes(letter)) depth--
    if (letter === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts
}

/** Every opening tag of a `Confirm`, with all that it is given. */
const confirmsOf = (component: string): string[] => [...component.matchAll(/<Confirm\b/g)].map(({ index }) => upTo(component, index, (letter, depth, before) => letter === '>' && depth === 0 && before !== '='))
const functionOf = (component: string, name: string): string => {
  const index = component.search(new RegExp(`const ${name} = `))
  return index === -1 ? '' : upTo(component, index, (letter, depth) => letter === '\n' && depth === 0)
}
const upTo = (text: string, from: number, ends: (letter: string, depth: number, before: string) => boolean): string => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? ''
    if ('([{'.includes(letter)) depth++
    if (')]}'.includes(letter)) depth--
    if (ends(letter, depth, text[at - 1] ?? '')) return text.slice(from, at)
  }
  return text.slice(from)
}
