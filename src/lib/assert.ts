/** We failed: an invariant that our own code must keep does not hold. Names the invariant (`I4 …`) where there is one. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

export function assert(holds: unknown, says: string): asserts holds {
  if (!holds) throw new Bug(says)
}
