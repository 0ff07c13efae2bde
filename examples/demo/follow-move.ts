import type { MoveEnd, Told } from '#entrances/cli/services.ts'
import type { Move } from './story.ts'

export type Followed = Move & {
  readonly id: string | undefined
  /** Resolves when the move's session has ended, well or not. */
  readonly ended: Promise<void>
}

type Run = (emit: (event: Told) => void, signal: AbortSignal) => Promise<MoveEnd>
type Tell = (move: string, verb: 'turn-back' | 'settle') => Promise<{ readonly ok: boolean; readonly says: string } | undefined>

/** A running move as the story sees it: when it waits for a decision, and how to take one. */
export const followMove = (run: Run, tell: Tell, show: (event: Told) => void, signal: AbortSignal): Followed => {
  let [id, evidence]: [string | undefined, string | undefined] = [undefined, undefined]
  let due = Promise.withResolvers<void>()
  const hear = (event: Told): void => {
    show(event)
    if (event.type === 'move') id = event.move
    else if (event.type === 'evidence') evidence = event.file
    else if (event.type === 'waits' && event.for.includes('settle')) due.resolve()
  }
  const outcome = run(hear, signal)
  const settled = outcome.then(end => {
    if (end.end === 'stands' && end.standing.stage === 'settled') return
    signal.throwIfAborted()
    throw new Error(`the move of the demo ended early: ${end.end}`)
  })
  settled.catch(() => { /* thrown to whoever waits for a decision or the end */ })
  return {
    get id() { return id },
    get evidence() { return evidence },
    settled,
    ended: outcome.then(() => { /* told */ }, () => { /* told */ }),
    decisionDue: () => Promise.race([due.promise, settled]),
    async decide(verb) {
      due = Promise.withResolvers<void>()
      const reply = id === undefined ? undefined : await tell(id, verb)
      if (reply?.ok !== true) throw new Error(`the move did not take "${verb}": ${reply?.says ?? 'nobody answers'}`)
    },
  }
}
