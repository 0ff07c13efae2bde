import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { among, constraintsOf } from '#domain/schedule-board.ts'
import { check } from '#domain/schedule-check.ts'
import { explain } from '#domain/schedule-explain.ts'
import { cannotKeep, tryAll } from '#domain/schedule-exhaustive.ts'

import { type Conflict, keyOf, type WaveProblem } from '#domain/schedule.ts'
import { smallProblems } from './planner-problems.contract.ts'
import type { Planner } from './planner.ts'

const limits = { withinMs: 20_000, gap: 0 }
const unstopped = new AbortController().signal

const withoutPlaced = (problem: WaveProblem): WaveProblem => ({ ...problem, customers: problem.customers.map(c => ({ ...c, placed: null })) })
const honouring = (problem: WaveProblem, ids: ReadonlySet<string>): WaveProblem => ({ ...problem, customers: problem.customers.map(c => (ids.has(c.id) ? c : { ...c, placed: null })) })

/** A conflict must be one, by trying everything, and where it says that it is minimal, no rule of it may be there without need. */
const assertConflict = (problem: WaveProblem, conflict: Conflict): void => {
  const part = among(problem, new Set(conflict.customers))
  const known = new Set(constraintsOf(problem).map(keyOf))
  for (const constraint of conflict.constraints) assert.ok(known.has(keyOf(constraint)), `${keyOf(constraint)} is a rule of the problem`)
  assert.ok(cannotKeep(part, conflict.constraints), `there is a plan that keeps ${conflict.constraints.map(keyOf).join(', ')}`)
  assert.ok(cannotKeep(problem, conflict.constraints), 'the rest of the customers solves the conflict')
  assert.ok(conflict.minimal, 'on a small problem there is time enough')
  for (const one of conflict.constraints) assert.ok(!cannotKeep(part, conflict.constraints.filter(other => other !== one)), `${keyOf(one)} is not needed for the conflict`)
}

/** Small problems of every kind: what the planner answers is what trying everything says. */
export const plansRightly = (name: string, planner: Pick<Planner, 'plan'>, runs: number): void => {
  describe(`${name} plans rightly`, () => {
    it('finds the cheapest plan where nobody is placed by hand, and none exactly where there is none', async () => {
      let [plans, dead] = [0, 0]
      await fc.assert(fc.asyncProperty(smallProblems({ placed: false }), async problem => {
        const answer = await planner.plan(problem, limits, unstopped)
        const best = tryAll(problem)
        if (best === undefined) {
          dead++
          assert.equal(answer.outcome, 'infeasible')
          assert.ok(answer.conflicts.length > 0)
          for (const conflict of answer.conflicts) assertConflict(problem, conflict)
          return
        }
        plans++
        assert.equal(answer.outcome, 'best')
        assert.deepEqual(check(problem, answer.assignment), [])
        assert.deepEqual([answer.cost, answer.bound, answer.gap, answer.contradicted], [best.cost, best.cost, 0, []])
        for (const { id } of problem.customers) for (const { broken, more } of explain(problem, answer.assignment, id).elsewhere) assert.ok(broken.length > 0 || more >= 0, 'one customer alone makes the best plan cheaper')
      }), { numRuns: runs })
      assert.ok(runs < 200 || (plans > runs / 5 && dead > runs / 10), `${plans} plans and ${dead} without one say little`)
    })

    it('honours as many customers placed by hand as can be, and contradicts the others with what would have to give', async () => {
      let contradicted = 0
      await fc.assert(fc.asyncProperty(smallProblems({ placed: true }), async problem => {
        const answer = await planner.plan(problem, limits, unstopped)
        const placed = problem.customers.filter(c => c.placed !== null).map(c => c.id)
        const loose = withoutPlaced(problem)
        if (tryAll(loose) === undefined) {
          assert.equal(answer.outcome, 'infeasible')
          for (const conflict of answer.conflicts) assertConflict(loose, conflict)
          return
        }
        assert.equal(answer.outcome, 'best')
        const left = new Set(answer.contradicted.map(one => one.customer))
        const honoured = placed.filter(id => !left.has(id))
        const subsets = Array.from({ length: 2 ** placed.length }, (_, n) => placed.filter((_id, bit) => (n >> bit) % 2 === 1))
        const most = Math.max(...subsets.filter(ids => tryAll(honouring(problem, new Set(ids))) !== undefined).map(ids => ids.length))
        assert.equal(honoured.length, most)
        const kept = honouring(problem, new Set(honoured))
        assert.deepEqual(check(kept, answer.assignment), [])
        assert.equal(answer.cost, tryAll(kept)?.cost)
        for (const one of answer.contradicted) {
          contradicted++
          assert.equal(one.day, problem.customers.find(c => c.id === one.customer)?.placed)
          assert.ok(one.broken.length > 0, 'nothing speaks against the placement')
          assert.ok(one.conflict !== null)
          assert.ok(one.conflict.constraints.some(constraint => constraint.kind === 'placed' && constraint.customer === one.customer))
          assertConflict(honouring(problem, new Set([...honoured, one.customer])), one.conflict)
        }
      }), { numRuns: runs })
      assert.ok(runs < 200 || contradicted > runs / 20, `${contradicted} contradicted say little`)
    })
  })
}

