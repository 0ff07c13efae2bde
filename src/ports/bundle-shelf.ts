/** What a bundle says of itself to anybody, and how large it is. `index`: as it stands in the file, signature included. */
export type ShelvedBundle = { readonly bundle: string; readonly bytes: number; readonly index: string; readonly fingerprint: string; readonly madeAt: string }

/** Where control finds the bundles that it hands out: one folder, files by their bare names. */
export interface BundleShelf {
  /** Undefined: there is no file of that name. A bundle that is broken or newer is a fault: BUNDLE_BROKEN, BUNDLE_NEWER. */
  look(file: string): Promise<ShelvedBundle | undefined>
  /** Bytes `from` to before `to`. Ends early only with a fault. */
  read(file: string, from: number, to: number): AsyncIterable<Uint8Array>
}
