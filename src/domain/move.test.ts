import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { allowed, stages, step, verbs, writers, type Standing, type Verb } from './move.ts'

const beginnings: readonly Standing[] = [{}, { cold: true }, { rehearsal: true } as const, { cold: true, rehearsal: true } as const].map(rest => ({ stage: 'ordered', leg: 'out', cold: false, ...rest }))
const nameOf = ({ stage, leg, cold, rehearsal }: Standing): string => `${stage} ${leg}${cold ? ' cold' : ''}${rehearsal === true ? ' rehearsal' : ''}`
const isRefused = (answer: ReturnType<typeof step>): answer is Extract<typeof answer, { refused: string }> => 'refused' in answer

/** Every standing that can come about, and every step that leads from one to another. */
const reach = (): { standings: Standing[]; steps: { from: Standing; verb: Verb; to: Standing }[] } => {
  const known = new Map(beginnings.map(b => [nameOf(b), b]))
  const steps: { from: Standing; verb: Verb; to: Standing }[] = []
  for (const from of known.values()) {
    for (const verb of verbs) {
      const to = step(from, verb)
      if (isRefused(to)) continue
      steps.push({ from, verb, to })
      known.set(nameOf(to), to)
    }
  }
  return { standings: [...known.values()], steps }
}

const { standings, steps } = reach()
const anyStanding = fc.constantFrom(...standings)
const anyVerbs = fc.array(fc.constantFrom(...verbs), { maxLength: 60 })

describe('a move', () => {
  it('lets one home write at most, in every standing that can come about', () => {
    for (const at of standings) {
      const { origin, destination } = writers(at)
      assert.ok(!(origin && destination), `both homes write at ${nameOf(at)}`)
    }
  })

  it('passes from one writer to the other only through a standing in which nobody writes', () => {
    for (const { from, verb, to } of steps) {
      const [before, after] = [writers(from), writers(to)]
      assert.ok(!(before.origin && after.destination) && !(before.destination && after.origin), `${verb} at ${nameOf(from)} hands the writing over at once`)
    }
  })

  it('lets one home write at most along any walk through its verbs', () => {
    fc.assert(fc.property(fc.constantFrom(...beginnings), anyVerbs, (beginning, walk) => {
      let at = beginning
      let last: 'origin' | 'destination' | undefined = 'origin'
      let wasNobody = false
      for (const verb of walk) {
        const next = step(at, verb)
        if (isRefused(next)) continue
        at = next
        const { origin, destination } = writers(at)
        assert.ok(!(origin && destination))
        const now = origin ? 'origin' : destination ? 'destination' : undefined
        if (now !== undefined && now !== last) assert.ok(wasNobody, `${last ?? 'nobody'} to ${now} with nobody between`)
        if (now === undefined) wasNobody = true
        else [last, wasNobody] = [now, false]
      }
    }))
  })

  it('has nobody writing from the freeze until it is thawed or switched', () => {
    for (const { from, verb, to } of steps) {
      const { origin, destination } = writers(to)
      if (verb === 'freeze') assert.ok(!origin && !destination)
      if (!writers(from).origin && !writers(from).destination && (origin || destination)) assert.ok(['thaw', 'switch', 'found-after'].includes(verb), `${verb} lets somebody write`)
    }
  })

  it('gives the writing back to the home that had it when it is thawed, to the other one when it is switched', () => {
    const sideOf = (at: Standing): 'from' | 'to' | 'nobody' => {
      const { origin, destination } = writers(at)
      return !origin && !destination ? 'nobody' : origin === (at.leg === 'out') ? 'from' : 'to'
    }
    for (const { verb, to } of steps) {
      if (verb === 'thaw') assert.equal(sideOf(to), 'from')
      if (verb === 'switch' || verb === 'found-after') assert.equal(sideOf(to), 'to')
    }
  })

  it('turns the leg round when it is turned back, without changing who writes, and keeps it in every other step', () => {
    for (const { from, verb, to } of steps) {
      assert.equal(to.leg === from.leg, verb !== 'turn-back', `${verb} at ${nameOf(from)}`)
      if (verb === 'turn-back') assert.deepEqual(writers(to), writers(from))
      assert.equal(to.cold, from.cold)
      assert.equal(to.rehearsal, from.rehearsal)
    }
  })

  it('refuses with exactly what is allowed', () => {
    fc.assert(fc.property(anyStanding, fc.constantFrom(...verbs), (at, verb) => {
      const answer = step(at, verb)
      assert.equal(isRefused(answer), !allowed(at).includes(verb))
      if (isRefused(answer)) assert.deepEqual(answer, { refused: 'not-now', stage: at.stage, allowed: allowed(at) })
    }))
  })

  it('ends settled or cancelled and can still get there from everywhere', () => {
    for (const at of standings) assert.equal(allowed(at).length === 0, at.stage === 'settled' || at.stage === 'cancelled', nameOf(at))
    const ends = new Set(standings.filter(at => allowed(at).length === 0).map(nameOf))
    for (let grew = true; grew; ) {
      grew = false
      for (const { from, to } of steps) if (ends.has(nameOf(to)) && !ends.has(nameOf(from))) grew = ends.add(nameOf(from)).size > 0
    }
    assert.deepEqual(standings.map(nameOf).filter(name => !ends.has(name)), [])
  })

  it('reaches every stage', () => {
    assert.deepEqual(stages.filter(stage => !standings.some(at => at.stage === stage)), [])
  })

  it('never switches what was not verified', () => {
    for (const { from, verb } of steps) if (verb === 'switch' || verb === 'doubt') assert.equal(from.stage, 'verified')
    for (const { from, verb } of steps) if (verb === 'verify') assert.equal(from.stage, 'frozen')
  })

  it('takes no way but a person’s finding out of doubt', () => {
    assert.deepEqual(allowed({ stage: 'in-doubt', leg: 'out', cold: false }), ['found-before', 'found-after'])
  })

  it('copies cold only while it is frozen, and has no way back then', () => {
    assert.deepEqual(allowed({ stage: 'ordered', leg: 'out', cold: true }), ['freeze', 'cancel'])
    assert.deepEqual(step({ stage: 'frozen', leg: 'out', cold: true }, 'thaw'), { stage: 'ordered', leg: 'out', cold: true })
    assert.deepEqual(allowed({ stage: 'switched', leg: 'out', cold: true }), ['settle'])
  })

  it('has the origin serve all through a rehearsal, which is never frozen, switched or settled, and ends cancelled', () => {
    const rehearsed = standings.filter(at => at.rehearsal === true)
    assert.deepEqual([...new Set(rehearsed.map(at => at.stage))].toSorted(), ['cancelled', 'copying', 'following', 'ordered'])
    for (const at of rehearsed) assert.deepEqual(writers(at), { origin: true, destination: false })
    assert.deepEqual(allowed({ stage: 'following', leg: 'out', cold: false, rehearsal: true }), ['cancel'])
  })

  it('is not cancelled on the way back: the other home has what was written since', () => {
    for (const { from, verb } of steps) if (verb === 'cancel') assert.equal(from.leg, 'out')
  })
})
