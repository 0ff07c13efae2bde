import { system } from './callers.ts'
import { decide, type Desk } from './desk.ts'
import type { World } from './world.ts'

/** What follows by itself, in one transaction. */
export const asSystem = async <T>(world: World, work: (desk: Desk) => Promise<T>): Promise<T> =>
  // Proof: only a request with a key of its own can be told that the key is taken.
  await decide(world, system, work) as T
