/** What came back from an address: redirects are told, and not followed. `why`: in a few words, where nothing did. */
export type Answered = { readonly status: number; readonly location: string | null } | { readonly why: string }

/** Asks addresses as a browser would, from where this process is. */
export interface Addresses {
  /** Ends within seconds, whatever is at the other end; of what is answered nothing is kept but its first lines. */
  ask(address: string, signal: AbortSignal): Promise<Answered>
}
