/** What a bundle says of itself to anybody, and how large it is. `index`: as it stands in the file, signature included. */
export type ShelvedBundle = { readonly bundle: string; readonly bytes: number; readonly index: string; readonly fingerprint: string; readonly madeAt: string }

/** Where control finds the bundles that it hands out, and keeps the archives that agents pack: one folder, files by their bare names. */
export interface BundleShelf {
  /** Undefined: there is no file of that name. A bundle that is broken or newer is a fault: BUNDLE_BROKEN, BUNDLE_NEWER. */
  look(file: string): Promise<ShelvedBundle | undefined>
  /** Bytes `from` to before `to`. Ends early only with a fault. */
  read(file: string, from: number, to: number): AsyncIterable<Uint8Array>
  /** Puts bytes into a file that ends where they begin; at 0 it begins anew. Answers where it ends then; a piece that is there already is passed over. Undefined: it ends elsewhere. */
  append(file: string, at: number, piece: Uint8Array): Promise<number | undefined>
  /** Gives a file of just so many bytes its name, durably. Said again, it has it. False: there is none of that size. */
  finish(draft: string, file: string, bytes: number): Promise<boolean>
  /** How many bytes a file has; undefined: there is none. */
  size(file: string): Promise<number | undefined>
  /** The names of files that begin so. */
  list(prefix: string): Promise<readonly string[]>
  /** Of what is not there nothing is to be removed. */
  remove(file: string): Promise<void>
}
