import type { Text } from '#domain/locale.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Message, Quote, Window } from '#domain/records.ts'
import type { Day, Instant } from '#domain/time.ts'
import type { WindowAct } from '#domain/windows.ts'
import { type Caller, decide, type Desk, isRefused } from '../ground/desk.ts'
import { playbookOf } from '../plans/plan-rows.ts'
import { cancelWindow, chooseWindow, confirmWindow, moveWindow, proposeWindow, type WindowRefused } from './windows.ts'
import type { World } from '../ground/world.ts'

/** What comes of a deed. `tasks`: so many open ones are dated anew. `quotes`: the numbers of those that no longer hold. `isHeld`: the letter waits until its address is confirmed. */
export type WindowPreview = {
  readonly t0: { readonly was: Day; readonly will: Day }; readonly tasks: number; readonly gates: readonly { readonly key: string; readonly title: Text; readonly was: Day; readonly will: Day }[]; readonly quotes: readonly string[]
  readonly tells: readonly { readonly name: string; readonly address: string; readonly isHeld: boolean; readonly isInvited: boolean }[]
}
type Wish = { readonly move: MoveId; readonly act: WindowAct; readonly from?: Instant; readonly to?: Instant }

/** The deed itself, done and taken back within one transaction: what is told is what would be, by the same rules, and nothing of it stays. */
export const previewWindow = async (world: World, caller: Caller, wish: Wish): Promise<WindowPreview | WindowRefused | { readonly refused: 'times-missing' } | { readonly refused: 'key-taken' }> => {
  let seen: WindowPreview | undefined
  const answer = await decide(world, caller, async desk => {
    const before = await standing(desk, wish.move)
    const done = await carryOut(desk, wish)
    if (isRefused(done)) return done
    seen = between(desk, before, await standing(desk, wish.move))
    // A refusal leaves nothing behind.
    return { refused: 'not-found' } as const
  })
  return seen ?? answer
}

const carryOut = async (desk: Desk, { move, act, from, to }: Wish): Promise<Window | WindowRefused | { readonly refused: 'times-missing' }> => {
  if (act === 'propose' || act === 'choose') return from === undefined || to === undefined ? { refused: 'times-missing' } : await (act === 'propose' ? proposeWindow : chooseWindow)(desk, { move, from, to })
  const window = await desk.tx.find('window', { move, state: ['proposed', 'confirmed'] })
  if (window === undefined) return { refused: 'not-found' }
  if (act === 'confirm') return await confirmWindow(desk, { window: window.id })
  if (act === 'cancel') return await cancelWindow(desk, { window: window.id, reason: null })
  return from === undefined || to === undefined ? { refused: 'times-missing' } : await moveWindow(desk, { window: window.id, from, to, reason: null })
}

type Standing = { readonly t0: Day; readonly tasks: ReadonlyMap<string, Day>; readonly gates: readonly { readonly key: string; readonly title: Text; readonly dueOn: Day }[]; readonly quotes: readonly Quote[]; readonly letters: readonly Message[] }

const [mostTasks, mostLetters] = [5_000, 5_000]

const standing = async ({ tx, world }: Desk, id: MoveId): Promise<Standing> => {
  const [move, plan] = [await tx.get('move', id), await tx.get('plan', id)]
  const playbook = move === undefined ? undefined : playbookOf(world, move)
  const titles = new Map(playbook === undefined || 'refused' in playbook ? [] : playbook.gates.map(({ key, title }) => [key, title]))
  const tasks = await tx.list('task', { move: id, state: 'open' }, { limit: mostTasks })
  const gates = await tx.list('gate', { move: id, state: 'open' })
  return {
    t0: plan?.t0 ?? '', tasks: new Map(tasks.map(task => [task.id, task.dueOn])), gates: gates.map(({ key, dueOn }) => ({ key, dueOn, title: titles.get(key) ?? { en: key, ja: key } })),
    quotes: await tx.list('quote', { move: id }), letters: await tx.list('message', { move: id }, { limit: mostLetters, by: 'createdAt', descending: true }),
  }
}

const between = ({ who }: Desk, before: Standing, after: Standing): WindowPreview => {
  const known = new Set(before.letters.map(letter => letter.id))
  const letters = after.letters.filter(letter => !known.has(letter.id) && letter.operator !== who.id)
  const gone = (quote: Quote): boolean => (quote.state === 'draft' || quote.state === 'sent') && after.quotes.some(one => one.id === quote.id && one.state !== quote.state)
  return {
    t0: { was: before.t0, will: after.t0 }, tasks: [...after.tasks].filter(([id, dueOn]) => before.tasks.get(id) !== dueOn).length,
    gates: before.gates.flatMap(({ key, title, dueOn: was }) => { const will = after.gates.find(one => one.key === key)?.dueOn; return will === undefined || will === was ? [] : [{ key, title, was, will }] }).toSorted((a, b) => (a.will < b.will ? -1 : 1)),
    quotes: before.quotes.filter(gone).map(({ number }) => number),
    tells: [...Map.groupBy(letters, ({ address }) => address.toLowerCase()).values()].flatMap(some => (some[0] === undefined ? [] : [{ name: some[0].name, address: some[0].address, isHeld: some.every(({ state }) => state === 'dropped'), isInvited: some.some(({ enclosed }) => enclosed !== null) }])).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
