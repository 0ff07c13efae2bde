import type { Command } from '#domain/order.ts'
import { Gate } from '#lib/gate.ts'

/** What the mover answers to a person's command. */
export type Reply = { readonly ok: true; readonly says: string } | { readonly ok: false; readonly says: string; readonly allowed: string[] }
type Decision = Extract<Command, { approvedBy: string }>

/** Where a running move takes decisions: it says which ones it waits for, and a person's command answers. */
export class Desk {
  readonly #answered = new Gate(false)
  #open: readonly Decision['verb'][] = []
  #decision: Decision | undefined

  /** The verbs that a person may say now. */
  get open(): readonly Decision['verb'][] {
    return this.#open
  }

  decide(command: Decision): Reply {
    if (!this.#open.includes(command.verb)) {
      return { ok: false, says: this.#open.length === 0 ? `Nothing waits for a decision now.` : `Now only ${this.#open.join(' or ')} can be said.`, allowed: [...this.#open] }
    }
    this.#open = []
    this.#decision = command
    this.#answered.open()
    return { ok: true, says: `${command.verb} begins.` }
  }

  /** Waits for one of `verbs`. A decision taken while something else was done stays on the desk until it is asked for. */
  async wait(verbs: readonly Decision['verb'][], signal: AbortSignal): Promise<Decision> {
    this.ask(verbs)
    await this.#answered.pass(signal)
    const decision = this.take()
    if (decision === undefined) throw new Error('the desk was asked twice')
    return decision
  }

  /** Opens the desk for `verbs` without waiting. */
  ask(verbs: readonly Decision['verb'][]): void {
    if (this.#decision === undefined) this.#open = verbs
  }

  take(): Decision | undefined {
    const decision = this.#decision
    this.#decision = undefined
    this.#answered.shut()
    if (decision !== undefined) this.#open = []
    return decision
  }
}
