import type { Factor } from '#domain/licence/node-lock.ts'

/** The machine that we run on. */
export interface Machine {
  readonly name: string
  /** Several independent things that it is known by; what cannot be read is left out. */
  factors(): Promise<readonly Factor[]>
}
