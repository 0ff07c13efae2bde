import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faulty, type Mishap, type Verb } from '#adapters/licensor/faulty/faulty.ts'
import { openMemoryIssuer, type MemoryIssuer } from '#adapters/licensor/memory/issuer.ts'
import { openMemoryLicensor } from '#adapters/licensor/memory/licensor.ts'
import { Fault } from '#domain/faults.ts'
import type { MoveOrder } from '#domain/licence/move.ts'
import { of, type BookLine } from '#domain/licence/move-book.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Licensor } from '#ports/licensor.ts'
import type { StepBook } from '#ports/step-book.ts'
import { moveLicences, type MoveEnded, type MoveWish } from './move-licences.ts'

/** The process dies here. Nobody catches it but the test. */
class Killed extends Error {}

type MemoryServer = ReturnType<typeof openMemoryLicensor>
type Blow = 'killed before' | 'killed after' | Mishap['how']
/** At which of the counted points what happens. */
type Blows = ReadonlyMap<number, Blow>
type Point = 'book' | Verb

const order: MoveOrder = { renames: [{ from: 'Charts', to: 'Charts of the new house' }], only: null, codes: {}, reason: 'moved to a new machine', expectedEnd: null, address: 'http://new.example' }
const never = new AbortController().signal

type Model = { readonly issuer: MemoryIssuer; readonly old: MemoryServer; readonly new: MemoryServer; readonly book: BookLine[]; readonly sheets: LicenceSheet[]; now: number; points: Point[]; doubled: string[]; /** From this point on the new server is never reached. */ goneAfter: number }

/** A register that gives out activations to whoever asks: then only the order of the move keeps a licence from being active twice. */
const trusting = (issuer: MemoryIssuer): MemoryIssuer => {
  const generations = new Map<string, number>()
  return {
    ...issuer,
    activate(licence) {
      const generation = (generations.get(licence) ?? 0) + 1
      generations.set(licence, generation)
      return { generation }
    },
  }
}

const openModel = async (isTrusting = false): Promise<Model> => {
  const issuer = isTrusting ? trusting(openMemoryIssuer()) : openMemoryIssuer()
  const model: Partial<Model> & { now: number } = { now: Date.UTC(2026, 10, 22) }
  const [old, new_] = ['old', 'new'].map(name => openMemoryLicensor({ name, issuer, now: () => model.now }))
  assert.ok(old !== undefined && new_ !== undefined)
  for (const kind of ['server', 'session', 'client']) {
    const issued = issuer.issue({ id: kind, kind, seats: kind === 'server' ? null : 3 })
    const released = { licence: issued.licence, document: issued.document, receipt: null }
    await old.install(released, `install ${kind}`, never)
    await old.activate(released, issued.code, `activate ${kind}`, never)
  }
  await old.link({ name: 'Charts', licences: ['session', 'client'] }, 'link Charts', never)
  await old.link({ name: 'House', licences: ['server'] }, 'link House', never)
  for (const user of ['Aoki', 'Baba', 'Chiba']) assert.ok('lease' in old.seats.checkOut('Charts', { user, host: 'desk', program: 'charts' }, { seconds: 86_400 }))
  return Object.assign(model, { issuer, old, new: new_, book: [], sheets: [], points: [], doubled: [], goneAfter: Infinity })
}

/** One life of the mover, which ends by itself or at a blow. */
const live = async (model: Model, wish: Partial<MoveWish>, blows: Blows): Promise<MoveEnded | 'killed' | Fault> => {
  const at = (point: Point): Blow | undefined => blows.get(model.points.push(point))
  const watch = (server: MemoryServer): Licensor => {
    const bad = faulty(server, verb => {
      const blow = at(verb)
      if (server === model.new && model.points.length > model.goneAfter) return { how: 'unreachable' }
      if (blow === 'killed before') return { how: 'lost', fault: new Killed() }
      if (blow === 'killed after') return { how: 'after', fault: new Killed() }
      return blow === undefined ? undefined : { how: blow }
    })
    return { ...bad, label: server.label, can: server.can, activate: async (...of) => { await bad.activate(...of).finally(() => { noteDoubled(model) }) } }
  }
  const book: StepBook = {
    label: 'the book', lines: model.book, cutBytes: 0, async [Symbol.asyncDispose]() { /* nothing is open */ },
    async append(line) {
      const blow = at('book')
      if (blow === 'killed before') throw new Killed()
      model.book.push(structuredClone(line))
      if (blow === 'killed after') throw new Killed()
    },
  }
  const clock = { now: () => model.now, elapsed: () => model.now, sleep: async (ms: number) => { model.now += ms } }
  try {
    return await moveLicences({ origin: watch(model.old), destination: watch(model.new), book, clock, newId: () => '00000000-0000-7000-8000-000000000001', keepSheet: async sheet => { model.sheets.push(sheet) }, tell: () => {} }, { order, ...wish }, never)
  } catch (error) {
    if (error instanceof Killed) return 'killed'
    if (error instanceof Fault) return error
    throw error
  } finally {
    noteDoubled(model)
  }
}

