/** Where a sealed text belongs: it opens for no other row and no other purpose. */
export type Place = { readonly purpose: string; readonly row: string }

/** Keeps secrets, so that the ledger and its backups alone tell none. What it throws never holds a secret or a key. */
export interface Vault {
  /** A text to store in the place of the secret. Never the same twice. */
  seal(secret: string, place: Place, signal: AbortSignal): Promise<string>
  /** The secret. Faults: VAULT_KEY_WRONG, VAULT_SEAL_BROKEN. */
  open(sealed: string, place: Place, signal: AbortSignal): Promise<string>
  /** The same secret under the key in force, without opening it; the same text if it is already. Faults: as `open`. */
  rewrap(sealed: string, place: Place, signal: AbortSignal): Promise<string>
}