/** What every planner must do. `large` is a problem that takes it longer than a second. */
export const plannerContract = (name: string, planner: Planner, large: WaveProblem): void => {
  plansRightly(name, planner, 40)

  describe(`${name} is a planner`, () => {
    it('answers in time with the best plan so far, keeping every rule, and says how far from the best it may be', { timeout: 60_000 }, async () => {
      const seen: number[] = []
      const began = performance.now()
      const answer = await planner.plan(large, { withinMs: 8_000, gap: 0 }, unstopped, plan => seen.push(plan.cost))
      assert.ok(performance.now() - began < 9_000, `it took ${Math.round(performance.now() - began)} ms`)
      assert.ok(answer.outcome === 'good' || answer.outcome === 'best')
      assert.deepEqual(check(honouring(large, new Set(large.customers.map(c => c.id).filter(id => answer.contradicted.every(one => one.customer !== id)))), answer.assignment), [])
      assert.ok(answer.bound <= answer.cost)
      assert.equal(answer.gap, (answer.cost - answer.bound) / answer.cost)
      assert.ok(seen.length > 0 && answer.cost <= Math.min(...seen))
    })

    it('stops as soon as its signal is aborted, with the signal’s reason, and is there for the next', async () => {
      const [reason, stop] = [new Error('enough'), new AbortController()]
      const began = performance.now()
      const working = planner.plan(large, limits, stop.signal)
      const next = planner.plan(withoutAnybody(large), limits, unstopped)
      setTimeout(() => stop.abort(reason), 400)
      await assert.rejects(working, error => error === reason)
      assert.ok(performance.now() - began < 3_000)
      assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
      assert.equal((await next).outcome, 'best')
      await assert.rejects(planner.plan(large, limits, stop.signal), error => error === reason)
    })

    it('computes nothing any more once it was stopped', async () => {
      const stop = new AbortController()
      const working = planner.plan(large, limits, stop.signal)
      setTimeout(() => stop.abort(new Error('enough')), 700)
      await assert.rejects(working, /enough/)
      const before = process.cpuUsage()
      await sleep(800)
      const { user, system } = process.cpuUsage(before)
      assert.ok(user + system < 300_000, `${Math.round((user + system) / 1000)} ms were computed in 800 ms after it was stopped`)
    })

    it('stops waiting for its turn when its signal is aborted', async () => {
      const [first, second] = [new AbortController(), new AbortController()]
      const working = planner.plan(large, limits, first.signal)
      const waiting = planner.plan(large, limits, second.signal)
      second.abort(new Error('not any more'))
      await assert.rejects(waiting, /not any more/)
      first.abort(new Error('enough'))
      await assert.rejects(working, /enough/)
    })

    it('gives nobody a date where there is nobody', async () => {
      const answer = await planner.plan(withoutAnybody(large), limits, unstopped)
      assert.ok(answer.outcome === 'best' && answer.assignment.size === 0 && answer.cost === 0)
    })
  })
}

const withoutAnybody = (problem: WaveProblem): WaveProblem => among(problem, new Set())