const noteDoubled = ({ old, new: new_, doubled }: Model): void => {
  doubled.push(...old.seats.active.filter(id => new_.seats.active.includes(id)))
}

/** Lives until it ends: after the blows every life is left in peace. What is in doubt a person looks up, as they are told to: on the servers. */
const toTheEnd = async (model: Model, wish: Partial<MoveWish>, blows: Blows): Promise<MoveEnded> => {
  let ended = await live(model, wish, blows)
  for (let lives = 0; typeof ended === 'string' || ended instanceof Fault || !['carried-out', 'undone'].includes(ended.end); lives++) {
    assert.ok(lives < 12, `it does not end: ${JSON.stringify(ended)}`)
    if (typeof ended !== 'string' && !(ended instanceof Fault) && ended.end === 'not-now') {
      // Undone too late: the move is over, or never began.
      assert.match(ended.reason, /way back is a move of its own|no move in this book/)
      wish = {}
    }
    ended = await live(model, wish, blows)
  }
  return ended
}

/** D4: on exactly one at the end, and on two never; who sat on a seat still does; limits hold. */
const assertWhole = async (model: Model, ended: MoveEnded): Promise<void> => {
  assert.deepEqual(model.doubled, [], 'active on both')
  const [is, isNot] = ended.end === 'carried-out' ? [model.new, model.old] : [model.old, model.new]
  assert.deepEqual([[...is.seats.active].sort(), isNot.seats.active], [['client', 'server', 'session'], []])
  const sheet = await is.readBack(never)
  assert.equal(sheet.maintenance, null)
  assert.deepEqual(sheet.licences.flatMap(one => one.taken.map(seat => seat.holder.user)).sort(), ['Aoki', 'Baba', 'Chiba'])
  const charts = ended.end === 'carried-out' ? 'Charts of the new house' : 'Charts'
  assert.deepEqual(sheet.profiles.find(one => one.name === charts)?.licences, ['session', 'client'])
  assert.equal(is.seats.movedTo, null)
  assert.equal(isNot.seats.movedTo, ended.end === 'carried-out' ? 'http://new.example' : null)
  const taken = Array.from({ length: 9 }, (_, n) => is.seats.checkOut(charts, { user: `late ${n}`, host: 'desk', program: 'charts' })).filter(seat => 'lease' in seat)
  assert.equal(taken.length, 3, 'six seats, of which three were out all the while')
  // Before anything was asked for it was in the book, and the sheet was kept.
  assert.equal(model.sheets.length > 0 || model.book.length === 0, true)
}

const every: readonly Blow[] = ['killed before', 'killed after', 'unreachable', 'lost', 'after', 'late', 'refused']
const fitting = (point: Point | undefined): readonly Blow[] => (point === 'book' ? ['killed before', 'killed after'] : point === 'readBack' ? ['killed before', 'unreachable'] : every)

/** Runs once in peace, and counts where anything can happen. */
const pointsOf = async (prepare: (model: Model) => Promise<Partial<MoveWish>>): Promise<readonly Point[]> => {
  const model = await openModel()
  const wish = await prepare(model)
  model.points = []
  await live(model, wish, new Map())
  return model.points
}

const strike = async (prepare: (model: Model) => Promise<Partial<MoveWish>>, blows: Blows, isTrusting = false): Promise<MoveEnded> => {
  const model = await openModel(isTrusting)
  const wish = await prepare(model)
  model.points = []
  const ended = await toTheEnd(model, wish, blows).catch((error: unknown) => { throw new Error(`${JSON.stringify([...blows])}: ${String(error)}\n${model.book.map(line => `${line.line} ${'step' in line ? line.step : ''}`).join('\n')}`, { cause: error }) })
  try {
    await assertWhole(model, ended)
  } catch (error) {
    throw new Error(`${JSON.stringify([...blows])} → ${ended.end}: ${error instanceof Error ? error.message : ''}\n${model.book.map(line => `${line.line} ${'step' in line ? line.step : ''}`).join('\n')}`, { cause: error })
  }
  return ended
}

