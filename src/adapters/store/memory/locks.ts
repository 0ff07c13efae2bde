/** `write` lets others write, `share` lets nobody write, `alone` lets nobody do anything. */
export type Mode = 'write' | 'share' | 'alone'

/** Who holds or waits; told apart by identity. Waits for one lock at a time. */
export type Owner = { readonly who: string }

type Request = { readonly owner: Owner; readonly resource: string; readonly mode: Mode; readonly since: number; readonly grant: () => void; readonly refuse: (error: Error) => void }

/**
 * Locks on named things, granted in the order in which they were asked for: who comes later never overtakes somebody it is in conflict with.
 * Whoever would close a circle of waiting is refused, unless it is patient.
 */
export class Locks {
  readonly #held = new Map<string, Map<Owner, Mode>>()
  readonly #waiting: Request[] = []
  readonly #elapsed: () => number

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
  }

  acquire(owner: Owner, resource: string, mode: Mode, { patient = false } = {}): Promise<void> {
    const has = this.#held.get(resource)?.get(owner)
    if (has === mode || has === 'alone') return Promise.resolve()
    return new Promise((resolve, reject) => {
      const request: Request = { owner, resource, mode, since: this.#elapsed(), grant: resolve, refuse: reject }
      if (this.#blockers(request).length === 0) this.#grant(request)
      else if (!patient && this.#closesCircle(request)) reject(new Error(`deadlock: ${owner.who} waits for one who waits for it`))
      else this.#waiting.push(request)
    })
  }

  /** Everything `owner` holds; what it waits for is refused with `reason`. */
  release(owner: Owner, reason = new Error(`${owner.who} gave up waiting for a lock`)): void {
    for (const request of this.#waiting.filter(r => r.owner === owner)) {
      this.#waiting.splice(this.#waiting.indexOf(request), 1)
      request.refuse(reason)
    }
    for (const holders of this.#held.values()) holders.delete(owner)
    for (const request of this.#waiting.slice()) {
      if (this.#blockers(request).length > 0) continue
      this.#waiting.splice(this.#waiting.indexOf(request), 1)
      this.#grant(request)
    }
  }

  /** For how long the longest waiter of all has waited for an owner called `who`, in milliseconds. */
  longestWaitFor(who: string): number {
    return Math.max(0, ...this.#waiting.filter(r => this.#blockers(r).some(b => b.who === who)).map(r => this.#elapsed() - r.since))
  }

  #grant(request: Request): void {
    const holders = this.#held.get(request.resource) ?? new Map<Owner, Mode>()
    holders.set(request.owner, request.mode)
    this.#held.set(request.resource, holders)
    request.grant()
  }

  /** Those who hold it otherwise, and those who asked before; one who only wants more of what it holds does not queue. */
  #blockers(request: Request): Owner[] {
    const holders = this.#held.get(request.resource) ?? new Map<Owner, Mode>()
    const place = this.#waiting.indexOf(request)
    const ahead = holders.has(request.owner) ? [] : this.#waiting.slice(0, place === -1 ? undefined : place).filter(r => r.resource === request.resource && isConflict(r.mode, request.mode))
    return [...[...holders].filter(([owner, mode]) => owner !== request.owner && isConflict(mode, request.mode)).map(([owner]) => owner), ...ahead.map(r => r.owner)]
  }

  #closesCircle(request: Request): boolean {
    const seen = new Set<Owner>()
    const reaches = (owner: Owner): boolean => {
      if (owner === request.owner) return true
      if (seen.has(owner)) return false
      seen.add(owner)
      const waits = this.#waiting.find(r => r.owner === owner)
      return waits !== undefined && this.#blockers(waits).some(reaches)
    }
    return this.#blockers(request).some(reaches)
  }
}

const isConflict = (a: Mode, b: Mode): boolean => a === 'alone' || b === 'alone' || a !== b
