import type { Claims, PasskeyRefused, Pending, SignInRefused } from '#domain/operator-sign-in.ts'

/** What is kept between beginning and finishing, on our side only. */
export type Begun = Pick<Pending, 'state' | 'nonce' | 'verifier'>

/** The vendor's own sign-in service, where its operators are known. */
export interface SignInService {
  readonly issuer: string
  /** Where the browser is sent. Faults: IDENTITY_UNREACHABLE, IDENTITY_REFUSED. */
  begin(signal: AbortSignal): Promise<{ readonly url: string; readonly begun: Begun }>
  /** Who came back. `query`: what follows the `?` of our address that the browser was sent to. Whoever calls it has made sure that `begun` counts once. Faults: as `begin`. */
  finish(begun: Begun, query: string, signal: AbortSignal): Promise<Claims | SignInRefused>
}

/** A public key of an operator's device. All of it is stored; `counter` rises with each use, where the device counts. */
export type PasskeyOnFile = { readonly id: string; readonly publicKey: string; readonly counter: number; readonly transports: readonly string[] }

/** What the browser is asked, as JSON for it; `challenge` is kept on our side, and counts once. */
export type PasskeyAsked = { readonly challenge: string; readonly options: object }

export interface Passkeys {
  /** `known`: keys of the same person, which the browser does not make again. */
  askNew(person: { readonly id: string; readonly email: string; readonly name: string }, known: readonly PasskeyOnFile[]): Promise<PasskeyAsked>
  taken(challenge: string, answer: unknown): Promise<PasskeyOnFile | PasskeyRefused>
  /** `known` empty: the browser offers what it has for us. */
  ask(known: readonly PasskeyOnFile[]): Promise<PasskeyAsked>
  /** Which key an answer claims to be by. */
  named(answer: unknown): string | undefined
  /** The key with its new counter, to be stored, if the answer is by it. */
  proven(challenge: string, answer: unknown, passkey: PasskeyOnFile): Promise<PasskeyOnFile | PasskeyRefused>
}

/** Passwords as what cannot be turned back into them. */
export interface Passwords {
  hash(password: string, signal: AbortSignal): Promise<string>
  /** `hash` undefined: there is no such person, which takes as long. `rehash`: to be stored in the place of `hash`, which was made with less work than is asked now. */
  check(password: string, hash: string | undefined, signal: AbortSignal): Promise<{ readonly fits: boolean; readonly rehash: string | null }>
}