const goOn = async (): Promise<Partial<MoveWish>> => ({})

test('D4: left in peace, every licence comes to the new server, with its profiles and the seats that are out', async () => {
  assert.equal((await strike(goOn, new Map())).end, 'carried-out')
})

test('D4: whatever happens at whatever moment, a licence is never active on both, and at the end on exactly one', async () => {
  const points = await pointsOf(goOn)
  assert.ok(points.length > 50, `${points.length} points`)
  for (const [n, point] of points.entries()) for (const blow of fitting(point)) for (const isTrusting of [false, true]) await strike(goOn, new Map([[n + 1, blow]]), isTrusting)
})

test('D4: so it is when two things happen, wherever they do', async () => {
  const points = await pointsOf(goOn)
  // Of the second blow the place is counted on from the first: all near it, and some far away.
  for (const [n, point] of points.entries()) {
    for (const [k, blow] of fitting(point).entries()) {
      for (const further of [1, 2, 3, 4, 5, 7 + (n + k) % 11, 20 + (n * 7 + k) % 29]) {
        const others = every.filter(one => !one.startsWith('killed'))
        await strike(goOn, new Map([[n + 1, blow], [n + 1 + further, (n + further) % 3 === 0 ? 'killed after' : others[(n + k + further) % others.length] ?? 'lost']]), (n + k + further) % 2 === 0)
      }
    }
  }
})

test('D4: undone wherever it was cut off, everything is where it was; whatever happens meanwhile', async () => {
  const points = await pointsOf(goOn)
  const ends = new Map<string, number>()
  for (const [n] of points.entries()) {
    const cut = async (model: Model): Promise<Partial<MoveWish>> => {
      await live(model, {}, new Map([[n + 1, n % 2 === 0 ? 'killed before' : 'killed after']]))
      return { undo: { by: 'the test' } }
    }
    const back = await pointsOf(cut)
    const { end } = await strike(cut, new Map())
    ends.set(end, (ends.get(end) ?? 0) + 1)
    for (const [m, point] of back.entries()) {
      const blows = fitting(point)
      if ((n + m) % 2 === 0) await strike(cut, new Map([[m + 1, blows[(n + m * 3) % blows.length] ?? 'lost']]), m % 4 < 2)
    }
  }
  assert.ok((ends.get('undone') ?? 0) > 40, JSON.stringify([...ends]))
})

test('what was asked and never heard of again is settled before it is undone, though it arrives late', async () => {
  const points = await pointsOf(goOn)
  for (const [n, point] of points.entries()) {
    if (point === 'book' || point === 'readBack') continue
    for (const blow of ['late', 'lost', 'after'] as const) {
      await strike(async model => {
        // The answer is lost, and the process dies at the next line it writes.
        await live(model, {}, new Map<number, Blow>([[n + 1, blow], [n + 2, 'killed before'], [n + 3, 'killed before']]))
        return { undo: { by: 'the test' } }
      }, new Map(), true)
    }
  }
})

test('a server that is gone for good leaves the move in doubt, and a named person decides', async () => {
  const at = (await pointsOf(goOn)).indexOf('activate') + 1
  const model = Object.assign(await openModel(), { goneAfter: at })
  const ended = await live(model, {}, new Map([[at, 'lost']]))
  assert.ok(typeof ended !== 'string' && !(ended instanceof Fault) && ended.end === 'in-doubt', JSON.stringify(ended))
  assert.match(ended.known.join('\n'), /The origin, old, is in maintenance \(moved to a new machine\) and says that the licence \w+ is there and inactive\.\nThe destination, new, cannot be read/)
  const again = await live(model, {}, new Map())
  assert.ok(typeof again !== 'string' && !(again instanceof Fault) && again.end === 'in-doubt', 'asked once more it is still in doubt')
  const found = { found: { found: 'not-done', by: 'the engineer', note: 'the machine is switched off' }, undo: { by: 'the engineer' } } as const
  assert.ok(await live(model, found, new Map()) instanceof Fault, 'the new server cannot be tidied up')
  assert.deepEqual([[...model.old.seats.active].sort(), (await model.old.readBack(never)).maintenance], [['client', 'server', 'session'], null], 'and the old one serves all the same')
  model.goneAfter = Infinity
  const undone = await toTheEnd(model, {}, new Map())
  assert.equal(undone.end, 'undone')
  assert.deepEqual(of(model.book, 'found').map(({ found, by, note }) => ({ found, by, note })), [found.found])
  await assertWhole(model, undone)
})
