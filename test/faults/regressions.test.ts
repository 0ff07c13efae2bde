import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openArena, type Arena } from './arena.ts'
import type { Blow } from './blows.ts'
import { runTrial } from './trial.ts'

/** What a campaign once found. The number decides the load, and how often the move is turned back: its remainder by three. */
const found: readonly (readonly [string, number, readonly Blow[]])[] = [
  ['a mover that slept through its freeze finds the way back of that freeze started over', 1_000_002, [{ what: 'stop the mover', when: { phase: 'freeze', nth: 1, afterMs: 430 }, forMs: 6_700 }]],
  ['a mover killed in the freeze, and nobody to thaw it, starts the way back over', 1_000_003, [{ what: 'kill the mover and its watchdog', when: { phase: 'freeze', nth: 1, afterMs: 350 }, forMs: 400 }]],
  ['a source that is cut off as the freeze begins does not end the mover', 1_000_005, [{ what: 'cut the source', when: { phase: 'freeze', nth: 1, afterMs: 5 }, forMs: 400 }, { what: 'kill the source', when: { phase: 'freeze', nth: 2, afterMs: 5 }, forMs: 300 }]],
  ['a settling that is cut off is gone on with until nothing is left', 1_000_006, [{ what: 'kill the mover', when: { phase: 'settle', nth: 1, afterMs: 15 }, forMs: 100 }, { what: 'kill the target', when: { phase: 'settle', nth: 2, afterMs: 10 }, forMs: 100 }]],
]

let arena: Promise<Arena> | undefined
const ends: (() => Promise<void>)[] = []
after(async () => { for (const end of ends) await end() })

for (const [says, seed, script] of found) {
  test(says, { timeout: 200_000 }, async t => {
    arena ??= openArena({ after: end => { ends.unshift(end) } })
    const trial = await runTrial(await arena, seed, script)
    t.diagnostic(`${trial.struck.length} of ${script.length} blows fell, ${trial.lives} lives`)
    assert.deepEqual(trial.wrong, [], trial.log.join('\n'))
    assert.ok(trial.struck.length > 0, trial.log.join('\n'))
  })
}
