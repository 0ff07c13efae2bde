/** Where a part of a back-up is: the claim under which it was put there, and its number. */
export type PartPlace = { readonly claim: number; readonly part: number }

/** Parts of a back-up on the way from one machine to the other, encrypted before they come here. Whoever keeps them can only keep, give back, or lose them. Faults: CONTROL_UNREACHABLE is waited out; ORDER_LOST. */
export interface BackupParts {
  /** The whole of a part, in place of what was there under this claim. */
  put(part: number, bytes: Uint8Array, signal: AbortSignal): Promise<PartPlace>
  /** So many bytes of a part, as it is there now: whether it is what was put there is for the reader to see. */
  read(at: PartPlace, bytes: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}
