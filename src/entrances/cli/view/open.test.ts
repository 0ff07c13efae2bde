import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test, type TestContext } from 'node:test'
import { Screen } from '#test/services/screen.ts'
import { openView, type View } from './open.ts'
import { render } from './render.ts'
import { emptyState, reduce } from './state.ts'

const tables = Array.from({ length: 5 }, (_, i) => ({ table: `public.a_table_with_a_rather_long_name_${i}`, bytes: 9e6, rows: 10 }))
const events = [
  { type: 'move', move: '3f2a', tenant: 'nordlicht', source: `postgres://app@the-old-home.example/${'s'.repeat(60)}`, target: `postgres://app@the-new-home.example/${'t'.repeat(60)}`, resumed: false, cold: false },
  { type: 'plan', tables }, { type: 'phase', phase: 'copy', state: 'begins' },
  ...tables.map(({ table }) => ({ type: 'copied', table, bytes: 1e6, rows: 1, done: false }) as const),
] as const

/** A view on a screen of 100 columns under a text that was there before, with the clock in the test's hand. */
const openOn = (t: TestContext, reflows: boolean): { view: View; screen: Screen; resize: { screen(columns: number): void; tell(): void }; drawn(): string[] } => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_000_000 })
  const screen = new Screen(100, 30, reflows)
  screen.write('$ rehome move\n')
  const size = { columns: 100 }
  const out = Object.assign(new EventEmitter(), { isTTY: true, columns: 100, rows: 30, write: (text: string) => { screen.write(text); return true } })
  const view = openView({ out: out as unknown as NodeJS.WriteStream, environment: {} }, false)
  t.after(() => view.close())
  const at = new Date(1_000_000).toISOString()
  for (const event of events) view.show({ ...event, at })
  const state = events.reduce((was, event) => reduce(was, event, 1_000_000), emptyState)
  return {
    view, screen,
    resize: {
      screen(columns) { size.columns = columns; screen.narrow(columns) },
      tell() { out.columns = size.columns; out.emit('resize') },
    },
    drawn: () => render(state, size.columns - 1, Date.now()).map(line => line.trimEnd()),
  }
}

for (const reflows of [true, false]) {
  test(`a terminal that is made narrower while the view is drawn, and ${reflows ? 'breaks' : 'cuts off'} the lines that are there, shows the view once`, t => {
    const { screen, resize, drawn } = openOn(t, reflows)
    t.mock.timers.tick(300)
    assert.deepEqual(screen.seen, ['$ rehome move', ...drawn()])
    for (const columns of [70, 52]) {
      resize.screen(columns)
      // Drawn once more before we hear of it.
      t.mock.timers.tick(100)
      resize.tell()
      t.mock.timers.tick(400)
      assert.deepEqual(screen.seen, drawn(), `${columns} columns`)
      assert.equal(screen.all[0], '$ rehome move', 'what was there before can be scrolled back to')
    }
    t.mock.timers.tick(1_000)
    assert.deepEqual(screen.seen, drawn())
  })
}

test('while the edge of a terminal is dragged nothing is drawn, and one screen at most is pushed away', t => {
  const { screen, resize, drawn } = openOn(t, true)
  t.mock.timers.tick(300)
  for (let columns = 99; columns > 60; columns -= 1) {
    resize.screen(columns)
    resize.tell()
    t.mock.timers.tick(50)
  }
  t.mock.timers.tick(400)
  assert.deepEqual(screen.seen, drawn())
  assert.ok(screen.all.length <= 3 * 30, `${screen.all.length} lines`)
})

test('what was said stands above a view that was made narrower', t => {
  const { view, screen, resize } = openOn(t, true)
  t.mock.timers.tick(300)
  resize.screen(60)
  resize.tell()
  view.say('The shop now runs in its new home.')
  view.say('The way back is open.')
  t.mock.timers.tick(400)
  assert.ok(screen.all.includes('The shop now runs in its new home.') && screen.all.includes('The way back is open.'))
})
