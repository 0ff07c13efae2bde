import type { Checked } from '#domain/evidence.ts'
import type { Receipt } from '#domain/bundle.ts'
import type { Event } from '#domain/event.ts'
import type { Finding } from '#domain/finding.ts'
import type { Standing } from '#domain/move.ts'
import type { Command, Order } from '#domain/order.ts'
import type { Status, WireReply } from '#wire/control.ts'
import type { LicenceServerOptions } from './licence-server-options.ts'
import type { LicenceServices } from './licence-services.ts'

/** A database as a person names it: a URL without its password, and the password if one was given. */
export type Address = { readonly url: string; readonly password?: string }

/** A product in a home: where its maintenance webhook is, and the secret that signs what is said to it. */
export type Hook = { readonly url: string; readonly secret: string }

export type MoveRequest = {
  readonly from: Address
  readonly to: Address
  readonly order: Order
  readonly until: 'switched' | 'settled'
  readonly evidence?: string
  readonly hooks?: { readonly origin?: Hook; readonly destination?: Hook }
  /** The proxy's admin address, its token, and what it sends people to in either home. */
  readonly route?: { readonly url: string; readonly token: string; readonly origin: string; readonly destination: string }
}

export type Told = Event & { readonly at: string }
export type MoveEnd =
  | { readonly end: 'stands'; readonly standing: Standing; readonly move: string }
  | { readonly end: 'blocked'; readonly findings: readonly Finding[] }
  | { readonly end: 'stopped'; readonly standing?: Standing; readonly move?: string }

export type KnownMove = Status & { readonly isRunning: boolean }
export type Difference = { readonly table: string; readonly key: string; readonly how: 'missing' | 'extra' | 'different'; readonly columns?: readonly string[] }
export type Verdict = { readonly tables: number; readonly rows: number; readonly differences: readonly Difference[] }
export type Removed = { readonly store: string; readonly removed: readonly { readonly kind: string; readonly name: string }[]; readonly kept?: string }

/** Who may open a bundle: recipients (age1…), or who knows the passphrase. */
export type BundleLock = { readonly recipients: readonly string[] } | { readonly passphrase: string }
export type BundleKey = { readonly identities: readonly string[] } | { readonly passphrase: string }
export type BundleTold = { readonly doing: string; readonly done: number; readonly of: number }
export type BundleChecked = {
  readonly bundle: string; readonly madeAt: string; readonly parts: number; readonly bytes: number; readonly fingerprint: string
  /** What only the key shows. */
  readonly inside?: { readonly source: string; readonly takenAt: string; readonly tables: number; readonly rows: number; readonly largeObjects: number; readonly trees: readonly { readonly name: string; readonly entries: number; readonly others: number }[]; readonly root: string }
}
export type BundleImported =
  | { readonly end: 'blocked'; readonly findings: readonly Finding[] }
  | { readonly end: 'proven'; readonly findings: readonly Finding[]; readonly receipt: Receipt; /** Where the receipt is. */ readonly file: string; /** Whose key made the bundle. */ readonly signedBy: string }
export type BundleServices = {
  exportTo(request: { readonly from: Address; readonly file: string; readonly lock: BundleLock; readonly trees: readonly string[]; readonly chunkBytes: number }, tell: (told: BundleTold) => void, signal: AbortSignal): Promise<{ readonly bundle: string; readonly tables: number; readonly rows: number; readonly bytes: number; readonly root: string }>
  check(request: { readonly file: string; readonly key?: BundleKey; readonly trusted?: string }, tell: (told: BundleTold) => void, signal: AbortSignal): Promise<BundleChecked>
  importFrom(request: { readonly file: string; readonly to: Address; readonly key: BundleKey; readonly tree?: string; readonly receipt?: string; readonly jobs: number }, tell: (told: BundleTold) => void, signal: AbortSignal): Promise<BundleImported>
}

/** What the commands act through. `main` provides it; faults are thrown. */
export type Services = {
  readonly version: string
  preflight(request: Pick<MoveRequest, 'from' | 'to' | 'order'>): Promise<readonly Finding[]>
  move(request: MoveRequest, emit: (event: Told) => void, signal: AbortSignal): Promise<MoveEnd>
  /** Undefined: no mover of that move runs on this machine. */
  tell(move: string, command: Command): Promise<WireReply | undefined>
  known(): Promise<readonly KnownMove[]>
  verify(request: { readonly from: Address; readonly to: Address; readonly jobs: number }, emit: (event: Told) => void, signal: AbortSignal): Promise<Verdict>
  /** `force`: also where a move is under way or the fence holds a retired home closed. */
  cleanUp(stores: readonly Address[], force: boolean): Promise<readonly Removed[]>
  /** Everything of a database in one encrypted file, and back. */
  readonly bundles: BundleServices
  readonly licences: LicenceServices
  checkEvidence(file: string, trusted?: string): Promise<Checked>
  demo(options: { readonly keep: boolean; readonly json: boolean }, signal: AbortSignal): Promise<void>
  /** Control itself and its ledger, on this machine or at DATABASE_URL. */
  readonly ledger: {
    serve(say: (text: string) => void, signal: AbortSignal): Promise<void>
    /** Control, a worker and an agent on this machine, with everything they need. */
    start(say: (text: string) => void, signal: AbortSignal): Promise<void>
    /** One more process that does what is due. */
    work(say: (text: string) => void, signal: AbortSignal): Promise<void>
    backUp(file: string): Promise<{ readonly rows: number }>
    restore(file: string): Promise<{ readonly rows: number }>
    verifyJournal(): Promise<{ readonly lines: number; readonly wrong?: string }>
  }
  /** Where control is, and the token of who is signed in on this machine. */
  control(): { readonly site: string; readonly token?: string }
  /** The token of this machine's sign-in, for its owner alone. */
  readonly signedIn: { keep(site: string, token: string): void; forget(): void }
  /** Takes orders from control until the signal. */
  agent(options: { readonly control: string; readonly settings: string; readonly token: string }, say: (line: string) => void, signal: AbortSignal): Promise<void>
  /** Answers the old addresses of homes until the signal. */
  redirect(options: { readonly control: string; readonly settings: string; readonly token: string }, say: (line: string) => void, signal: AbortSignal): Promise<void>
  /** A licence server on this machine, until the signal. */
  serveLicences(options: LicenceServerOptions, say: (text: string) => void, signal: AbortSignal): Promise<void>
  /** The name of the person at this machine, for the evidence. */
  whoami(): string
}
