/** Something that others wait for: open lets everyone through, shut makes them wait. */
export class Gate {
  #isOpen: boolean
  #waiting: (() => void)[] = []

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  open(): void {
    this.#isOpen = true
    for (const go of this.#waiting.splice(0)) go()
  }

  shut(): void {
    this.#isOpen = false
  }

  /** Resolves once the gate is open; rejects with the signal's reason when that comes first. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.#isOpen) await this.#opened(signal)
  }

  #opened(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => { signal.removeEventListener('abort', stop); resolve() }
      const stop = (): void => { this.#waiting = this.#waiting.filter(w => w !== go); reject(signal.reason as Error) }
      this.#waiting.push(go)
      signal.addEventListener('abort', stop, { once: true })
    })
  }
}
